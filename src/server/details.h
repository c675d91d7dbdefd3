/*
 * What a problem says beyond its title, in Chinese.
 */
#ifndef JF_SERVER_DETAILS_H
#define JF_SERVER_DETAILS_H

#include "base/str.h"

/* The Chinese of an English detail; the English where there is none. In the arena, or static. */
jf_str jf_detail_chinese(jf_arena *arena, jf_str en);

#endif
