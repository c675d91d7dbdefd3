/*
 * Pointers by number, for numbers that are handed out one after the other: an
 * array that widens. One look into memory finds an item, a hash table takes two,
 * and a neighbour's number is in the same line of the cache.
 */
#ifndef JF_BASE_DENSE_H
#define JF_BASE_DENSE_H

#include <stddef.h>
#include <stdint.h>

typedef struct jf_dense {
    void **items; /* by number; NULL: none */
    uint32_t room;
} jf_dense;

void jf_dense_free(jf_dense *dense); /* empty again, as zero-initialised */
void jf_dense_put(jf_dense *dense, uint32_t number, void *item);

static inline void *jf_dense_find(const jf_dense *dense, uint32_t number)
{
    return number < dense->room ? dense->items[number] : NULL;
}

/* Where the number would be sought comes into the cache. */
static inline void jf_dense_ahead(const jf_dense *dense, uint32_t number)
{
    if (number < dense->room)
        __builtin_prefetch(&dense->items[number]);
}

#endif
