/*
 * Where base takes memory from the system: malloc with one answer to failure.
 *
 * Only arenas, buffers and maps call this. Running out of memory ends the
 * process with exit 2; what was not committed was never promised.
 */
#ifndef JF_BASE_ALLOC_H
#define JF_BASE_ALLOC_H

#include <stddef.h>

/* Says how much was wanted and exits with 2. */
_Noreturn void jf_out_of_memory(size_t wanted);

void *jf_alloc(size_t size);                    /* not zeroed; never NULL */
void *jf_alloc_zero(size_t count, size_t size); /* zeroed; never NULL */
void *jf_realloc(void *memory, size_t size);    /* never NULL */

#endif
