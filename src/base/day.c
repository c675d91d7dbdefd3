/*
 * Days and instants: arithmetic of the Gregorian calendar (see day.h).
 *
 * Years are counted from 1 March here, because the leap day is then the last
 * of its year: days before a year, and days before a month in it, become plain
 * formulas. Day 0 of that count is 0000-03-01.
 */
#include "base/day.h"

#include <string.h>

#include "base/check.h"

#define EPOCH_DAY 719468 /* 1970-01-01, counted from 0000-03-01 */
#define DAY_SECONDS 86400
#define SECOND_US 1000000
#define YEAR_MIN 1900
#define YEAR_MAX 9999

static int64_t floor_div(int64_t a, int64_t d)
{
    return a / d - (a % d < 0);
}

static int month_days(int year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    JF_ASSERT(month >= 1 && month <= 12);
    return days[month - 1] + (month == 2 && leap);
}

/* Days from 0000-03-01 to 1 March of the year. */
static int64_t days_before_year(int64_t year)
{
    return 365 * year + floor_div(year, 4) - floor_div(year, 100) + floor_div(year, 400);
}

/* Days from 1 March to the first of the month, 0 = March: 31 30 31 30 31 repeats. */
static int days_before_month(int from_march)
{
    return (153 * from_march + 2) / 5;
}

jf_day jf_day_from_civil(int year, int month, int day)
{
    JF_ASSERT(month >= 1 && month <= 12);
    JF_ASSERT(day >= 1 && day <= month_days(year, month));
    int64_t march_year = (int64_t)year - (month < 3);
    int from_march = month < 3 ? month + 9 : month - 3;
    int64_t n = days_before_year(march_year) + days_before_month(from_march) + day - 1;
    return (jf_day){(int32_t)(n - EPOCH_DAY)};
}

void jf_day_civil(jf_day day, int *year, int *month, int *mday)
{
    int64_t n = (int64_t)day.n + EPOCH_DAY;
    int64_t march_year = floor_div(n * 400, 146097); /* right, or off by one */
    if (days_before_year(march_year) > n) {
        march_year--;
    } else if (days_before_year(march_year + 1) <= n) {
        march_year++;
    }
    int rest = (int)(n - days_before_year(march_year));
    JF_ASSERT(rest >= 0 && rest <= 365);
    int from_march = (5 * rest + 2) / 153;
    *month = from_march < 10 ? from_march + 3 : from_march - 9;
    *year = (int)(march_year + (*month < 3));
    *mday = rest - days_before_month(from_march) + 1;
    JF_ASSERT(*month >= 1 && *month <= 12);
    JF_ASSERT(*mday >= 1 && *mday <= 31);
}

bool jf_day_is_month_end(jf_day day)
{
    int year, month, mday;
    jf_day_civil(day, &year, &month, &mday);
    return mday == month_days(year, month);
}

bool jf_month_parse(jf_str text, jf_day *first, jf_day *last)
{
    char day[16];
    if (text.n != 7)
        return false;
    memcpy(day, text.p, 7);
    memcpy(day + 7, "-01", 3);
    if (!jf_day_parse((jf_str){day, 10}, first))
        return false;
    for (*last = *first; !jf_day_is_month_end(*last);)
        last->n++;
    return true;
}

void jf_month_print(jf_buf *out, jf_day day)
{
    jf_day_print(out, day);
    out->n -= 3; /* the day of the month */
}

/* Exactly n digits; false when there is anything else. */
static bool digits_parse(const char *p, int n, int *out)
{
    JF_ASSERT(n > 0 && n <= 9); /* what int holds */
    int value = 0;
    for (int i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9') {
            return false;
        }
        value = 10 * value + (p[i] - '0');
    }
    *out = value;
    return true;
}

static char *digits_print(char *p, int value, int n)
{
    for (int i = n - 1; i >= 0; i--) {
        p[i] = (char)('0' + value % 10);
        value /= 10;
    }
    JF_ASSERT(value == 0);
    return p + n;
}

bool jf_day_parse(jf_str text, jf_day *out)
{
    int year, month, day;
    if (text.n != 10 || text.p[4] != '-' || text.p[7] != '-' || !digits_parse(text.p, 4, &year) ||
        !digits_parse(text.p + 5, 2, &month) || !digits_parse(text.p + 8, 2, &day)) {
        return false;
    }
    if (year < YEAR_MIN || month < 1 || month > 12 || day < 1 || day > month_days(year, month)) {
        return false;
    }
    *out = jf_day_from_civil(year, month, day);
    return true;
}

