/*
 * Memory from the system, or the end of the process (see alloc.h).
 *
 * Sizes above PTRDIFF_MAX are refused before malloc sees them: no object can be
 * that large, so such a size is an overflow of somebody's sum.
 */
#include "base/alloc.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"

_Noreturn void jf_out_of_memory(size_t wanted)
{
    fprintf(stderr,
            "out of memory: %zu more bytes were wanted. Nothing uncommitted was kept;"
            " free memory and start again.\n",
            wanted);
    exit(2);
}

void *jf_alloc(size_t size)
{
    JF_ASSERT(size > 0);
    void *memory = size <= PTRDIFF_MAX ? malloc(size) : NULL;
    if (memory == NULL) {
        jf_out_of_memory(size);
    }
    return memory;
}

void *jf_alloc_zero(size_t count, size_t size)
{
    JF_ASSERT(count > 0 && size > 0);
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX) {
        jf_out_of_memory(SIZE_MAX);
    }
    void *memory = calloc(count, size);
    if (memory == NULL) {
        jf_out_of_memory(bytes);
    }
    return memory;
}

void *jf_realloc(void *memory, size_t size)
{
    JF_ASSERT(size > 0);
    void *moved = size <= PTRDIFF_MAX ? realloc(memory, size) : NULL;
    if (moved == NULL) {
        jf_out_of_memory(size);
    }
    return moved;
}
