/*
 * The two texts that describe a time zone: TZif files (RFC 8536) and the
 * POSIX TZ string in their footer. Private to base; zone.c is the user.
 *
 * A file is data from outside: every length and index is checked, and a broken
 * file is refused as a whole.
 */
#ifndef JF_BASE_TZIF_H
#define JF_BASE_TZIF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/day.h"
#include "base/str.h"

/*
 * The transitions of a TZif file of version 2 or later, in out->from and
 * out->offset (out->name is left alone). Transitions that change nothing are
 * left out; a daylight saving rule in the footer is written out up to the end
 * of the year 2200. Files with leap seconds are refused.
 */
bool jf_tzif_parse(jf_arena *arena, const uint8_t *bytes, size_t n, jf_zone *out);

/* The day of a year on which the clocks change, and when on it. */
typedef struct jf_tz_rule {
    char kind;    /* 'M' month.week.weekday, 'J' day 1..365 without 29 February, '0' day 0..365 */
    int month;    /* 'M': 1..12 */
    int week;     /* 'M': 1..5, 5 is the last */
    int day;      /* 'M': 0..6 from Sunday; else the day of the year */
    int32_t time; /* seconds after local midnight, also negative or beyond the day */
} jf_tz_rule;

typedef struct jf_tz {
    int32_t standard; /* seconds east of UTC */
    int32_t daylight;
    bool has_daylight;
    jf_tz_rule start; /* in standard time */
    jf_tz_rule end;   /* in daylight time */
} jf_tz;

/* "CST-8", "EST5EDT,M3.2.0,M11.1.0", "<+1030>-10:30<+11>-11,...". A rule is asked for. */
bool jf_tz_parse(jf_str text, jf_tz *out);

/* Seconds from 1970-01-01T00:00 to the change in that year, both in local time. */
int64_t jf_tz_rule_in(const jf_tz_rule *rule, int year);

#endif
