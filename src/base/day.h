/*
 * Calendar days, instants and time zones.
 *
 * A business day is a calendar day of the policy's time zone (spec section 1).
 * Everything here is arithmetic on tables; only jf_zone_load reads a file.
 */
#ifndef JF_BASE_DAY_H
#define JF_BASE_DAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

typedef struct jf_day {
    int32_t n; /* days since 1970-01-01, proleptic Gregorian */
} jf_day;

typedef struct jf_instant {
    int64_t us; /* microseconds since 1970-01-01T00:00:00Z */
} jf_instant;

/* Years 1900 to 9999; refuses dates that do not exist. */
bool jf_day_parse(jf_str text, jf_day *out);
void jf_day_print(jf_buf *out, jf_day day);
jf_day jf_day_from_civil(int year, int month, int day);
void jf_day_civil(jf_day day, int *year, int *month, int *mday);
bool jf_day_is_month_end(jf_day day);

/* "2024-03": its first and its last day. */
bool jf_month_parse(jf_str text, jf_day *first, jf_day *last);

/* "2024-03", the month of a day. */
void jf_month_print(jf_buf *out, jf_day day);

/* RFC 3339 with offset, up to six decimals of a second; second 60 is refused. */
bool jf_instant_parse(jf_str text, jf_instant *out);
/* Canonical: UTC with 'Z', decimals only where there are any. */
void jf_instant_print(jf_buf *out, jf_instant at);

/* The offset from UTC of a named zone, by transitions. */
typedef struct jf_zone {
    jf_str name;
    uint32_t count;
    const int64_t *from;   /* seconds since 1970, ascending: offset[i] holds from here on */
    const int32_t *offset; /* seconds east of UTC, count + 1 of them: [0] is before from[0] */
} jf_zone;

/*
 * Reads the system's zone database (TZif, RFC 8536). Names are checked:
 * letters, digits, "_+-/" and no "..". False when the zone is unknown.
 */
bool jf_zone_load(jf_arena *arena, jf_str name, jf_zone *out);

jf_day jf_zone_day(const jf_zone *zone, jf_instant at);
jf_instant jf_zone_start(const jf_zone *zone, jf_day day); /* its first instant, to the second */

#endif
