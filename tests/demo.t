#!/usr/bin/perl
# Tests of examples/demo.sh: that it shows what it promises in both languages, that what it
# says to look at next runs, and that it fails when something is wrong.
use strict;
use warnings;

use Cwd qw(abs_path);
use File::Copy qw(copy);
use File::Temp ();
use Test::More;

use JifenRun;

my $folder = File::Temp->newdir();
my $jifen = abs_path($ENV{JIFEN});
my $csv = "$folder/purchases.csv";
jifen('generate', '--customers', 120, '--days', 60, '--out', $csv);

# One run of the demo: its status and all that it printed.
sub demo {
    my ($program, $script, @arguments) = @_;
    unshift @arguments, '--once' if !grep { $_ eq '--once' } @arguments;
    local $ENV{JIFEN} = $program;
    local $ENV{JF_BUILD} = "$folder/build";
    open my $out, '-|', 'sh', '-c', 'exec "$@" 2>&1', 'sh', $script, @arguments
        or die "cannot run $script: $!\n";
    my $text = do { local $/; <$out> };
    close $out;
    return ($? >> 8, $text);
}

# A program that is jifen but for one verb, which ends with status 1.
sub jifen_without {
    my ($verb) = @_;
    my $path = write_file("$folder/without-$verb",
        qq(#!/bin/sh\n[ "\$1" != $verb ] || exit 1\nexec $jifen "\$@"\n));
    chmod 0755, $path;
    return $path;
}

sub test_english {
    my ($status, $text) = demo($jifen, 'examples/demo.sh', '--once', '--lang', 'en', $csv);
    is($status, 0, 'the demo runs through') or diag($text);
    my @promised = (
        qr/^ +\d+  orders paid$/m, qr/^== Members and shops$/m, qr/^Statement of member m-\d+/m,
        qr/^Statement of shop s-\d\d/m, qr/^The network$/m, qr/^There are no findings\.$/m,
        qr/^== What to look at next/m, qr/^== The apps$/m,
        qr/if turnover stays flat .*\n.*if it grows 15 %/,
    );
    like($text, $_, "it shows $_") for @promised;
    like($text, qr/agent-33-a +\d*[1-9]|agent-33-a +0\.\d*[1-9]/, 'agents have been paid');
    my @apps = $text =~ m{http://127\.0\.0\.1:\d+/(member|shop|platform) +sign in as \S+}g;
    is(scalar @apps, 3, 'it names three addresses and who signs in');
    like($text, qr/^The apps answer, and everybody can sign in\.$/m, 'which was tried');
    unlike($text, qr/[\xE4-\xE9][\x80-\xBF]{2}/, 'nothing of it is Chinese');
    return $text;
}

sub test_next {
    my ($text) = @_;
    my ($next) = $text =~ /^== What to look at next(.*)/ms;
    my @commands = $next =~ /^\$ (.*)$/mg;
    is(scalar @commands, 4, 'it names four things to look at next');
    for my $command (@commands) {
        open my $out, '-|', 'sh', '-c', "$command 2>&1" or die "cannot run sh: $!\n";
        my $said = do { local $/; <$out> };
        ok(close($out) && length $said, "this runs as it stands: $command") or diag($said);
        like($said, qr/"ok":true/, 'and the purchase is paid') if $command =~ /order\.pay/;
    }
}

sub test_again {
    my ($status, $text) = demo($jifen, 'examples/demo.sh', '--lang', 'zh', $csv);
    is($status, 0, 'the demo runs again, in Chinese') or diag($text);
    like($text, qr/上次演示的账簿 .* 将被替换/, 'the last books are replaced, which is said');
    like($text, qr/若营业额不增长/, 'all of it is Chinese');
    local $ENV{LC_ALL} = 'zh_CN.UTF-8';
    like((demo($jifen, 'examples/demo.sh', $csv))[1], qr/== 会员与商家/,
        'as it is where the locale says so');
}

sub test_named_books {
    my $db = "$folder/named.db";
    my ($status) = demo($jifen, 'examples/demo.sh', '--db', $db, $csv);
    is($status, 0, 'the books may be kept in a file');
    my $kept = -s $db;
    my ($again, $text) = demo($jifen, 'examples/demo.sh', '--db', $db, $csv);
    isnt($again, 0, 'which is not replaced');
    like($text, qr/is there already/, 'and that is said');
    is(-s $db, $kept, 'nor touched');
}

sub test_failures {
    for my $verb (qw(import statement report audit person serve)) {
        my ($status) = demo(jifen_without($verb), 'examples/demo.sh', '--lang', 'en', $csv);
        isnt($status, 0, "the demo fails when $verb does");
    }
    my $empty = write_file("$folder/empty.csv",
        "customer,date,items,amount\n1,1997-01-01,1,0.00\n");
    my ($status, $text) = demo($jifen, 'examples/demo.sh', '--lang', 'en', $empty);
    isnt($status, 0, 'it fails when no purchase went in');
    like($text, qr/demo-skipped\.txt; the first:\n.*no_sale.*no purchase went in/s, 'and says so');
    isnt((demo($jifen, 'examples/demo.sh', "$folder/absent.csv"))[0], 0,
        'it fails without its file');
    isnt((demo($jifen, 'examples/demo.sh', '--twice'))[0], 0,
        'it refuses an option that it does not know');
    isnt((demo($jifen, 'examples/demo.sh', '--lang', 'fr', $csv))[0], 0, 'and a language');
}

# Somewhere else there are no real purchases beside the project, so some are drawn.
sub test_drawn {
    mkdir "$folder/$_" for qw(elsewhere elsewhere/project elsewhere/project/examples);
    my $script = "$folder/elsewhere/project/examples/demo.sh";
    copy('examples/demo.sh', $script) or die "cannot copy: $!\n";
    chmod 0755, $script;
    my ($status, $text) = demo($jifen, $script, '--once', '--lang', 'en', '--customers', 90);
    is($status, 0, 'without any file, purchases are drawn') or diag($text);
    like($text, qr/drawn from a model.*seed 1997, 90 customers/s, 'which is said');
}

my $text = test_english();
test_next($text);
test_again();
test_named_books();
test_failures();
test_drawn();
done_testing();
