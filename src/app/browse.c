/*
 * Lists of the books, and one journal (browse.h); members and shops are browse_parties.c's.
 */
#include "app/browse.h"

#include "app/browse_work.h"
#include "app/journal.h"
#include "app/slot_json.h"
#include "base/check.h"
#include "core/accounts.h"
#include "core/command.h"
#include "core/ledger.h"
#include "core/step.h"

uint64_t jf_page_limit(jf_page page)
{
    uint64_t limit = page.limit ? page.limit : JF_PAGE_LIMIT;
    return limit < JF_PAGE_LIMIT_MAX ? limit : JF_PAGE_LIMIT_MAX;
}

void jf_page_end(jf_jw *w, uint64_t next)
{
    jf_jw_close(w, ']');
    if (next)
        jf_jw_int(w, "next", (int64_t)next);
    else
        jf_jw_raw(w, "next", JF_STR("null"));
    jf_jw_close(w, '}');
}

void jf_page_begin(jf_jw *w, jf_buf *out)
{
    jf_jw_init(w, out);
    jf_jw_open(w, NULL, '{');
    jf_jw_open(w, "rows", '[');
}

/* --- withdrawals --------------------------------------------------------------------- */

static const char *const states[JF_WITHDRAWAL_STATES] = {
    [JF_WITHDRAWAL_REQUESTED] = "requested",
    [JF_WITHDRAWAL_APPROVED] = "approved",
    [JF_WITHDRAWAL_PAID] = "paid",
    [JF_WITHDRAWAL_REJECTED] = "rejected",
};

bool jf_withdrawal_state_of(jf_str wire, uint32_t *state)
{
    for (uint32_t i = 0; i < JF_WITHDRAWAL_STATES; i++)
        if (jf_str_eq(wire, jf_str_of(states[i]))) {
            *state = i;
            return true;
        }
    return false;
}

/* Those of a page, copied while the table is scanned: a scan may not call the store. */
typedef struct queue {
    jf_arena arena;
    jf_withdrawal *rows;
    uint64_t limit, count;
    bool more;
} queue;

static bool queue_take(void *context, const void *row)
{
    queue *q = context;
    const jf_withdrawal *withdrawal = row;
    q->more = q->count == q->limit;
    if (q->more)
        return false;
    q->rows[q->count] = *withdrawal;
    q->rows[q->count++].id = jf_str_dup(&q->arena, withdrawal->id);
    return true;
}

void jf_withdrawal_members(jf_reader *r, jf_jw *w, const jf_withdrawal *row)
{
    const jf_party *party = jf_reader_party_no(r, row->party);
    jf_jw_str(w, "id", row->id);
    if (party)
        jf_jw_str(w, party->kind == JF_PARTY_MEMBER ? "member" : "shop", party->id);
    jf_jw_decimal(w, "amount", row->amount.v, 2);
    jf_jw_decimal(w, "tax", row->tax.v, 2);
    jf_jw_c(w, "state", states[row->state]);
}

static void withdrawal_row(jf_reader *r, jf_jw *w, const jf_withdrawal *row)
{
    jf_jw_open(w, NULL, '{');
    jf_withdrawal_members(r, w, row);
    jf_jw_close(w, '}');
}

jf_store_result jf_browse_withdrawals(jf_store *store, uint32_t in_state, uint64_t limit,
                                      jf_str after, jf_buf *out, jf_store_error *error)
{
    jf_jw w;
    jf_reader r;
    queue q = {.limit = jf_page_limit((jf_page){.limit = limit})};
    jf_withdrawal_state state = (jf_withdrawal_state)in_state;
    bool any = in_state == JF_WITHDRAWAL_STATES;
    jf_reader_open(&r, store);
    jf_arena_init(&q.arena, 0);
    q.rows = JF_NEW_ARRAY(&q.arena, jf_withdrawal, q.limit);
    if (r.result == JF_STORE_OK)
        r.result = store->ops->withdrawal_scan(store, after, any ? NULL : &state, queue_take, &q,
                                               &r.error);
    jf_page_begin(&w, out);
    for (uint64_t i = 0; i < q.count && r.result == JF_STORE_OK; i++)
        withdrawal_row(&r, &w, &q.rows[i]);
    jf_jw_close(&w, ']');
    if (q.more)
        jf_jw_str(&w, "next", q.rows[q.count - 1].id);
    else
        jf_jw_raw(&w, "next", JF_STR("null"));
    jf_jw_close(&w, '}');
    jf_store_result result = jf_reader_result(&r, error);
    jf_arena_free(&q.arena);
    jf_reader_close(&r);
    return result;
}

/* --- policies --------------------------------------------------------------------------- */

