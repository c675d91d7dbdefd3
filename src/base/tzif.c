/*
 * TZif files (RFC 8536) into a table of transitions (see tzif.h).
 *
 * A file is a block with 32-bit times for old readers, which is stepped over,
 * the same with 64-bit times, and a footer with a TZ string. Its numbers are
 * big-endian. The reader only moves forward and never beyond the end.
 */
#include "base/tzif.h"

#include <string.h>

#include "base/check.h"

#define RULE_YEAR_FIRST 1900
#define RULE_YEAR_LAST 2200
#define OFFSET_MIN (-25 * 3600 + 1) /* RFC 8536 section 3.2 */
#define OFFSET_MAX (26 * 3600 - 1)

typedef struct tzif_reader {
    const uint8_t *p;
    size_t left;
} tzif_reader;

typedef struct tzif_head {
    uint8_t version;
    uint32_t isuts, isstds, leaps, times, types, chars;
} tzif_head;

/* The table while it grows; transitions in ascending order. */
typedef struct tzif_table {
    int64_t *from;
    int32_t *offset; /* offset[count] holds now */
    uint32_t count;
    uint32_t room;
} tzif_table;

static const uint8_t *tzif_take(tzif_reader *r, uint64_t n)
{
    if (n > r->left) {
        return NULL;
    }
    const uint8_t *taken = r->p;
    r->p += n;
    r->left -= n;
    return taken;
}

static uint64_t tzif_number(const uint8_t *p, int bytes)
{
    JF_ASSERT(bytes > 0 && bytes <= 8);
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++) {
        value = value << 8 | p[i];
    }
    return value;
}

static bool tzif_read_head(tzif_reader *r, tzif_head *out)
{
    const uint8_t *p = tzif_take(r, 44);
    if (p == NULL || memcmp(p, "TZif", 4) != 0 || p[4] < '2' || p[4] > '4') {
        return false;
    }
    *out = (tzif_head){
        .version = p[4],
        .isuts = (uint32_t)tzif_number(p + 20, 4),
        .isstds = (uint32_t)tzif_number(p + 24, 4),
        .leaps = (uint32_t)tzif_number(p + 28, 4),
        .times = (uint32_t)tzif_number(p + 32, 4),
        .types = (uint32_t)tzif_number(p + 36, 4),
        .chars = (uint32_t)tzif_number(p + 40, 4),
    };
    return true;
}

/* Two headers of one version, the second in front of 64-bit times that we can read. */
static bool tzif_read_heads(tzif_reader *r, tzif_head *out)
{
    tzif_head old;
    if (!tzif_read_head(r, &old)) {
        return false;
    }
    uint64_t old_bytes = (uint64_t)old.times * 5 + (uint64_t)old.types * 6 + old.chars +
                         (uint64_t)old.leaps * 8 + old.isstds + old.isuts;
    if (tzif_take(r, old_bytes) == NULL || !tzif_read_head(r, out)) {
        return false;
    }
    return out->version == old.version && out->leaps == 0 && out->types >= 1 && out->types <= 256 &&
           out->chars >= 1 && (out->isuts == 0 || out->isuts == out->types) &&
           (out->isstds == 0 || out->isstds == out->types);
}

static bool tzif_offset(const uint8_t *types, uint32_t type, int32_t *out)
{
    const uint8_t *p = types + 6 * (size_t)type;
    int32_t offset = (int32_t)(uint32_t)tzif_number(p, 4);
    if (offset < OFFSET_MIN || offset > OFFSET_MAX || p[4] > 1) {
        return false;
    }
    *out = offset;
    return true;
}

/* A second change at the same second replaces the first; what changes nothing is left out. */
static bool table_add(tzif_table *table, int64_t at, int32_t offset)
{
    if (table->count > 0 && at <= table->from[table->count - 1]) {
        if (at < table->from[table->count - 1]) {
            return false;
        }
        table->count--;
    }
    if (table->offset[table->count] == offset) {
        return true;
    }
    JF_ASSERT(table->count < table->room);
    table->from[table->count++] = at;
    table->offset[table->count] = offset;
    return true;
}

