/*
 * The array doubles (see dense.h), so a number costs a bounded number of copies.
 */
#include "base/dense.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"

#define DENSE_FIRST 64 /* numbers */

void jf_dense_free(jf_dense *dense)
{
    free(dense->items);
    *dense = (jf_dense){0};
}

static void dense_widen(jf_dense *dense, uint32_t number)
{
    uint64_t room = dense->room ? dense->room : DENSE_FIRST;
    while (room <= number)
        room *= 2;
    room = room > UINT32_MAX ? UINT32_MAX : room;
    JF_ASSERT(number < room);
    void **items = jf_alloc_zero(room, sizeof *items);
    if (dense->room)
        memcpy(items, dense->items, sizeof *items * dense->room);
    free(dense->items);
    *dense = (jf_dense){items, (uint32_t)room};
}

void jf_dense_put(jf_dense *dense, uint32_t number, void *item)
{
    JF_ASSERT(item != NULL && number < UINT32_MAX);
    if (number >= dense->room)
        dense_widen(dense, number);
    dense->items[number] = item;
}
