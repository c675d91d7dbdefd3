/*
 * Lines of plain text: what people write passes, what hides or turns what is read does not.
 */
#include <string.h>

#include "base/line.h"
#include "tap.h"

#define BYTES(literal) ((jf_str){(literal), sizeof(literal) - 1})

static void fits(const char *text, uint32_t most, bool expected, const char *why)
{
    ok(jf_line_fits(jf_str_of(text), most) == expected, "%s", why);
}

static void test_passes(void)
{
    fits("", 0, true, "the empty text");
    fits("外婆家（西湖店）", 8, true, "Chinese, of exactly so many characters");
    fits("Caf\xc3\xa9 \"O'Brien\" <b>&amp;</b>", 60, true, "quotes and tags are only text");
    fits("\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", 4, true, "Hebrew needs no marks");
    fits("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x8d\xb3", 3, true, "a picture of several parts");
    fits("a\xe3\x80\x80g", 3, true, "a wide blank in the middle");
}

static void test_refused(void)
{
    fits("外婆家", 2, false, "a character too many");
    fits(" a", 9, false, "a blank in front");
    fits("a ", 9, false, "a blank behind");
    fits("a\xe3\x80\x80", 9, false, "a wide one");
    fits(" ", 9, false, "nothing but a blank");
    fits("a\nb", 9, false, "two lines");
    fits("a\tb", 9, false, "a tabulator");
    fits("a\x7f", 9, false, "DEL");
    fits("a\xc2\x85"
         "b",
         9, false, "a control of C1");
    fits("a\xe2\x80\xae"
         "b",
         9, false, "an override of direction");
    fits("a\xe2\x81\xa6"
         "b",
         9, false, "an isolate of direction");
    fits("a\xe2\x80\x8f"
         "b",
         9, false, "a mark of direction");
    fits("a\xd8\x9c"
         "b",
         9, false, "the Arabic one");
    fits("a\xe2\x80\x8b"
         "b",
         9, false, "a space without width");
    fits("a\xe2\x80\xa8"
         "b",
         9, false, "a separator of lines");
    fits("a\xef\xbb\xbf"
         "b",
         9, false, "a byte order mark");
    fits("a\xf3\xa0\x81\xa1", 9, false, "a tag that nobody sees");
    ok(!jf_line_fits(BYTES("a\0b"), 9), "NUL");
}

static void test_no_utf8(void)
{
    fits("\xff", 9, false, "a byte that begins nothing");
    fits("\xe5\xa4", 9, false, "a character that is cut off");
    fits("\xc0\xaf", 9, false, "one that is longer than it needs");
    fits("\xe0\x80\xaf", 9, false, "and another");
    fits("\xed\xa0\x80", 9, false, "half of a pair");
    fits("\xf4\x90\x80\x80", 9, false, "above the last of all");
    fits("\x80", 9, false, "a byte that begins in the middle");
}

int main(void)
{
    test_passes();
    test_refused();
    test_no_utf8();
    return tap_plan_done();
}
