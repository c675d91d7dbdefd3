/*
 * Deflating in one go (gzip.h). Level 1: answers are made once and read once,
 * and their repeated names shrink at any level.
 */
#include "app/gzip.h"

#include <string.h>
#include <zlib.h>

#include "base/check.h"

#define LEVEL 1
#define WINDOW_GZIP (15 + 16) /* the largest window, with a gzip head */
#define MEMORY 8

bool jf_gzip(jf_arena *arena, jf_str text, jf_str *out)
{
    z_stream z = {0};
    if (text.n == 0 ||
        deflateInit2(&z, LEVEL, Z_DEFLATED, WINDOW_GZIP, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    out->p = jf_arena_alloc(arena, text.n);
    z.next_in = (Bytef *)text.p;
    z.avail_in = text.n;
    z.next_out = (Bytef *)out->p;
    z.avail_out = text.n;
    bool smaller = deflate(&z, Z_FINISH) == Z_STREAM_END;
    out->n = text.n - z.avail_out;
    int code = deflateEnd(&z);
    JF_ASSERT(!smaller || code == Z_OK);
    return smaller;
}
