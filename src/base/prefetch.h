/*
 * A hint to the processor: these bytes will be wanted soon. It changes nothing
 * but the time, whatever the address.
 */
#ifndef JF_BASE_PREFETCH_H
#define JF_BASE_PREFETCH_H

/*
 * The empty statement is not for nothing: a function that does no more than
 * prefetch has no effect that GCC knows of, and calls of it are left out
 * (GCC 12 did so with jf_dense_ahead).
 */
static inline void jf_prefetch(const void *at)
{
    __builtin_prefetch(at, 1);
    __asm__ volatile("");
}

#endif
