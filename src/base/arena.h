/*
 * Arenas: memory by lifetime.
 *
 * A step, a batch and a process each own one; what lives equally long is
 * allocated together and let go together, so that there is no free() to
 * forget. Blocks are zeroed when handed out. Running out of memory ends the
 * process (exit 2): a batch is one store transaction, so nothing is lost.
 */
#ifndef JF_BASE_ARENA_H
#define JF_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct jf_arena_block;

typedef struct jf_arena {
    struct jf_arena_block *head; /* the block being filled, older ones behind it */
    size_t block_size;           /* bytes asked of malloc at a time */
    size_t used;                 /* bytes handed out since the last reset */
} jf_arena;

/* block_size 0 means the default of 64 KiB. No memory is taken yet. */
void jf_arena_init(jf_arena *arena, size_t block_size);

/* Zeroed memory, aligned for any type; never NULL. size 0 gives a valid pointer. */
void *jf_arena_alloc(jf_arena *arena, size_t size);

/* A copy of `size` bytes; and of a text, with a zero behind it. */
void *jf_arena_dup(jf_arena *arena, const void *from, size_t size);
char *jf_arena_text(jf_arena *arena, const char *from, size_t length);

/* Forget everything handed out; keeps one block for reuse. */
void jf_arena_reset(jf_arena *arena);

void jf_arena_free(jf_arena *arena);

/* A copy of the list with twice the room, or `first` when it had none; *room follows. */
void *jf_arena_wider(jf_arena *arena, const void *list, uint32_t count, uint32_t *room, size_t size,
                     uint32_t first);

/* A list in an arena with room for one more element of `size`: itself, or a wider copy. */
static inline void *jf_arena_room(jf_arena *arena, void *list, uint32_t count, uint32_t *room,
                                  size_t size, uint32_t first)
{
    return count < *room ? list : jf_arena_wider(arena, list, count, room, size, first);
}

#define JF_NEW(arena, type) ((type *)jf_arena_alloc((arena), sizeof(type)))
#define JF_NEW_ARRAY(arena, type, n) ((type *)jf_arena_alloc((arena), sizeof(type) * (size_t)(n)))

#endif
