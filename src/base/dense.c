/*
 * The list of leaves doubles (see dense.h); a leaf is made when its first number is put.
 */
#include "base/dense.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"

#define ROOM_FIRST 16 /* leaves */

void jf_dense_free(jf_dense *dense)
{
    jf_arena_free(&dense->arena);
    free(dense->leaves);
    *dense = (jf_dense){0};
}

static void dense_widen(jf_dense *dense, uint32_t leaf)
{
    uint32_t room = dense->room ? dense->room : ROOM_FIRST;
    while (room <= leaf)
        room *= 2;
    JF_ASSERT(room <= UINT32_MAX / JF_DENSE_LEAF + 1);
    void ***leaves = jf_alloc_zero(room, sizeof *leaves);
    if (dense->room)
        memcpy(leaves, dense->leaves, sizeof *leaves * dense->room);
    free(dense->leaves);
    dense->leaves = leaves;
    dense->room = room;
}

static void **leaf_new(jf_dense *dense)
{
    if (dense->arena.block_size == 0)
        jf_arena_init(&dense->arena, sizeof(void *) * JF_DENSE_LEAF);
    return JF_NEW_ARRAY(&dense->arena, void *, JF_DENSE_LEAF);
}

void jf_dense_put(jf_dense *dense, uint32_t number, void *item)
{
    uint32_t leaf = number / JF_DENSE_LEAF;
    JF_ASSERT(item != NULL);
    if (leaf >= dense->room)
        dense_widen(dense, leaf);
    if (!dense->leaves[leaf])
        dense->leaves[leaf] = leaf_new(dense);
    dense->leaves[leaf][number % JF_DENSE_LEAF] = item;
}
