/*
 * Finding a journal by what it says, where journals are in order of it: by
 * halving, so a look costs the logarithm of the books and no index.
 */
#ifndef JF_APP_JOURNAL_FIND_H
#define JF_APP_JOURNAL_FIND_H

#include "app/reader.h"

/* Has what is looked for been reached with this journal? Once true, true of all behind it. */
typedef bool (*jf_journal_reached)(const void *context, const jf_journal_row *row);

/*
 * The first of the journals 1 … last that has reached it; last + 1 when none
 * has, or when reading failed. The arena is emptied for each journal.
 */
uint64_t jf_journal_first(jf_reader *reader, jf_arena *arena, uint64_t last,
                          jf_journal_reached reached, const void *context);

/* The last journal of a business day or of one before it; 0: there is none. */
uint64_t jf_journal_last_until(jf_reader *reader, jf_arena *arena, jf_day day);

#endif
