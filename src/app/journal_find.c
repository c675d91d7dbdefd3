/*
 * Halving the journals (journal_find.h).
 */
#include "app/journal_find.h"

#include "base/check.h"

uint64_t jf_journal_first(jf_reader *reader, jf_arena *arena, uint64_t last,
                          jf_journal_reached reached, const void *context)
{
    uint64_t low = 1, high = last + 1;
    JF_ASSERT(last <= reader->world.state.journals);
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        jf_journal_row row;
        jf_arena_reset(arena);
        if (!jf_reader_journal(reader, arena, middle, &row))
            return last + 1;
        if (reached(context, &row))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static bool is_after(const void *context, const jf_journal_row *row)
{
    const jf_day *day = context;
    return row->day.n > day->n;
}

uint64_t jf_journal_last_until(jf_reader *reader, jf_arena *arena, jf_day day)
{
    return jf_journal_first(reader, arena, reader->world.state.journals, is_after, &day) - 1;
}
