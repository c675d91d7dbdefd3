/*
 * The reader behind statements and reports (reader.h): the store's fetch, one
 * row at a time, and one remembered failure.
 */
#include "app/reader.h"

#include <string.h>

#include "base/check.h"
#include "base/json.h"
#include "base/sort.h"
#include "core/format.h"

jf_store_result jf_reader_open(jf_reader *r, jf_store *store)
{
    JF_ASSERT(store != NULL);
    *r = (jf_reader){.store = store};
    jf_world_init(&r->world);
    r->result = store->ops->load(store, &r->world, &r->head, &r->error);
    if (r->result == JF_STORE_OK && r->world.state.policies > 0)
        r->zone_known = jf_zone_load(&r->world.config, r->world.policies[0]->timezone, &r->zone);
    return r->result;
}

void jf_reader_close(jf_reader *r)
{
    jf_world_free(&r->world);
}

jf_store_result jf_reader_result(const jf_reader *r, jf_store_error *error)
{
    JF_ASSERT(r->result != JF_STORE_NONE);
    if (r->result != JF_STORE_OK)
        *error = r->error;
    return r->result;
}

jf_store_result jf_reader_nobody(jf_party_kind kind, jf_str id, jf_store_error *error)
{
    JF_ASSERT(kind != JF_PARTY_PLATFORM);
    jf_format(error->message, sizeof error->message,
              kind == JF_PARTY_MEMBER ? "there is no member \"%.*s\"" : "there is no shop \"%.*s\"",
              JF_STR_ARG(id));
    return JF_STORE_NONE;
}

void jf_reader_damaged(jf_reader *r, uint64_t journal)
{
    if (r->result != JF_STORE_OK)
        return;
    r->result = JF_STORE_FAILED;
    jf_format(r->error.message, sizeof r->error.message,
              "the books contradict themselves at journal %ld; `jifen audit` says more",
              (long)journal);
}

/* One more row into the working set, unless reading has failed before. */
static bool fetch(jf_reader *r, jf_need need)
{
    if (r->result != JF_STORE_OK)
        return false;
    r->result = r->store->ops->fetch(r->store, &r->world, &need, 1, &r->error);
    JF_ASSERT(r->result != JF_STORE_NONE);
    return r->result == JF_STORE_OK;
}

static const jf_party *party_if_there(const jf_party *party)
{
    return party && party->row.exists ? party : NULL;
}

const jf_party *jf_reader_party(jf_reader *r, jf_party_kind kind, jf_str id)
{
    jf_party *party = jf_world_party(&r->world, kind, id);
    if (!party && fetch(r, (jf_need){.kind = JF_NEED_PARTY, .party = kind, .id = id}))
        party = jf_world_party(&r->world, kind, id);
    return party_if_there(party);
}

const jf_party *jf_reader_party_no(jf_reader *r, uint32_t no)
{
    jf_party *party = jf_world_party_no(&r->world, no);
    if (!party && fetch(r, (jf_need){.kind = JF_NEED_PARTY_NO, .number = no}))
        party = jf_world_party_no(&r->world, no);
    return party_if_there(party);
}

const jf_order *jf_reader_order(jf_reader *r, uint64_t number)
{
    jf_order *order = jf_world_order(&r->world, number);
    if (!order && fetch(r, (jf_need){.kind = JF_NEED_ORDER, .number = number}))
        order = jf_world_order(&r->world, number);
    return order && order->row.exists ? order : NULL;
}

/* The row of an id that was used, or NULL. */
static const jf_idem *idem_of(jf_reader *r, jf_command_kind kind, jf_str id)
{
    const jf_idem *idem = jf_world_idem(&r->world, kind, id);
    jf_need need = {.kind = JF_NEED_IDEM, .command = kind, .id = id};
    if (!idem && id.n > 0 && fetch(r, need))
        idem = jf_world_idem(&r->world, kind, id);
    JF_ASSERT(!idem || idem->kind == kind);
    return idem && idem->row.exists ? idem : NULL;
}

const jf_order *jf_reader_order_named(jf_reader *r, jf_str id)
{
    const jf_idem *idem = idem_of(r, JF_CMD_ORDER_PAY, id);
    return idem ? jf_reader_order(r, idem->number) : NULL;
}

uint64_t jf_reader_used(jf_reader *r, jf_command_kind kind, jf_str id)
{
    const jf_idem *idem = idem_of(r, kind, id);
    return idem ? idem->number : 0;
}

jf_str jf_reader_command(jf_reader *r, jf_command_kind kind, jf_str id)
{
    const jf_idem *idem = idem_of(r, kind, id);
    return idem ? idem->command : JF_STR_NONE;
}

