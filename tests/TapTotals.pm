# A formatter for prove that also counts: what prove shows stays as it is, and one
# line "passed failed skipped" is added to the file that $JF_TOTALS names.
#
# The numbers are taken from prove's own parsers, not from text: a test file that
# dies, prints no plan or fewer tests than planned counts as failed even when every
# line it printed was ok. A test marked as expected to fail counts by what it did.
package TapTotals;

use strict;
use warnings;

use TAP::Formatter::Console;
use TAP::Formatter::File;

our @ISA = (-t STDOUT ? 'TAP::Formatter::Console' : 'TAP::Formatter::File');

# (passed, failed, skipped) of one test file.
sub count_file {
    my ($parser) = @_;
    return (0, 0, 1) if defined $parser->skip_all && !$parser->has_problems;

    my $skipped = () = $parser->skipped;
    my $passed = () = $parser->actual_passed;
    my $failed = () = $parser->actual_failed;
    my $planned = $parser->tests_planned // 0;
    my $run = $parser->tests_run // 0;

    $failed += $planned - $run if $planned > $run;
    $failed = 1 if !$failed && $parser->has_problems;
    return ($passed - $skipped, $failed, $skipped);
}

sub summary {
    my ($self, $aggregate, @rest) = @_;
    $self->SUPER::summary($aggregate, @rest);

    my @sum = (0, 0, 0);
    for my $name ($aggregate->descriptions) {
        my ($parser) = $aggregate->parsers($name);
        my @counts = count_file($parser);
        $sum[$_] += $counts[$_] for 0 .. 2;
        if (defined $parser->skip_all) {
            my $why = $parser->skip_all;
            print "Skipped as a whole: $name ($why)\n";
        }
    }
    my $path = $ENV{JF_TOTALS} or return;
    open my $out, '>>', $path or die "TapTotals: cannot write $path: $!\n";
    print $out "@sum\n";
    close $out or die "TapTotals: cannot write $path: $!\n";
}

1;
