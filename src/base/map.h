/*
 * A hash table from a 64-bit hash to pointers, open addressing, linear probing.
 *
 * Items with equal hashes are told apart by the caller's comparison, so it
 * serves both number keys and text keys. Grows at 2/3 full; items are never
 * removed one by one, only all together (jf_map_clear).
 */
#ifndef JF_BASE_MAP_H
#define JF_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/prefetch.h"

typedef struct jf_map_slot {
    uint64_t hash;
    void *item; /* NULL: free */
} jf_map_slot;

typedef struct jf_map {
    jf_map_slot *slots;
    uint64_t mask; /* slots - 1; 0 before the first insertion */
    uint64_t count;
} jf_map;

typedef bool (*jf_map_eq)(const void *item, const void *key);

void jf_map_init(jf_map *map);
void jf_map_free(jf_map *map);
void jf_map_clear(jf_map *map); /* forgets the items, keeps the slots */
void *jf_map_find(const jf_map *map, uint64_t hash, jf_map_eq eq, const void *key);
void jf_map_put(jf_map *map, uint64_t hash, void *item); /* the caller knows it is absent */

/* Where the hash would be sought first; NULL in a map without slots. */
static inline const void *jf_map_place(const jf_map *map, uint64_t hash)
{
    return map->slots ? &map->slots[hash & map->mask] : NULL;
}

static inline void jf_map_ahead(const jf_map *map, uint64_t hash)
{
    jf_prefetch(jf_map_place(map, hash));
}

/* A well-mixed hash of a number key. */
static inline uint64_t jf_map_mix(uint64_t x)
{
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    return x ^ (x >> 32);
}

/* Walk: for (uint64_t i = 0; (item = jf_map_next(map, &i)) != NULL;) */
void *jf_map_next(const jf_map *map, uint64_t *cursor);

#endif
