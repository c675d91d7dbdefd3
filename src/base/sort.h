/*
 * Sorting in place, without the heap: the rules may sort, but not allocate.
 */
#ifndef JF_BASE_SORT_H
#define JF_BASE_SORT_H

#include <stddef.h>

/*
 * Heap sort, not stable: compare must order any two different elements. Elements
 * are of at most 64 bytes.
 */
void jf_sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *));

#endif
