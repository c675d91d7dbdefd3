#!/usr/bin/perl
# Tests of `jifen import`: what is read and what is refused, what is said about it, and that
# running it again, or after an interruption, gives the same books.
use strict;
use warnings;

use Compress::Zlib ();
use File::Temp ();
use JSON::PP qw(decode_json encode_json);
use Test::More;

use JifenRun;

my $folder = File::Temp->newdir();
my $next = 0;

sub file { my ($text) = @_; return write_file("$folder/" . ++$next . ".csv", $text) }
sub new_db { return "sqlite:$folder/" . ++$next . ".db" }

# One import into a database: the run, with its summary decoded.
sub import_file {
    my ($db, $csv, @options) = @_;
    my $run = jifen('import', '--db', $db, '--csv', $csv, '--json', @options);
    $run->{summary} = $run->{out} ? decode_json($run->{out}) : {};
    return $run;
}

# The state hash that a file leads to in a database of its own.
sub hash_of {
    my ($csv, @options) = @_;
    my $db = new_db();
    my $run = import_file($db, $csv, @options);
    return "import ended with $run->{status}: $run->{err}" if $run->{status} ne 0;
    return state_hash($db);
}

my $header = "customer,date,items,amount\n";
my $good = $header . <<'END';
00001,1997-01-01,1,11.77
00002,1997-01-12,1,12.00
00002,1997-01-12,5,77.00
00003,1997-01-02,2,20.76
00009,1997-01-03,2,19.54
00010,1997-01-02,5,57.45
00003,1997-03-30,2,20.7
END
my $good_file = file($good);
my $good_hash = hash_of($good_file);

sub test_good_rows {
    my $db = new_db();
    my $run = import_file($db, $good_file);
    is($run->{status}, 0, 'a good file goes in');
    is($run->{err}, '', 'and nothing is said about it, as standard error is no terminal');
    my $s = $run->{summary};
    is($s->{rows}, 7, 'every row was read');
    is($s->{paid}, 7, 'every row was paid');
    is_deeply($s->{skipped}, {}, 'no row was left out');
    is($s->{members}, 5, 'each customer became a member');
    is($s->{open_day}, '2024-03-30', 'the day of the last row is open, 27 years later');
    is($s->{days_closed}, 89, 'every day before it is closed');
    my $text = jifen('import', '--db', new_db(), '--csv', $good_file, '--lang', 'en');
    like($text->{out}, qr/^ +7  orders paid$/m, 'the summary is also there for people');
    like(jifen('import', '--db', new_db(), '--csv', $good_file, '--lang', 'zh')->{out},
        qr/新入账的订单/, 'and in Chinese');
}

sub test_running_again {
    my $db = new_db();
    import_file($db, $good_file);
    my $hash = state_hash($db);
    my $run = import_file($db, $good_file);
    is($run->{summary}{paid}, 0, 'a second import pays nothing');
    is($run->{summary}{again}, 7, 'it finds every order there');
    is(state_hash($db), $hash, 'and leaves the books as they were');
    is(import_file($db, $good_file, '--close-last')->{summary}{days_closed}, 1,
        '--close-last closes the last day too');
    is(import_file($db, $good_file, '--close-last')->{summary}{days_closed}, 0, 'once');
    my $late = import_file($db, file($good . "00011,1997-03-30,1,5.00\n"));
    is_deeply($late->{summary}{skipped}, {day_closed => 1}, 'a row of a closed day is refused');
    like($late->{err}, qr/:9: date: day_closed: /, 'with its line and the column of its date');
}

# The first half of a file by days, then all of it: as an interruption would leave it.
sub test_halves {
    my @rows = sort { (split /,/, $a)[1] cmp (split /,/, $b)[1] || $a cmp $b }
        split /^/, jifen('generate', '--customers', 60, '--days', 60)->{out} =~ s/^.*\n//r;
    my $whole = file(join '', $header, @rows);
    my $half = file(join '', $header, @rows[0 .. @rows / 2]);
    my $db = new_db();
    import_file($db, $half);
    my $run = import_file($db, $whole, '--batch', 7);
    is($run->{summary}{again} + $run->{summary}{paid}, scalar @rows, 'the rest of a file goes in');
    cmp_ok($run->{summary}{again}, '>', 0, 'behind what was there');
    is(state_hash($db), hash_of($whole), 'and the books are those of an import in one go');
}

