/*
 * Fuzz: any text as the postings of a journal: read whole or refused, and what
 * is read is written back as the same text.
 */
#include <stddef.h>
#include <stdint.h>

#include "app/journal.h"
#include "base/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    jf_arena arena;
    jf_posting_row *rows;
    uint32_t count;
    jf_arena_init(&arena, 0);
    jf_str text = {(const char *)data, (uint32_t)size};
    if (jf_journal_postings(&arena, text, &rows, &count)) {
        jf_buf out;
        jf_buf_init(&out, &arena);
        jf_buf_char(&out, '[');
        for (uint32_t i = 0; i < count; i++) {
            const jf_posting_row *p = &rows[i];
            int64_t fields[] = {p->owner,           p->slot, p->amount, p->balance,
                                (int64_t)p->before, p->why};
            jf_ints_write(&out, fields, 6, i == 0);
        }
        jf_buf_char(&out, ']');
        JF_ASSERT(size == 0 || jf_str_eq(jf_buf_view(&out), text));
    }
    jf_arena_free(&arena);
    return 0;
}
