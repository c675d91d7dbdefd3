/*
 * The details of problems in the caller's language (details.def): found by their English text,
 * which is what the files that refuse say, so that they need to know of no language.
 */
#include "server/details.h"

#include <string.h>

#include "base/check.h"

typedef struct detail {
    const char *en, *zh;
} detail;

static const detail details[] = {
#define JF_DETAIL(en, zh) {en, zh},
#include "server/details.def"
#undef JF_DETAIL
};

/* Does the text read as the pattern does? What stands for its * goes into *named. */
static bool reads(const char *pattern, jf_str text, jf_str *named)
{
    size_t n = strlen(pattern), head = strcspn(pattern, "*");
    *named = JF_STR_NONE;
    if (head == n)
        return jf_str_eq(text, (jf_str){pattern, (uint32_t)n});
    size_t tail = n - head - 1;
    if (text.n < head + tail || memcmp(text.p, pattern, head) != 0 ||
        memcmp(text.p + text.n - tail, pattern + head + 1, tail) != 0)
        return false;
    *named = (jf_str){text.p + head, (uint32_t)(text.n - head - tail)};
    return true;
}

jf_str jf_detail_chinese(jf_arena *arena, jf_str en)
{
    for (size_t i = 0; i < sizeof details / sizeof *details; i++) {
        jf_str named;
        if (!reads(details[i].en, en, &named))
            continue;
        jf_buf out;
        const char *zh = details[i].zh, *star = strchr(zh, '*');
        JF_ASSERT((star != NULL) == (strchr(details[i].en, '*') != NULL));
        if (!star)
            return jf_str_of(zh);
        jf_buf_init(&out, arena);
        jf_buf_bytes(&out, zh, (uint32_t)(star - zh));
        jf_buf_str(&out, named);
        jf_buf_c(&out, star + 1);
        return jf_buf_view(&out);
    }
    return en;
}
