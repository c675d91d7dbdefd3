/*
 * The reader behind statements and reports (reader.h): the store's fetch, one
 * row at a time, and one remembered failure.
 */
#include "app/reader.h"

#include <string.h>

#include "base/check.h"
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
