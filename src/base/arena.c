/*
 * Arenas: a chain of malloc'd blocks that are filled from the front.
 *
 * The head is the block being filled. A request larger than the next block
 * would be gets a block of its own behind the head, so that the head's rest is
 * not lost. Blocks double with what was used, so a batch that outgrew its
 * block finds a fitting one after the reset and asks malloc no more.
 *
 * Invariants: used <= cap in every block; what is handed out lies on a
 * multiple of ALIGN. Under AddressSanitizer everything not handed out is
 * poisoned, so that using memory after a reset is seen.
 */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/prefetch.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#endif

#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
#define ARENA_HIDE(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define ARENA_SHOW(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define ARENA_HIDE(p, n) ((void)(p), (void)(n))
#define ARENA_SHOW(p, n) ((void)(p), (void)(n))
#endif

enum {
    ALIGN = _Alignof(max_align_t),
    BLOCK_SIZE = 64 * 1024, /* the default */
    LINE = 64,              /* of the processor's cache */
    AHEAD = 512,            /* bytes from the end of what is handed out to what is asked for */
};

struct jf_arena_block {
    struct jf_arena_block *next;
    size_t cap;
    size_t used;
    _Alignas(max_align_t) unsigned char bytes[];
};

/* Doubling stops here: with its head, a block then is whole huge pages (alloc.c). */
#define BLOCK_SIZE_MAX (((size_t)8 << 20) - sizeof(struct jf_arena_block))

void jf_arena_init(jf_arena *arena, size_t block_size)
{
    *arena = (jf_arena){.block_size = block_size != 0 ? block_size : BLOCK_SIZE};
}

static size_t arena_next_size(const jf_arena *arena)
{
    size_t size = 2 * arena->used;
    if (size > BLOCK_SIZE_MAX) {
        size = BLOCK_SIZE_MAX;
    }
    return size > arena->block_size ? size : arena->block_size;
}

/* A block with at least `room` bytes free; it becomes the head unless it serves only this. */
static struct jf_arena_block *arena_grow(jf_arena *arena, size_t room)
{
    JF_ASSERT(room > 0 && room % ALIGN == 0);
    size_t next_size = arena_next_size(arena);
    JF_ASSERT(next_size >= arena->block_size);
    size_t cap = room > next_size ? room : next_size;
    if (cap > PTRDIFF_MAX - sizeof(struct jf_arena_block)) {
        jf_out_of_memory(room);
    }
    struct jf_arena_block *block = jf_alloc(sizeof *block + cap);
    block->cap = cap;
    block->used = 0;
    JF_ASSERT((uintptr_t)block->bytes % ALIGN == 0);
    ARENA_HIDE(block->bytes, cap);
    if (room > next_size && arena->head != NULL) {
        block->next = arena->head->next;
        arena->head->next = block;
    } else {
        block->next = arena->head;
        arena->head = block;
    }
    return block;
}

/*
 * Memory that nobody wrote to for long, or ever, is in no cache. Arenas are
 * filled from the front, so what is handed out next is asked for a little before.
 */
static void bring(const unsigned char *p, size_t size)
{
    uintptr_t first = (uintptr_t)p + AHEAD; /* beyond the block: no use, no harm */
    if (size > AHEAD) {
        return;
    }
    for (size_t at = 0; at < size + LINE; at += LINE) {
        jf_prefetch((const void *)(first + at));
    }
}

/* As jf_arena_alloc, but what is in it is whatever was there. */
static unsigned char *arena_take(jf_arena *arena, size_t size)
{
    if (size > PTRDIFF_MAX) {
        jf_out_of_memory(size);
    }
    JF_ASSERT(arena->block_size > 0); /* jf_arena_init was called */
    size_t room = size == 0 ? ALIGN : (size + ALIGN - 1) / ALIGN * ALIGN;
    struct jf_arena_block *block = arena->head;
    if (block == NULL || block->cap - block->used < room) {
        block = arena_grow(arena, room);
    }
    unsigned char *p = block->bytes + block->used;
    block->used += room;
    arena->used += size;
    JF_ASSERT(block->used <= block->cap);
    ARENA_SHOW(p, size);
    bring(p + room, room);
    return p;
}

void *jf_arena_alloc(jf_arena *arena, size_t size)
{
    return memset(arena_take(arena, size), 0, size);
}

void *jf_arena_dup(jf_arena *arena, const void *from, size_t size)
{
    JF_ASSERT(from != NULL || size == 0);
    void *copy = arena_take(arena, size);
    return size == 0 ? copy : memcpy(copy, from, size);
}

char *jf_arena_text(jf_arena *arena, const char *from, size_t length)
{
    JF_ASSERT(from != NULL || length == 0);
    char *copy = (char *)arena_take(arena, length + 1);
    if (length > 0) {
        memcpy(copy, from, length);
    }
    copy[length] = '\0';
    return copy;
}

static void arena_free_chain(struct jf_arena_block *block)
{
    while (block != NULL) {
        struct jf_arena_block *next = block->next;
        free(block);
        block = next;
    }
}

void *jf_arena_wider(jf_arena *arena, const void *list, uint32_t count, uint32_t *room, size_t size,
                     uint32_t first)
{
    JF_ASSERT(count <= *room && first > 0);
    *room = *room ? 2 * *room : first;
    void *wider = jf_arena_alloc(arena, size * *room);
    if (count)
        memcpy(wider, list, size * count);
    return wider;
}

void jf_arena_reset(jf_arena *arena)
{
    arena->used = 0;
    struct jf_arena_block *keep = arena->head;
    if (keep == NULL) {
        return;
    }
    arena_free_chain(keep->next);
    keep->next = NULL;
    keep->used = 0;
    ARENA_HIDE(keep->bytes, keep->cap);
}

void jf_arena_free(jf_arena *arena)
{
    arena_free_chain(arena->head);
    arena->head = NULL;
    arena->used = 0;
}