const jf_withdrawal *jf_reader_withdrawal(jf_reader *r, jf_str id)
{
    if (id.n == 0)
        return NULL;
    const jf_withdrawal *row = jf_world_withdrawal(&r->world, id);
    if (!row && fetch(r, (jf_need){.kind = JF_NEED_WITHDRAWAL, .id = id}))
        row = jf_world_withdrawal(&r->world, id);
    JF_ASSERT(!row || jf_str_eq(row->id, id));
    return row && row->row.exists ? row : NULL;
}

bool jf_reader_journal(jf_reader *r, jf_arena *arena, uint64_t number, jf_journal_row *out)
{
    JF_ASSERT(number > 0);
    if (r->result != JF_STORE_OK)
        return false;
    jf_store_result result = r->store->ops->journal_get(r->store, arena, number, out, &r->error);
    if (result == JF_STORE_NONE)
        jf_reader_damaged(r, number);
    else
        r->result = result;
    return r->result == JF_STORE_OK;
}

void jf_reader_scan(jf_reader *r, jf_table table, jf_row_fn fn, void *context)
{
    JF_ASSERT(fn != NULL);
    if (r->result == JF_STORE_OK)
        r->result = r->store->ops->scan(r->store, table, fn, context, &r->error);
}

/* The journals of refunds, noted by their ids. */
static bool note_refund(void *context, const void *row)
{
    jf_reader *r = context;
    const jf_idem *idem = row;
    jf_arena *arena = &r->world.config;
    JF_ASSERT(idem->kind == JF_CMD_ORDER_REFUND);
    if ((r->refund_count & (r->refund_count + 1)) == 0) { /* 0, 1, 3, 7, …: room for as many more */
        jf_refund_note *wider = JF_NEW_ARRAY(arena, jf_refund_note, 2 * r->refund_count + 1);
        if (r->refund_count > 0)
            memcpy(wider, r->refunds, sizeof *wider * r->refund_count);
        r->refunds = wider;
    }
    JF_ASSERT(r->refunds != NULL);
    r->refunds[r->refund_count++] = (jf_refund_note){.number = idem->number};
    return true;
}

static int by_journal(const void *a, const void *b)
{
    const jf_refund_note *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

/* What the journal's command says was refunded, and of what; no order when it says nothing. */
static void fill_refund(jf_reader *r, jf_arena *scratch, jf_refund_note *note)
{
    jf_journal_row journal;
    jf_json *command;
    char error[160];
    jf_arena_reset(scratch);
    if (!jf_reader_journal(r, scratch, note->number, &journal) ||
        !jf_json_parse(scratch, journal.command, &command, error))
        return;
    const jf_json *order = jf_json_get(command, JF_STR("order"));
    const jf_json *amount = jf_json_get(command, JF_STR("amount"));
    if (!order || order->type != JF_JSON_STRING || !amount || amount->type != JF_JSON_STRING)
        return;
    JF_ASSERT(note->number > 0);
    if (jf_decimal_parse(amount->text, 2, &note->amount) == JF_DECIMAL_OK)
        note->order = jf_str_dup(&r->world.config, order->text);
}

void jf_reader_refunds(jf_reader *r)
{
    if (r->refunds_listed || r->result != JF_STORE_OK)
        return;
    r->refunds_listed = true;
    r->result = r->store->ops->idem_scan(r->store, JF_CMD_ORDER_REFUND, note_refund, r, &r->error);
    jf_sort(r->refunds, r->refund_count, sizeof *r->refunds, by_journal);
}

const jf_order *jf_reader_refund_order(jf_reader *r, uint32_t at)
{
    JF_ASSERT(at < r->refund_count);
    jf_arena scratch;
    jf_arena_init(&scratch, 0);
    if (r->refunds[at].order.n == 0)
        fill_refund(r, &scratch, &r->refunds[at]);
    jf_arena_free(&scratch);
    return r->refunds[at].order.n > 0 ? jf_reader_order_named(r, r->refunds[at].order) : NULL;
}

static void read_refunds(jf_reader *r)
{
    jf_arena scratch;
    r->refunds_read = true;
    jf_reader_refunds(r);
    jf_arena_init(&scratch, 0);
    for (uint32_t i = 0; i < r->refund_count && r->result == JF_STORE_OK; i++)
        fill_refund(r, &scratch, &r->refunds[i]);
    jf_arena_free(&scratch);
}

int64_t jf_reader_refunded_before(jf_reader *r, const jf_order *order, uint64_t journal,
                                  int64_t amount)
{
    JF_ASSERT(order->row.exists && amount >= 0);
    if (order->refunded.v == amount)
        return 0;
    if (!r->refunds_read)
        read_refunds(r);
    int64_t before = 0;
    for (uint32_t i = 0; i < r->refund_count && r->refunds[i].number < journal; i++)
        if (jf_str_eq(r->refunds[i].order, order->id) &&
            !jf_add(before, r->refunds[i].amount, &before))
            return -1;
    return before <= order->refunded.v && amount <= order->refunded.v - before ? before : -1;
}
