/*
 * The one byte encoder of journals.
 */
#include "app/journal.h"

#include "base/check.h"

#define POSTING_FIELDS 6

const char *jf_journal_kind_wire(jf_journal_kind kind)
{
    static const char *const names[JF_JOURNAL_KINDS] = {
        [JF_JOURNAL_COMMAND] = "command", [JF_JOURNAL_MATURITY] = "maturity",
        [JF_JOURNAL_CLOSE] = "close",     [JF_JOURNAL_CREDIT] = "credit",
        [JF_JOURNAL_DAY] = "day",         [JF_JOURNAL_MONTH] = "month",
    };
    JF_ASSERT(kind < JF_JOURNAL_KINDS && names[kind]);
    return names[kind];
}

static jf_str encode_postings(jf_arena *arena, const jf_journal *journal)
{
    jf_buf text;
    jf_buf_init(&text, arena);
    jf_buf_reserve(&text, 32 + 40 * (size_t)journal->count);
    jf_buf_char(&text, '[');
    for (uint32_t i = 0; i < journal->count; i++) {
        const jf_posting *p = &journal->postings[i];
        int64_t fields[POSTING_FIELDS] = {p->owner,           p->slot, p->amount, p->balance,
                                          (int64_t)p->before, p->why};
        jf_ints_write(&text, fields, POSTING_FIELDS, i == 0);
    }
    jf_buf_char(&text, ']');
    return jf_buf_view(&text);
}

void jf_journal_encode(jf_sha256 *sha, jf_arena *arena, const jf_journal *journal, jf_hash previous,
                       jf_journal_row *out)
{
    JF_ASSERT(journal->number > 0);
    *out = (jf_journal_row){
        .number = journal->number,
        .day = journal->day,
        .kind = journal->kind,
        .subject = journal->subject,
        .command = journal->command ? jf_str_dup(arena, journal->command->text) : JF_STR_NONE,
        .result = jf_str_dup(arena, journal->result),
        .postings = encode_postings(arena, journal),
    };
    out->hash = jf_journal_hash(sha, out, previous);
}

static void add_number(jf_sha256 *sha, uint64_t value, int bytes)
{
    uint8_t big_endian[8];
    JF_ASSERT(bytes > 0 && bytes <= 8);
    for (int i = bytes; i-- > 0; value >>= 8)
        big_endian[i] = (uint8_t)value;
    jf_sha256_add(sha, big_endian, (size_t)bytes);
}

static void add_text(jf_sha256 *sha, jf_str text)
{
    add_number(sha, text.n, 4);
    jf_sha256_add(sha, text.p ? text.p : "", text.n);
}

jf_hash jf_journal_hash(jf_sha256 *sha, const jf_journal_row *row, jf_hash previous)
{
    jf_sha256_begin(sha);
    add_number(sha, row->number, 8);
    add_number(sha, (uint64_t)(uint32_t)row->day.n, 4);
    add_number(sha, (uint64_t)row->kind, 1);
    add_number(sha, row->subject, 8);
    add_text(sha, row->command);
    add_text(sha, row->postings);
    jf_sha256_add(sha, previous.b, sizeof previous.b);
    return jf_sha256_end(sha);
}

static bool posting_from(const int64_t *fields, jf_posting_row *out)
{
    if (fields[0] < 0 || fields[0] > UINT32_MAX || fields[1] < 0 || fields[1] > UINT32_MAX)
        return false;
    if (fields[4] < 0 || fields[5] < 0 || fields[5] > UINT32_MAX)
        return false;
    *out = (jf_posting_row){(uint32_t)fields[0], (jf_slot)fields[1],  fields[2],
                            fields[3],           (uint64_t)fields[4], (uint32_t)fields[5]};
    return (out->slot & 63) < JF_ACCOUNT_KINDS;
}

bool jf_journal_postings(jf_arena *arena, jf_str text, jf_posting_row **out, uint32_t *count)
{
    uint32_t room = 1; /* one more than there are brackets to open */
    for (uint32_t i = 0; i < text.n; i++)
        room += text.p[i] == '[';
    *out = JF_NEW_ARRAY(arena, jf_posting_row, room);
    *count = 0;
    jf_ints in;
    jf_ints_begin(&in, text);
    int64_t fields[POSTING_FIELDS];
    for (int n; (n = jf_ints_next(&in, fields, POSTING_FIELDS)) != 0;) {
        JF_ASSERT(*count < room);
        if (n != POSTING_FIELDS || !posting_from(fields, &(*out)[*count]))
            return false;
        ++*count;
    }
    return true;
}
