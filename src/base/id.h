/*
 * Ids are chosen by the caller: 1 to 64 of A-Z a-z 0-9 . _ : - (spec section 1).
 */
#ifndef JF_BASE_ID_H
#define JF_BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define JF_ID_MAX 64
#define JF_BUCKETS 1024

bool jf_id_valid(jf_str id);

/* The bucket that an id lives in, 0..1023 (scale: cells). Never changes for an id. */
uint32_t jf_id_bucket(jf_str id);

/* GB/T 2260 prefix: 2, 4 or 6 digits, not starting with 0. */
bool jf_region_valid(jf_str region);

/* Does a region (as a number) lie in another, 2, 4 or 6 digits of it? Empty: in any. */
bool jf_region_within(uint32_t region, jf_str wanted);

#endif
