# Running the program from tests in Perl: jifen(@arguments) runs it and keeps what it said.
#
# $JIFEN names the program (./dev test sets it). Nothing here uses a shell, so
# arguments need no quoting; standard input is empty unless {in => TEXT} is given.
package JifenRun;

use strict;
use warnings;

use Exporter 'import';
use File::Temp ();
use JSON::PP ();

our @EXPORT = qw(jifen state_hash write_file read_file);

my $jifen = $ENV{JIFEN} or die "JIFEN names no program; run this with ./dev test\n";
my $folder = File::Temp->newdir();

sub write_file {
    my ($path, $text) = @_;
    open my $out, '>:raw', $path or die "cannot write $path: $!\n";
    print $out $text;
    close $out or die "cannot write $path: $!\n";
    return $path;
}

sub read_file {
    my ($path) = @_;
    open my $in, '<:raw', $path or die "cannot read $path: $!\n";
    local $/;
    return scalar <$in>;
}

# {status, out, err} of one run; the first argument may be {in => TEXT}.
sub jifen {
    my $options = ref $_[0] ? shift : {};
    my @command = ($jifen, @_);
    write_file("$folder/in", $options->{in} // '');
    my $child = fork() // die "cannot fork: $!\n";
    if ($child == 0) {
        open STDIN, '<', "$folder/in" or exit 99;
        open STDOUT, '>', "$folder/out" or exit 99;
        open STDERR, '>', "$folder/err" or exit 99;
        exec { $command[0] } @command or exit 99;
    }
    waitpid $child, 0;
    my $status = $? & 127 ? "signal " . ($? & 127) : $? >> 8;
    return {status => $status, out => read_file("$folder/out"), err => read_file("$folder/err")};
}

# What an audit says of the books: their state hash, or its findings when there are any.
sub state_hash {
    my ($url) = @_;
    my $audit = jifen('audit', '--db', $url, '--json', '--no-replay');
    return "audit ended with $audit->{status}: $audit->{err}" if $audit->{status} ne 0;
    my $said = JSON::PP->new->decode($audit->{out});
    return @{ $said->{findings} } ? "findings: $audit->{out}" : $said->{state_hash};
}

1;