/* A day after 9999 (the last instant of UTC, seen from the east) keeps its fifth digit. */
void jf_day_print(jf_buf *out, jf_day day)
{
    int year, month, mday;
    jf_day_civil(day, &year, &month, &mday);
    if (year < 0 || year > YEAR_MAX) {
        jf_buf_int(out, year);
    } else {
        char digits[4];
        digits_print(digits, year, 4);
        jf_buf_bytes(out, digits, sizeof digits);
    }
    char rest[6] = "-";
    char *p = digits_print(rest + 1, month, 2);
    *p++ = '-';
    p = digits_print(p, mday, 2);
    JF_ASSERT(p == rest + sizeof rest);
    jf_buf_bytes(out, rest, sizeof rest);
}

/* "12:34:56", without leap seconds; seconds since midnight. */
static bool clock_parse(const char *p, int64_t *out)
{
    int hour, minute, second;
    if (p[2] != ':' || p[5] != ':' || !digits_parse(p, 2, &hour) ||
        !digits_parse(p + 3, 2, &minute) || !digits_parse(p + 6, 2, &second) || hour > 23 ||
        minute > 59 || second > 59) {
        return false;
    }
    *out = hour * 3600 + minute * 60 + second;
    return true;
}

/* ".5" at *at: one to six digits, and *at moves behind them. No point: 0. */
static bool fraction_parse(jf_str text, uint32_t *at, int64_t *us)
{
    JF_ASSERT(*at <= text.n);
    *us = 0;
    if (*at >= text.n || text.p[*at] != '.') {
        return true;
    }
    uint32_t first = ++*at;
    int64_t weight = SECOND_US;
    while (*at < text.n && text.p[*at] >= '0' && text.p[*at] <= '9') {
        weight /= 10;
        *us += weight * (text.p[*at] - '0');
        ++*at;
    }
    return *at > first && *at - first <= 6;
}

/* "Z" or "+08:00", the whole rest of the text; seconds east of UTC. */
static bool offset_parse(jf_str text, uint32_t at, int64_t *out)
{
    JF_ASSERT(at <= text.n);
    *out = 0;
    if (text.n - at == 1) {
        return text.p[at] == 'Z' || text.p[at] == 'z';
    }
    int hour, minute;
    const char *p = text.p + at;
    if (text.n - at != 6 || (p[0] != '+' && p[0] != '-') || p[3] != ':' ||
        !digits_parse(p + 1, 2, &hour) || !digits_parse(p + 4, 2, &minute) || hour > 23 ||
        minute > 59) {
        return false;
    }
    int64_t seconds = hour * 3600 + minute * 60;
    *out = p[0] == '-' ? -seconds : seconds;
    return true;
}

bool jf_instant_parse(jf_str text, jf_instant *out)
{
    jf_day day;
    int64_t clock, us, offset;
    uint32_t at = 19; /* behind "2024-03-15T12:34:56" */
    if (text.n < at + 1 || (text.p[10] != 'T' && text.p[10] != 't') ||
        !jf_day_parse((jf_str){text.p, 10}, &day) || !clock_parse(text.p + 11, &clock) ||
        !fraction_parse(text, &at, &us) || !offset_parse(text, at, &offset)) {
        return false;
    }
    int64_t seconds = (int64_t)day.n * DAY_SECONDS + clock - offset;
    int64_t first = jf_day_from_civil(YEAR_MIN, 1, 1).n;
    int64_t last = jf_day_from_civil(YEAR_MAX, 12, 31).n;
    if (seconds < first * DAY_SECONDS || seconds >= (last + 1) * DAY_SECONDS) {
        return false; /* its offset carries it out of the years that can be printed */
    }
    out->us = seconds * SECOND_US + us;
    return true;
}

void jf_instant_print(jf_buf *out, jf_instant at)
{
    int64_t seconds = floor_div(at.us, SECOND_US);
    int64_t day = floor_div(seconds, DAY_SECONDS);
    int clock = (int)(seconds - day * DAY_SECONDS);
    int us = (int)(at.us - seconds * SECOND_US);
    JF_ASSERT(clock >= 0 && clock < DAY_SECONDS);
    JF_ASSERT(us >= 0 && us < SECOND_US);
    jf_day_print(out, (jf_day){(int32_t)day});
    char text[20] = "T";
    char *p = digits_print(text + 1, clock / 3600, 2);
    *p++ = ':';
    p = digits_print(p, clock / 60 % 60, 2);
    *p++ = ':';
    p = digits_print(p, clock % 60, 2);
    if (us != 0) {
        *p++ = '.';
        p = digits_print(p, us, 6);
        while (p[-1] == '0') {
            p--;
        }
    }
    *p++ = 'Z';
    JF_ASSERT(p <= text + sizeof text);
    jf_buf_bytes(out, text, (size_t)(p - text));
}
