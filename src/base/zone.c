/*
 * Time zones: where they are read from, and the two questions that business
 * days ask of them (see day.h; spec section 1).
 *
 * A zone is a table of transitions. Nearly every question is about a time
 * behind the last one, so that is looked at first.
 */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/tzif.h"

#define ZONE_FOLDER "/usr/share/zoneinfo/"
#define ZONE_NAME_MAX 64
#define ZONE_FILE_MAX (64 * 1024)
#define DAY_SECONDS 86400
#define SECOND_US 1000000

static int64_t floor_div(int64_t a, int64_t d)
{
    return a / d - (a % d < 0);
}

/* "localtime" is refused: it means another zone on every machine. */
static bool zone_name_valid(jf_str name)
{
    if (name.n == 0 || name.n > ZONE_NAME_MAX || name.p[0] == '/' || name.p[name.n - 1] == '/' ||
        jf_str_eq(name, JF_STR("localtime"))) {
        return false;
    }
    for (uint32_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool digit = c >= '0' && c <= '9';
        if (!letter && !digit && c != '_' && c != '+' && c != '-' && c != '/') {
            return false; /* no dot, so no ".." either */
        }
        if (c == '/' && name.p[i - 1] == '/') {
            return false;
        }
    }
    return true;
}

bool jf_zone_load(jf_arena *arena, jf_str name, jf_zone *out)
{
    if (!zone_name_valid(name)) {
        return false;
    }
    char path[sizeof ZONE_FOLDER + ZONE_NAME_MAX] = ZONE_FOLDER;
    memcpy(path + sizeof ZONE_FOLDER - 1, name.p, name.n);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    uint8_t bytes[ZONE_FILE_MAX];
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    JF_ASSERT(path[sizeof ZONE_FOLDER - 1 + name.n] == '\0');
    if (n == sizeof bytes || !jf_tzif_parse(arena, bytes, n, out)) {
        return false;
    }
    JF_ASSERT(out->from != NULL && out->offset != NULL);
    out->name = jf_str_dup(arena, name);
    return true;
}

/* How many transitions have happened by then: the index of the offset in force. */
static uint32_t zone_index(const jf_zone *zone, int64_t second)
{
    if (zone->count == 0 || second >= zone->from[zone->count - 1]) {
        return zone->count;
    }
    uint32_t low = 0, high = zone->count - 1; /* from[high] lies behind `second` */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (zone->from[middle] <= second) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    JF_ASSERT(zone->from[low] > second);
    return low;
}

jf_day jf_zone_day(const jf_zone *zone, jf_instant at)
{
    int64_t second = floor_div(at.us, SECOND_US);
    int64_t local = second + zone->offset[zone_index(zone, second)];
    return (jf_day){(int32_t)floor_div(local, DAY_SECONDS)};
}

/*
 * The first second at which local time has reached the day's midnight: the
 * clocks may jump over midnight, strike it twice, or skip the whole day (then
 * it is the first of the day after).
 */
jf_instant jf_zone_start(const jf_zone *zone, jf_day day)
{
    int64_t midnight = (int64_t)day.n * DAY_SECONDS;
    uint32_t i = zone_index(zone, midnight - 2 * DAY_SECONDS); /* before it in every zone */
    for (;; i++) {
        JF_ASSERT(i <= zone->count);
        int64_t start = midnight - zone->offset[i];
        if (i > 0 && start < zone->from[i - 1]) {
            start = zone->from[i - 1];
        }
        if (i == zone->count || start < zone->from[i]) {
            JF_ASSERT(zone_index(zone, start) == i);
            return (jf_instant){start * SECOND_US};
        }
    }
}
