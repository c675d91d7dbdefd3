/*
 * The details of problems in the caller's language (details.def): found by their English text,
 * which is what the files that refuse say, so that they need to know of no language.
 *
 * A row fits when the text reads as it does, whatever stands in its holes; of those that fit, the
 * one that says most itself is taken, so that a sentence with a row of its own has that one.
 */
#include "server/details.h"

#include <string.h>

#include "base/check.h"

#define HOLES "*#"
#define HOLES_MAX 3

/* A text as long as this may have been cut: the least room that refusals and findings have. */
#define CUT_FROM 150 /* bytes */

typedef struct detail {
    const char *en, *zh;
} detail;

static const detail details[] = {
#define JF_DETAIL(en, zh) {en, zh},
#include "server/details.def"
#undef JF_DETAIL
};

/* How a text reads as a row does. */
typedef struct reading {
    jf_str holes[HOLES_MAX];
    uint32_t count;
    size_t own; /* bytes that the row itself says */
} reading;

/*
 * Where the next part of a row stands in what is left of the text: as early as can be, the last one
 * at the end. The end of the text where that was cut; -1: nowhere.
 */
static int64_t part_at(jf_str rest, jf_str part, bool last, bool cut)
{
    for (uint32_t i = 0; i + part.n <= rest.n; i++)
        if ((!last || i + part.n == rest.n) && !memcmp(rest.p + i, part.p, part.n))
            return i;
    return cut ? (int64_t)rest.n : -1;
}

static bool reads(const char *row, jf_str text, reading *out)
{
    jf_str part = {row, (uint32_t)strcspn(row, HOLES)};
    *out = (reading){.own = part.n};
    if (text.n < part.n || memcmp(text.p, row, part.n) != 0)
        return false;
    if (row[part.n] == '\0')
        return text.n == part.n;
    jf_str rest = {text.p + part.n, text.n - part.n};
    while (part.p[part.n] != '\0') {
        part.p += part.n + 1;
        part.n = (uint32_t)strcspn(part.p, HOLES);
        int64_t at = part_at(rest, part, part.p[part.n] == '\0', text.n >= CUT_FROM);
        if (at < 0)
            return false;
        JF_ASSERT(out->count < HOLES_MAX);
        out->holes[out->count++] = (jf_str){rest.p, (uint32_t)at};
        uint32_t said = at < rest.n ? part.n : 0, read = (uint32_t)at + said;
        rest = (jf_str){rest.p + read, rest.n - read};
        out->own += said;
    }
    return true;
}

jf_str jf_detail_chinese(jf_arena *arena, jf_str en)
{
    const char *zh = NULL;
    reading best = {0}, one;
    for (size_t i = 0; i < sizeof details / sizeof *details; i++)
        if (reads(details[i].en, en, &one) && (!zh || one.own > best.own)) {
            best = one;
            zh = details[i].zh;
        }
    if (!zh)
        return en;
    jf_buf out;
    jf_buf_init(&out, arena);
    for (uint32_t hole = 0; *zh != '\0'; zh++) {
        if (!strchr(HOLES, *zh)) {
            jf_buf_char(&out, *zh);
            continue;
        }
        JF_ASSERT(hole < best.count);
        jf_str named = best.holes[hole++];
        jf_buf_str(&out, *zh == '#' ? jf_detail_chinese(arena, named) : named);
    }
    return jf_buf_view(&out);
}
