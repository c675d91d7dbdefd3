/*
 * Memory from the system, or the end of the process (see alloc.h).
 *
 * Sizes above PTRDIFF_MAX are refused before malloc sees them: no object can be
 * that large, so such a size is an overflow of somebody's sum.
 */
#define _GNU_SOURCE /* madvise */
#include "base/alloc.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/check.h"

#define HUGE_PAGE ((size_t)2 << 20)

_Noreturn void jf_out_of_memory(size_t wanted)
{
    fprintf(stderr,
            "out of memory: %zu more bytes were wanted. Nothing uncommitted was kept;"
            " free memory and start again.\n",
            wanted);
    exit(2);
}

/*
 * Large blocks are asked to lie in huge pages: books that only grow otherwise
 * take a fault for every 4 KiB, and a miss of the TLB for every row. It is a
 * wish: a kernel that does not grant it changes nothing but the speed.
 */
static void *alloc_huge(size_t size)
{
    void *memory = NULL;
    if (posix_memalign(&memory, HUGE_PAGE, size) != 0)
        return NULL;
    madvise(memory, size / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
    return memory;
}

void *jf_alloc(size_t size)
{
    JF_ASSERT(size > 0);
    void *memory = NULL;
    if (size <= PTRDIFF_MAX)
        memory = size >= HUGE_PAGE ? alloc_huge(size) : malloc(size);
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
    if (bytes >= HUGE_PAGE) {
        return memset(jf_alloc(bytes), 0, bytes);
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
