/*
 * Pointers by number, for numbers that are handed out one after the other: an
 * array in leaves of some thousands. One look into memory finds an item where a
 * hash table takes two, and a neighbour's number is in the same line of the
 * cache. A number far behind the others, as in a damaged file, costs a leaf.
 */
#ifndef JF_BASE_DENSE_H
#define JF_BASE_DENSE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/prefetch.h"

#define JF_DENSE_LEAF 8192u /* numbers */

typedef struct jf_dense {
    void ***leaves; /* leaves[n / JF_DENSE_LEAF][n % JF_DENSE_LEAF]; NULL: none */
    uint32_t room;  /* leaves that there is a place for */
    jf_arena arena; /* of the leaves: large blocks lie in huge pages (alloc.c) */
} jf_dense;

void jf_dense_free(jf_dense *dense); /* empty again, as zero-initialised */
void jf_dense_put(jf_dense *dense, uint32_t number, void *item);

/* Where the number's item is kept; NULL when nothing near it was put. */
static inline void **jf_dense_place(const jf_dense *dense, uint32_t number)
{
    uint32_t at = number / JF_DENSE_LEAF;
    void **leaf = at < dense->room ? dense->leaves[at] : NULL;
    return leaf ? &leaf[number % JF_DENSE_LEAF] : NULL;
}

static inline void *jf_dense_find(const jf_dense *dense, uint32_t number)
{
    void **place = jf_dense_place(dense, number);
    return place ? *place : NULL;
}

/* Where the number would be sought comes into the cache. */
static inline void jf_dense_ahead(const jf_dense *dense, uint32_t number)
{
    void **place = jf_dense_place(dense, number);
    if (place)
        jf_prefetch(place);
}

#endif