jf_store_result jf_browse_policies(jf_store *store, jf_buf *out, jf_store_error *error)
{
    jf_jw w;
    jf_reader r;
    jf_reader_open(&r, store);
    jf_page_begin(&w, out);
    for (uint32_t i = 0; r.result == JF_STORE_OK && i < r.world.state.policies; i++) {
        const jf_policy *policy = r.world.policies[i];
        jf_jw_open(&w, NULL, '{');
        jf_jw_int(&w, "version", policy->version);
        jf_jw_day(&w, "from", policy->from);
        jf_jw_str(&w, "name", policy->name);
        jf_jw_raw(&w, "document", policy->document);
        jf_jw_close(&w, '}');
    }
    jf_jw_close(&w, ']');
    jf_jw_close(&w, '}');
    jf_store_result result = jf_reader_result(&r, error);
    jf_reader_close(&r);
    return result;
}

/* --- journals --------------------------------------------------------------------------- */

static void posting_json(jf_reader *r, jf_jw *w, const jf_posting_row *p)
{
    jf_jw_open(w, NULL, '{');
    const jf_party *owner = p->owner == JF_PLATFORM ? NULL : jf_reader_party_no(r, p->owner);
    if (owner)
        jf_jw_str(w, owner->kind == JF_PARTY_MEMBER ? "member" : "shop", owner->id);
    jf_slot_json(w, &r->world, p->slot);
    jf_slot_amount_json(w, "amount", p->slot, p->amount);
    jf_slot_amount_json(w, "balance", p->slot, p->balance);
    jf_jw_int(w, "before", (int64_t)p->before);
    const jf_reason_info *reason = jf_reason_info_of((jf_reason)(p->why & 0xff));
    jf_jw_c(w, "reason", reason->wire);
    jf_jw_c(w, "en", reason->en);
    jf_jw_c(w, "zh", reason->zh);
    jf_jw_close(w, '}');
}

static void hash_json(jf_jw *w, const char *key, jf_hash hash)
{
    char space[72];
    jf_buf text = {space, 0, sizeof space, NULL};
    jf_hash_print(&text, hash);
    jf_jw_str(w, key, jf_buf_view(&text));
}

static void postings_json(jf_reader *r, jf_arena *arena, jf_jw *w, const jf_journal_row *j)
{
    jf_posting_row *rows;
    uint32_t count;
    jf_jw_open(w, "postings", '[');
    if (jf_journal_postings(arena, j->postings, &rows, &count))
        for (uint32_t i = 0; i < count; i++)
            posting_json(r, w, &rows[i]);
    else
        jf_reader_damaged(r, j->number);
    jf_jw_close(w, ']');
}

static void journal_json(jf_reader *r, jf_arena *arena, jf_jw *w, const jf_journal_row *j)
{
    jf_jw_open(w, NULL, '{');
    jf_jw_int(w, "journal", (int64_t)j->number);
    jf_jw_day(w, "day", j->day);
    jf_jw_c(w, "by", jf_journal_kind_wire(j->kind));
    jf_jw_int(w, "subject", (int64_t)j->subject);
    if (j->command.n > 0)
        jf_jw_raw(w, "command", j->command);
    if (j->result.n > 0)
        jf_jw_raw(w, "result", j->result);
    postings_json(r, arena, w, j);
    hash_json(w, "hash", j->hash);
    jf_jw_close(w, '}');
}

jf_store_result jf_browse_journals(jf_store *store, jf_page page, jf_buf *out,
                                   jf_store_error *error)
{
    jf_jw w;
    jf_reader r;
    jf_arena arena;
    jf_reader_open(&r, store);
    jf_arena_init(&arena, 0);
    jf_page_begin(&w, out);
    uint64_t newest = r.world.state.journals, found = 0;
    uint64_t number = page.from > 0 && page.from <= newest ? page.from - 1 : newest;
    for (; number > 0 && found < jf_page_limit(page) && r.result == JF_STORE_OK;
         number--, found++) {
        jf_journal_row j;
        jf_arena_reset(&arena);
        if (jf_reader_journal(&r, &arena, number, &j))
            journal_json(&r, &arena, &w, &j);
    }
    jf_page_end(&w, number > 0 ? number + 1 : 0);
    jf_store_result result = jf_reader_result(&r, error);
    jf_arena_free(&arena);
    jf_reader_close(&r);
    return result;
}

jf_store_result jf_browse_journal(jf_store *store, uint64_t number, jf_buf *out,
                                  jf_store_error *error)
{
    jf_jw w;
    jf_reader r;
    jf_arena arena;
    jf_journal_row j;
    jf_reader_open(&r, store);
    if (r.result == JF_STORE_OK && (number == 0 || number > r.world.state.journals)) {
        jf_reader_close(&r);
        error->message[0] = '\0';
        return JF_STORE_NONE;
    }
    jf_arena_init(&arena, 0);
    jf_jw_init(&w, out);
    if (jf_reader_journal(&r, &arena, number, &j))
        journal_json(&r, &arena, &w, &j);
    jf_store_result result = jf_reader_result(&r, error);
    jf_arena_free(&arena);
    jf_reader_close(&r);
    return result;
}
