/*
 * Open addressing with linear probing (see map.h).
 *
 * Invariants: the number of slots is a power of two or none; at most two
 * thirds are taken, so every probe ends at a free slot; an item lies at or
 * after its home slot with no free slot between.
 */
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"

#define MAP_FIRST 64 /* slots */

void jf_map_init(jf_map *map)
{
    *map = (jf_map){0};
}

void jf_map_free(jf_map *map)
{
    free(map->slots);
    *map = (jf_map){0};
}

void jf_map_clear(jf_map *map)
{
    JF_ASSERT(map->count == 0 || map->slots != NULL);
    if (map->count > 0) {
        memset(map->slots, 0, (map->mask + 1) * sizeof *map->slots);
        map->count = 0;
    }
}

void *jf_map_find(const jf_map *map, uint64_t hash, jf_map_eq eq, const void *key)
{
    if (map->count == 0) {
        return NULL;
    }
    JF_ASSERT(map->count <= map->mask); /* else the probe would not end */
    for (uint64_t i = hash & map->mask;; i = (i + 1) & map->mask) {
        const jf_map_slot *slot = &map->slots[i];
        if (slot->item == NULL) {
            return NULL;
        }
        if (slot->hash == hash && eq(slot->item, key)) {
            return slot->item;
        }
    }
}

static void map_place(jf_map_slot *slots, uint64_t mask, jf_map_slot taken)
{
    JF_ASSERT(taken.item != NULL);
    uint64_t i = taken.hash & mask;
    while (slots[i].item != NULL) {
        i = (i + 1) & mask;
    }
    slots[i] = taken;
}

static void map_grow(jf_map *map)
{
    uint64_t old = map->slots == NULL ? 0 : map->mask + 1;
    uint64_t size = old == 0 ? MAP_FIRST : 2 * old;
    JF_ASSERT((size & (size - 1)) == 0);
    jf_map_slot *slots = jf_alloc_zero(size, sizeof *slots);
    for (uint64_t i = 0; i < old; i++) {
        if (map->slots[i].item != NULL) {
            map_place(slots, size - 1, map->slots[i]);
        }
    }
    JF_ASSERT(3 * (map->count + 1) <= 2 * size);
    free(map->slots);
    map->slots = slots;
    map->mask = size - 1;
}

void jf_map_put(jf_map *map, uint64_t hash, void *item)
{
    JF_ASSERT(item != NULL);
    if (map->slots == NULL || 3 * (map->count + 1) > 2 * (map->mask + 1)) {
        map_grow(map);
    }
    map_place(map->slots, map->mask, (jf_map_slot){hash, item});
    map->count++;
    JF_ASSERT(map->count <= map->mask);
}

void *jf_map_next(const jf_map *map, uint64_t *cursor)
{
    if (map->count == 0) {
        return NULL;
    }
    while (*cursor <= map->mask) {
        void *item = map->slots[(*cursor)++].item;
        if (item != NULL) {
            return item;
        }
    }
    return NULL;
}