sub test_forms {
    is(hash_of(file("\xEF\xBB\xBF$good")), $good_hash, 'a byte order mark is passed over');
    is(hash_of(file($good =~ s/\n/\r\n/gr)), $good_hash, 'lines may end with CRLF');
    is(hash_of(file($good =~ s/\n\z//r)), $good_hash, 'the last line needs no end');
    is(hash_of(file($good =~ s/\n/\n\n/gr)), $good_hash, 'blank lines are passed over');
    is(hash_of(file($good =~ s/([^,\n]+)/"$1"/gr)), $good_hash, 'every field may be quoted');
    is(hash_of(file(Compress::Zlib::memGzip($good))), $good_hash, 'a file may be gzipped');
    my $db = new_db();
    is(jifen({in => $good}, 'import', '--db', $db, '--csv', '-')->{status}, 0,
        'a file may come through standard input');
    is(state_hash($db), $good_hash, 'with the same result');
    my $wide = $good =~ s/^(.*)$/"a \"\"b\"\", c\nsecond line",$1/mgr;
    $wide =~ s/\A"[^,]*, c\nsecond line"/note/;
    is(hash_of(file($wide)), $good_hash, 'other columns may hold anything, line breaks too');
    my $bad = import_file(new_db(), file($wide . "x,,1997-04-01,1,1.00\n"));
    like($bad->{err}, qr/:16: customer: /, 'lines are counted as an editor counts them');
}

# [row, what is said: line 2, column and reason]
my @bad_rows = (
    ['1,1997-01-01,1,0.00', qr/:2: amount: no_sale: 0 is no sale; expected /],
    ['1,1997-01-01,1,-5.00', qr/:2: amount: amount: negative; expected /],
    ['1,1997-01-01,1,5.001', qr/:2: amount: amount: expected at most 2 decimals/],
    ['1,1997-01-01,1,"1,200.00"', qr/:2: amount: amount: expected /],
    ['1,1997-01-01,1,', qr/:2: amount: amount: expected /],
    ['1,1997-01-01,1,100000000000.01', qr/:2: amount: amount: too large; expected /],
    ['1,1997-01-01,1,99999999999999999999', qr/:2: amount: amount: too large; expected /],
    ['1,01/02/1997,1,5.00', qr/:2: date: date: expected a day like /],
    ['1,1997-02-30,1,5.00', qr/:2: date: date: expected a day like /],
    ['1,1997-01-01 25:00,1,5.00', qr/:2: date: date: expected a day like .* with a time/],
    ['1,1996-02-29,1,5.00', qr/:2: date: date: there is no such day in the year/],
    ['a b,1997-01-01,1,5.00', qr/:2: customer: customer: expected an id/],
    [',1997-01-01,1,5.00', qr/:2: customer: customer: expected an id/],
    ["\xE4\xBD\xA0,1997-01-01,1,5.00", qr/:2: customer: customer: expected an id/],
    ['1,1997-01-01,1', qr/:2: columns: expected 4 columns as in the header, found 3/],
    ['1,1997-01-01,1,5.00,', qr/:2: columns: expected 4 columns as in the header, found 5/],
    ["1,1997-01-01,\xFF,5.00", qr/:2: row: field 3: not UTF-8/],
    ["1,1997-01-01,\xC0\x80,5.00", qr/:2: row: field 3: not UTF-8/],
    ["1,1997-01-01,\xED\xA0\x80,5.00", qr/:2: row: field 3: not UTF-8/],
    ["1,1997-01-01,\0,5.00", qr/:2: row: field 3: a NUL byte/],
    ['1,1997-01-01,a"b,5.00', qr/:2: row: field 3: a quote inside an unquoted field/],
    ['1,1997-01-01,"a"b,5.00', qr/:2: row: field 3: text behind a closing quote/],
    [join(',', 1 .. 65), qr/:2: row: more than 64 columns/],
);

sub test_bad_rows {
    for my $case (@bad_rows) {
        my ($row, $said) = @$case;
        my $name = $row =~ s/[^ -~]/?/gr;
        my $db = new_db();
        my $run = import_file($db, file("$header$row\n1,1997-01-01,1,5.00\n"));
        like($run->{err}, $said, "it is said what is wrong with $name");
        is("$run->{status} $run->{summary}{paid}", '0 1', 'and the next row goes in');
    }
    my $mixed = file(join "\n", $header =~ s/\n//r, (map { $_->[0] } @bad_rows),
        "1,1997-01-01,1,5.00\n");
    my $run = import_file(new_db(), $mixed);
    my $left_out = 0;
    $left_out += $_ for values %{ $run->{summary}{skipped} };
    is($left_out, scalar @bad_rows, 'all of them together are counted');
    is($run->{summary}{skipped}{amount}, 6, 'by reason');
}

sub test_telling {
    my $told = "$folder/told.txt";
    my $run = import_file(new_db(), file($good . "1,1997-01-01,1,0.00\n"), '--bad-to', $told);
    is($run->{err}, '', 'with --bad-to nothing is said on standard error');
    like(read_file($told), qr/\A\S+:9: amount: no_sale: .*\n\z/, 'but in the file');
    my $many = import_file(new_db(), file($good . "1,1997-01-01,1,0.00\n" x 1500));
    my $lines = () = $many->{err} =~ /no_sale/g;
    is($lines, 1000, 'of very many bad rows, a thousand are told');
    like($many->{err}, qr/and 500 more rows like these/, 'and the rest are counted');
    is($many->{summary}{skipped}{no_sale}, 1500, 'as all are in the summary');
    my $full = import_file(new_db(), $good_file, '--bad-to', "$folder/no/such/place");
    is("$full->{status} $full->{out}", '2 ', 'a file that cannot be written is refused at once');
}

# What there is no going on from: [text, what is said]
sub test_bad_files {
    my @cases = (
        ["$header\"1,1997-01-01,1,5.00\n", qr/:2: the quote opened here is never closed/],
        [$header . '"' . 'x' x ((1 << 20) + 1) . '"', qr/:2: the quote .* not closed within 1 MiB/],
        [$header . 'x' x ((1 << 20) + 1), qr/:2: a row of more than 1 MiB/],
        ['', qr/the file is empty; expected a header/],
        ["customer,day,amount\n", qr/:1: there is no column "date" in the header.*--map/],
        ["customer,date,date,amount\n", qr/:1: there are two columns "date"/],
        [substr(Compress::Zlib::memGzip($good x 99), 0, -20), qr/gzipped file ends too early/],
    );
    for my $case (@cases) {
        my ($text, $said) = @$case;
        my $run = jifen('import', '--db', "sqlite:$folder/none.db", '--csv', file($text));
        like($run->{err}, $said, "a file is refused: $said");
        is($run->{status}, 2, 'with status 2');
    }
    my $long = jifen('import', '--db', "sqlite:$folder/none.db", '--csv', $good_file,
        '--max-rows', 6);
    like($long->{err}, qr/:8: more than 6 rows; rows are sorted in memory.*--max-rows/,
        'a file with too many rows is refused, with what to do');
    my $absent = jifen('import', '--db', "sqlite:$folder/none.db", '--csv', "$folder/absent.csv");
    like($absent->{err}, qr/cannot open .*absent\.csv: No such file/, 'a file that is not there');
    is("$long->{status} $absent->{status}", '2 2', 'both with status 2');
    ok(!-e "$folder/none.db", 'and no database was made for any of them');
}

sub test_refuse {
    my $bad = file($good . "1,1997-01-01,1,0.00\n");
    my $run = import_file("sqlite:$folder/refused.db", $bad, '--bad', 'refuse');
    is($run->{status}, 1, '--bad refuse refuses a file with a bad row');
    like($run->{err}, qr/:9: amount: no_sale.*1 rows cannot go in, so nothing was written/s,
        'and says which');
    ok(!$run->{summary}{written}, 'the summary says that nothing was written');
    ok(!-e "$folder/refused.db", 'no database was made');

    my $db = new_db();
    is(import_file($db, $good_file, '--bad', 'refuse')->{summary}{paid}, 7,
        'a file without bad rows goes in');
    is(state_hash($db), $good_hash, 'as it does otherwise');
    my $late = file($good . "00001,1997-04-02,1,9.00\n00001,1997-01-05,1,8.00\n");
    my $refused = import_file($db, $late, '--bad', 'refuse');
    is($refused->{status}, 1, 'a row that a rule would refuse has the file refused');
    like($refused->{err}, qr/:10: date: day_closed: /, 'it is named');
    is(state_hash($db), $good_hash, 'and the books are as they were');
    is_deeply(import_file($db, $late)->{summary}{skipped}, {day_closed => 1},
        'without --bad refuse the other row goes in');
}

my $mapping = {
    name => 'till',
    columns => {customer => 'card', date => 'at', amount => 'paid', shop => 'till', id => 'no'},
    shops => {regions => ['330106'], rebate => '0.1'},
    agents => [{region => '3301',
        holders => [{member => 'b', weight => 1}, {member => 'a', weight => 2}]}],
};

sub test_mapping {
    my $map = "$folder/till.json";
    write_file($map, encode_json($mapping));
    my $csv = file("no,card,at,till,paid\nA-1,anna,2024-05-02 09:30:15,north,10.00\n"
        . "A-2,ben,2024-05-02T23:59:59,south,20.00\nA-3,anna,2024-05-01,south,30.00\n");
    my $db = new_db();
    my $run = import_file($db, $csv, '--map', $map);
    is("$run->{status} $run->{summary}{paid}", '0 3', 'a mapping names the columns');
    my $order = '{"cmd":"order.pay","id":"A-1","member":"anna","shop":"north","amount":"10",'
        . '"scan":true,"at":"2024-05-02T09:30:15+08:00"}';
    my $again = jifen({in => $order}, 'apply', '--db', $db);
    like($again->{out}, qr/"ok":true.*"cash":"10.00".*"rebate":"1.00"/,
        'an order is the one that the row says, to the second');
    is(import_file($db, $csv, '--map', $map)->{summary}{again}, 3, 'orders are told by their ids');
    my $other = import_file($db, file("no,card,at,till,paid\nA-1,anna,2024-05-02,north,11.00\n"),
        '--map', $map);
    like($other->{err}, qr/:2: no: id_conflict: /, 'the same id with other content is told');
}

# [change to the mapping, what is said]
sub test_bad_mappings {
    my $with = sub {
        my ($change) = @_;
        my $copy = decode_json(encode_json($mapping));
        $change->($copy);
        return $copy;
    };
    my @cases = (
        [sub { delete $_[0]{name} }, qr/name: missing/],
        [sub { $_[0]{surprise} = 1 }, qr/surprise: there is no such field/],
        [sub { $_[0]{columns}{price} = 'x' }, qr/columns\.price: there is no such field/],
        [sub { delete $_[0]{columns}{date} }, qr/columns\.date: missing/],
        [sub { $_[0]{shops}{count} = 4 }, qr/shops\.count: not together with columns\.shop/],
        [sub { delete $_[0]{columns}{shop} }, qr/shops\.count: missing/],
        [sub { $_[0]{shops}{regions} = [] }, qr/shops\.regions: expected 1 to 64 region codes/],
        [sub { $_[0]{shops}{regions} = ['3301'] },
            qr/shops\.regions: expected 1 to 64 region codes/],
        [sub { $_[0]{shops}{rebate} = 0.1 }, qr/shops\.rebate: expected a ratio/],
        [sub { @{ $_[0]{shops} }{qw(rebate_step rebate_steps)} = ('0.1', 11) }, qr/rebate above 1/],
        [sub { $_[0]{time} = '24:00' }, qr/time: expected a time like/],
        [sub { $_[0]{scan} = 'yes' }, qr/scan: expected true or false/],
        [sub { $_[0]{agents}[0]{holders}[1]{member} = 'b' }, qr/agents: .* each member once/],
        [sub { $_[0]{agents}[0]{holders}[1]{weight} = 0 }, qr/agents: expected/],
    );
    for my $case (@cases) {
        write_file("$folder/bad.json", encode_json($with->($case->[0])));
        my $run = jifen('import', '--db', 'memory:', '--csv', $good_file, '--map',
            "$folder/bad.json");
        like($run->{err}, $case->[1], "a mapping is refused: $case->[1]");
        is($run->{status}, 2, 'with status 2');
    }
}

sub test_built_in_mapping {
    my $example = 'examples/mappings/cdnow.json';
    is(jifen('import', '--print-map')->{out}, read_file($example),
        "the built-in mapping is $example");
    is(hash_of($good_file, '--map', $example), $good_hash, 'and does the same as none');
    my $db = new_db();
    import_file($db, $good_file);
    my @asked = map { qq({"cmd":"account.get","$_->[0]":"$_->[1]"}\n) }
        ['member', 'recruiter-7'], ['member', 'agent-33-a'], ['member', 'agent-33-b'],
        ['shop', 's-07'], ['shop', 's-20'];
    my @answers = map { decode_json($_)->{result} }
        split /\n/, jifen({in => join '', @asked}, 'apply', '--db', $db)->{out};
    # Customer 1, first purchase: shop 7, in 330203, brought in by recruiter 7: 0.3 % of 11.77.
    cmp_ok($answers[0]{wallet}, '>=', 0.03, 'who recruited a shop is paid');
    is($answers[3]{receivable}, '10.60',
        'the first purchase of customer 1 is at shop 7, rebate 10 %');
    # Customer 2, purchases 0 and 1: shops 14 and 27; customer 3: shops 21 and 34.
    is($answers[4]{receivable}, '0.00', 'nobody was sent to shop 20');
    cmp_ok($answers[1]{wallet}, '>', 0, 'agents of a province are paid');
    cmp_ok($answers[1]{wallet}, '>', $answers[2]{wallet}, 'by their weights');
}

sub test_policies {
    my $db = new_db();
    jifen({in => '{"cmd":"policy.set","policy":"wodian","from":"2023-12-30"}'}, 'apply',
        '--db', $db);
    my $run = import_file($db, $good_file, '--policy', 'zhongdian');
    is("$run->{status} $run->{summary}{paid}", '0 7',
        'books with a policy of their own take a file');
    ok(!$run->{summary}{policy_set}, 'and keep it');
    like($run->{err}, qr/have a policy already, so --policy zhongdian was not used/,
        'which is said');
    my $local = import_file(new_db(), $good_file, '--policy', 'local');
    is($local->{status}, 1, 'a mapping that the policy does not allow is refused');
    like($local->{err}, qr/what the mapping sets up .* was refused: policy_limit \(rebate\)/,
        'with the reason');
    write_file("$folder/policy.json", qq(\n{"name":"own","rebate":{"min":"0.01","max":"0.3"}}\n));
    is(import_file(new_db(), $good_file, '--policy', "$folder/policy.json")->{summary}{paid}, 7,
        'a policy may come from a file');
    write_file("$folder/policy.json", '{"name":"own","rebate":{"min":"0.5","max":"0.3"}}');
    my $bad = import_file(new_db(), $good_file, '--policy', "$folder/policy.json");
    like($bad->{err}, qr/the policy was refused: policy_invalid/,
        'a policy that cannot hold is refused');
    is($bad->{status}, 1, 'with status 1');
}

sub test_usage {
    is(jifen('import', '--csv', $good_file)->{status}, 64, 'a database must be named');
    is(jifen('import', '--db', 'memory:')->{status}, 64, 'a file must be named');
    is(jifen('import', '--db', 'memory:', '--csv', 'x', '--bad', 'maybe')->{status}, 64,
        '--bad takes skip or refuse');
    my $empty = import_file(new_db(), file($header));
    is("$empty->{status} $empty->{summary}{rows}", '0 0', 'a file without rows is fine');
}

# A terminal is made by Python's pty, as Perl has none.
sub test_progress {
    my $script = 'import os, pty, sys; '
        . 'sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';
    my $db = new_db();
    open my $pipe, '-|', 'python3', '-c', $script, $ENV{JIFEN}, 'import', '--db', $db, '--csv',
        $good_file, '--lang', 'en'
        or die "cannot run python3: $!\n";
    my $seen = do { local $/; <$pipe> };
    ok(close $pipe, 'an import on a terminal ends well');
    like($seen, qr{7 of 7 rows  100 %  \d+ rows/s  business day 2024-03-30},
        'it shows how far it is');
    like($seen, qr/\e\[K.*orders paid/s, 'and wipes that away before the summary');
}

test_good_rows();
test_running_again();
test_halves();
test_forms();
test_bad_rows();
test_telling();
test_bad_files();
test_refuse();
test_mapping();
test_bad_mappings();
test_built_in_mapping();
test_policies();
test_usage();
test_progress();
done_testing();
