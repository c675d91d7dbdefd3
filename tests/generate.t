#!/usr/bin/perl
# Tests of `jifen generate`: the form of what it writes, that a seed gives the same purchases,
# and that its commands and an import of its CSV lead to the same books. How true to life the
# purchases are is tested in tests/unit/test_sim_generator.c.
use strict;
use warnings;

use File::Temp ();
use JSON::PP qw(decode_json);
use Test::More;

use JifenRun;

my $folder = File::Temp->newdir();
my @small = ('--customers', 150, '--days', 90);

sub test_csv {
    my $run = jifen('generate', @small);
    is($run->{status}, 0, 'purchases are drawn');
    like($run->{err}, qr/seed 1997, 150 customers, 90 days from 1997-01-01/, 'the seed is told');
    my ($header, @rows) = split /\n/, $run->{out};
    is($header, 'customer,date,items,amount', 'the columns are those of the CDNOW file');
    my @odd = grep { !/^\d{5},199\d-\d\d-\d\d,[1-9]\d*,(0|[1-9]\d*)\.\d\d$/ || /,0\.00$/ } @rows;
    is_deeply(\@odd, [], 'every row is a purchase');
    my %customers = map { /^(\d+)/ => 1 } @rows;
    is(scalar keys %customers, 150, 'every customer has one');
    is_deeply([@rows], [sort { substr($a, 0, 16) cmp substr($b, 0, 16) } @rows],
        'by customer, then by day');
    my @days = sort map { (split /,/)[1] } @rows;
    ok($days[0] ge '1997-01-01' && $days[-1] le '1997-03-31',
        'within the days that were asked for');
    return $run->{out};
}

sub test_seeds {
    my ($csv) = @_;
    is(jifen('generate', @small, '--csv')->{out}, $csv, 'the same again gives the same');
    is(jifen('generate', @small, '--seed', 1997)->{out}, $csv,
        'the default seed is one like any other');
    isnt(jifen('generate', @small, '--seed', 1998)->{out}, $csv,
        'another seed gives other purchases');
    my $moved = jifen('generate', @small, '--from', '1998-01-01')->{out};
    is($moved =~ s/1998-/1997-/gr, $csv, 'another first day moves them');
    my $file = "$folder/out.csv";
    my $run = jifen('generate', @small, '--out', $file);
    is("$run->{status} $run->{out}", '0 ', '--out leaves standard output empty');
    is(read_file($file), $csv, 'and has the purchases in the file');
}

sub test_commands {
    my ($csv) = @_;
    my $run = jifen('generate', @small, '--commands', '--policy', 'wodian');
    is($run->{status}, 0, 'the purchases are also there as commands');
    my $apply = jifen({in => $run->{out}}, 'apply', '--strict', '--db', "sqlite:$folder/apply.db");
    is($apply->{status}, 0, 'all of which are accepted');
    my $import = jifen('import', '--db', "sqlite:$folder/import.db", '--policy', 'wodian', '--json',
        '--csv', write_file("$folder/in.csv", $csv));
    my $rows = () = $csv =~ /\n/g;
    is(decode_json($import->{out})->{paid}, $rows - 1, 'the CSV file is imported whole');
    is(state_hash("sqlite:$folder/apply.db"), state_hash("sqlite:$folder/import.db"),
        'and both lead to the same books');
    # 2000-02-29 would be 2027-02-29: such a row is left out by both.
    my @leap = ('--customers', 400, '--days', 40, '--from', '2000-02-01');
    my $leap = jifen({in => jifen('generate', @leap, '--commands')->{out}}, 'apply', '--strict',
        '--db', "sqlite:$folder/leap-a.db");
    is($leap->{status}, 0, 'a day that the mapping cannot shift is no obstacle');
    write_file("$folder/leap.csv", jifen('generate', @leap)->{out});
    jifen('import', '--db', "sqlite:$folder/leap-b.db", '--csv', "$folder/leap.csv");
    is(state_hash("sqlite:$folder/leap-a.db"), state_hash("sqlite:$folder/leap-b.db"),
        'nor a difference');
}

sub test_refusals {
    my @cases = (
        [['--customers', 0], 64], [['--customers', 10000001], 64], [['--days', 36526], 64],
        [['--from', '1997-02-30'], 64], [['--csv', '--commands'], 64], [['--policy', 'none'], 64],
        [['file'], 64], [['--out', "$folder/no/such/place"], 2], [['--out', '/dev/full'], 2],
    );
    for my $case (@cases) {
        my $run = jifen('generate', @{ $case->[0] });
        is($run->{status}, $case->[1], "refused with $case->[1]: @{$case->[0]}");
        isnt($run->{err}, '', 'with a message');
    }
}

my $csv = test_csv();
test_seeds($csv);
test_commands($csv);
test_refusals();
done_testing();
