/*
 * Texts made smaller for the way (RFC 1952), by zlib.
 */
#ifndef JF_APP_GZIP_H
#define JF_APP_GZIP_H

#include "base/arena.h"
#include "base/str.h"

/* The text as a gzip member, in the arena; false when it would not be smaller. */
bool jf_gzip(jf_arena *arena, jf_str text, jf_str *out);

#endif
