/*
 * The POSIX TZ string of a time zone (see tzif.h): what the clocks do from the
 * last transition of the file on, for ever.
 *
 *   std offset [dst [offset] , start [/time] , end [/time]]
 *
 * Offsets there count west of UTC; ours count east. Hours of a rule run from
 * -167 to 167, as files of version 3 use them.
 */
#include "base/check.h"
#include "base/tzif.h"

#define DAY_SECONDS 86400
#define RULE_TIME 7200 /* 02:00, when a rule names no time */

/* The part of the text not yet read. */
typedef struct tz_reader {
    const char *p;
    const char *end;
} tz_reader;

static bool tz_take(tz_reader *r, char c)
{
    if (r->p == r->end || *r->p != c) {
        return false;
    }
    r->p++;
    return true;
}

/* One to three digits, a value from low to high. */
static bool tz_number(tz_reader *r, int low, int high, int *out)
{
    JF_ASSERT(r->p <= r->end);
    JF_ASSERT(low <= high && high <= 999);
    const char *first = r->p;
    int value = 0;
    while (r->p < r->end && r->p - first < 3 && *r->p >= '0' && *r->p <= '9') {
        value = 10 * value + (*r->p++ - '0');
    }
    *out = value;
    return r->p > first && value >= low && value <= high;
}

/* [+-]hh[:mm[:ss]] as seconds. */
static bool tz_time(tz_reader *r, int hours_max, int32_t *out)
{
    bool negative = tz_take(r, '-');
    if (!negative) {
        tz_take(r, '+');
    }
    int hours, minutes = 0, seconds = 0;
    if (!tz_number(r, 0, hours_max, &hours)) {
        return false;
    }
    if (tz_take(r, ':')) {
        if (!tz_number(r, 0, 59, &minutes)) {
            return false;
        }
        if (tz_take(r, ':') && !tz_number(r, 0, 59, &seconds)) {
            return false;
        }
    }
    int32_t total = hours * 3600 + minutes * 60 + seconds;
    *out = negative ? -total : total;
    return true;
}

/* Three letters or more, or "<+08>". Only its end is of interest. */
static bool tz_name(tz_reader *r)
{
    bool quoted = tz_take(r, '<');
    const char *first = r->p;
    while (r->p < r->end) {
        char c = *r->p;
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool sign_or_digit = (c >= '0' && c <= '9') || c == '+' || c == '-';
        if (!letter && !(quoted && sign_or_digit)) {
            break;
        }
        r->p++;
    }
    bool long_enough = r->p - first >= 3;
    return long_enough && (!quoted || tz_take(r, '>'));
}

static bool tz_rule(tz_reader *r, jf_tz_rule *out)
{
    *out = (jf_tz_rule){.time = RULE_TIME};
    bool read;
    if (tz_take(r, 'M')) {
        out->kind = 'M';
        read = tz_number(r, 1, 12, &out->month) && tz_take(r, '.') &&
               tz_number(r, 1, 5, &out->week) && tz_take(r, '.') && tz_number(r, 0, 6, &out->day);
    } else if (tz_take(r, 'J')) {
        out->kind = 'J';
        read = tz_number(r, 1, 365, &out->day);
    } else {
        out->kind = '0';
        read = tz_number(r, 0, 365, &out->day);
    }
    if (!read) {
        return false;
    }
    return !tz_take(r, '/') || tz_time(r, 167, &out->time);
}

bool jf_tz_parse(jf_str text, jf_tz *out)
{
    tz_reader r = {text.p, text.p + text.n};
    *out = (jf_tz){0};
    int32_t west;
    if (text.n == 0 || !tz_name(&r) || !tz_time(&r, 24, &west)) {
        return false;
    }
    out->standard = -west;
    out->daylight = out->standard;
    if (r.p == r.end) {
        return true;
    }
    if (!tz_name(&r)) {
        return false;
    }
    out->has_daylight = true;
    out->daylight = out->standard + 3600;
    if (r.p < r.end && *r.p != ',') {
        if (!tz_time(&r, 24, &west)) {
            return false;
        }
        out->daylight = -west;
    }
    return tz_take(&r, ',') && tz_rule(&r, &out->start) && tz_take(&r, ',') &&
           tz_rule(&r, &out->end) && r.p == r.end;
}

/* The day of 'M': the week-th such weekday of the month, or its last. */
static int32_t rule_month_day(const jf_tz_rule *rule, int year)
{
    int32_t first = jf_day_from_civil(year, rule->month, 1).n;
    int next_year = rule->month == 12 ? year + 1 : year;
    int32_t next = jf_day_from_civil(next_year, rule->month % 12 + 1, 1).n;
    int weekday = (int)(((first + 4) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
    int32_t day = first + (rule->day - weekday + 7) % 7 + 7 * (rule->week - 1);
    if (day >= next) {
        day -= 7;
    }
    JF_ASSERT(day >= first && day < next);
    return day;
}

int64_t jf_tz_rule_in(const jf_tz_rule *rule, int year)
{
    JF_ASSERT(year >= 1 && year <= 9999);
    int64_t day;
    int32_t new_year = jf_day_from_civil(year, 1, 1).n;
    switch (rule->kind) {
    case 'M':
        day = rule_month_day(rule, year);
        break;
    case 'J': {
        bool leap = jf_day_from_civil(year, 3, 1).n - new_year == 60;
        day = new_year + rule->day - 1 + (leap && rule->day >= 60);
        break;
    }
    case '0':
        day = new_year + rule->day;
        break;
    default:
        JF_ASSERT_UNREACHED();
    }
    return day * DAY_SECONDS + rule->time;
}
