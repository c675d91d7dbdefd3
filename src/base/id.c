/*
 * Which texts are ids and region keys, and the bucket of an id (see id.h).
 */
#include "base/id.h"

#include <string.h>

#include "base/check.h"

static bool id_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == ':' || c == '-';
}

bool jf_id_valid(jf_str id)
{
    if (id.n < 1 || id.n > JF_ID_MAX) {
        return false;
    }
    for (uint32_t i = 0; i < id.n; i++) {
        if (!id_char(id.p[i])) {
            return false;
        }
    }
    return true;
}

uint32_t jf_id_bucket(jf_str id)
{
    uint32_t bucket = (uint32_t)(jf_str_hash(id) >> 54);
    _Static_assert(JF_BUCKETS == 1u << (64 - 54), "the top bits are the bucket");
    JF_ASSERT(bucket < JF_BUCKETS);
    return bucket;
}

bool jf_region_valid(jf_str region)
{
    if ((region.n != 2 && region.n != 4 && region.n != 6) || region.p[0] == '0') {
        return false;
    }
    for (uint32_t i = 0; i < region.n; i++) {
        if (region.p[i] < '0' || region.p[i] > '9') {
            return false;
        }
    }
    return true;
}

bool jf_region_within(uint32_t region, jf_str wanted)
{
    char digits[16];
    jf_buf text = {digits, 0, sizeof digits, NULL};
    jf_buf_int(&text, region);
    return text.n >= wanted.n && (wanted.n == 0 || memcmp(text.p, wanted.p, wanted.n) == 0);
}