/* The block of 64-bit times; *last is the time of its last transition. */
static bool tzif_read_block(tzif_reader *r, const tzif_head *head, tzif_table *table, int64_t *last)
{
    JF_ASSERT(head->times <= table->room);
    const uint8_t *times = tzif_take(r, (uint64_t)head->times * 8);
    const uint8_t *indices = tzif_take(r, head->times);
    const uint8_t *types = tzif_take(r, (uint64_t)head->types * 6);
    const uint8_t *rest = tzif_take(r, (uint64_t)head->chars + head->isstds + head->isuts);
    if (times == NULL || indices == NULL || types == NULL || rest == NULL ||
        !tzif_offset(types, 0, &table->offset[0])) {
        return false;
    }
    for (uint32_t i = 0; i < head->times; i++) {
        int64_t at = (int64_t)tzif_number(times + 8 * (size_t)i, 8);
        int32_t offset;
        if ((i > 0 && at <= *last) || indices[i] >= head->types ||
            !tzif_offset(types, indices[i], &offset) || !table_add(table, at, offset)) {
            return false;
        }
        *last = at;
    }
    return true;
}

static int tzif_rule_year(int64_t last)
{
    int64_t day = last / 86400;
    if (day < jf_day_from_civil(RULE_YEAR_FIRST + 1, 1, 1).n) {
        return RULE_YEAR_FIRST;
    }
    if (day > jf_day_from_civil(RULE_YEAR_LAST, 1, 1).n) {
        return RULE_YEAR_LAST;
    }
    int year, month, mday;
    jf_day_civil((jf_day){(int32_t)day}, &year, &month, &mday);
    JF_ASSERT(year - 1 >= RULE_YEAR_FIRST && year - 1 <= RULE_YEAR_LAST);
    return year - 1;
}

/* Writes the yearly changes behind the last transition into the table. */
static bool tzif_expand(const jf_tz *tz, int64_t last, tzif_table *table)
{
    JF_ASSERT(tz->has_daylight);
    for (int year = tzif_rule_year(last); year <= RULE_YEAR_LAST; year++) {
        int64_t start = jf_tz_rule_in(&tz->start, year) - tz->standard;
        int64_t end = jf_tz_rule_in(&tz->end, year) - tz->daylight;
        bool starts_first = start < end;
        int64_t first = starts_first ? start : end;
        int64_t second = starts_first ? end : start;
        int32_t then = starts_first ? tz->daylight : tz->standard;
        int32_t after = starts_first ? tz->standard : tz->daylight;
        if ((first > last && !table_add(table, first, then)) ||
            (second > last && !table_add(table, second, after))) {
            return false;
        }
    }
    return true;
}

/* "\n" TZ "\n", the end of the file. An empty TZ leaves the last offset in force. */
static bool tzif_read_footer(tzif_reader *r, jf_tz *out, bool *empty)
{
    if (r->left < 2 || r->p[0] != '\n' || r->p[r->left - 1] != '\n') {
        return false;
    }
    jf_str text = {(const char *)r->p + 1, (uint32_t)(r->left - 2)};
    *empty = text.n == 0;
    return *empty || jf_tz_parse(text, out);
}

bool jf_tzif_parse(jf_arena *arena, const uint8_t *bytes, size_t n, jf_zone *out)
{
    tzif_reader r = {bytes, n};
    tzif_head head;
    if (n > UINT32_MAX || !tzif_read_heads(&r, &head) || head.times > r.left) {
        return false;
    }
    uint32_t room = head.times + 2 * (RULE_YEAR_LAST - RULE_YEAR_FIRST + 1);
    tzif_table table = {
        .from = JF_NEW_ARRAY(arena, int64_t, room),
        .offset = JF_NEW_ARRAY(arena, int32_t, room + 1),
        .room = room,
    };
    int64_t last = INT64_MIN;
    jf_tz tz;
    bool empty;
    if (!tzif_read_block(&r, &head, &table, &last) || !tzif_read_footer(&r, &tz, &empty)) {
        return false;
    }
    if (!empty && tz.has_daylight && !tzif_expand(&tz, last, &table)) {
        return false;
    }
    if (!empty && !tz.has_daylight && tz.standard != table.offset[table.count]) {
        return false; /* the footer contradicts the block */
    }
    JF_ASSERT(table.count <= table.room);
    out->count = table.count;
    out->from = table.from;
    out->offset = table.offset;
    return true;
}
