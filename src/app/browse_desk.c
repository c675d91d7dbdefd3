/*
 * What a desk looks up: one party, the terms in force, who holds the seats, and
 * whatever has an id (browse.h).
 */
#include "app/browse_work.h"
#include "base/check.h"
#include "base/id.h"
#include "base/sort.h"
#include "core/format.h"
#include "core/step.h"

jf_store_result jf_browse_party(jf_store *store, jf_party_kind kind, jf_str id, jf_str phone,
                                jf_buf *out, jf_store_error *error)
{
    jf_jw w;
    jf_reader r;
    JF_ASSERT(kind != JF_PARTY_PLATFORM);
    jf_reader_open(&r, store);
    const jf_party *party = jf_reader_party(&r, kind, id);
    if (party) {
        jf_jw_init(&w, out);
        jf_jw_open(&w, NULL, '{');
        jf_party_members(&r, &w, party, phone, false);
        jf_jw_close(&w, '}');
    }
    jf_store_result result = jf_reader_result(&r, error);
    if (result == JF_STORE_OK && !party)
        result = jf_reader_nobody(kind, id, error);
    jf_reader_close(&r);
    return result;
}

jf_store_result jf_browse_terms(jf_store *store, jf_buf *out, jf_store_error *error)
{
    jf_jw w;
    jf_reader r;
    jf_reader_open(&r, store);
    jf_day day = r.world.state.open_day;
    const jf_policy *policy = jf_world_policy(&r.world, day);
    if (policy) {
        jf_jw_init(&w, out);
        jf_jw_open(&w, NULL, '{');
        jf_jw_int(&w, "version", policy->version);
        jf_jw_day(&w, "open_day", day);
        jf_jw_raw(&w, "document", policy->document);
        jf_jw_close(&w, '}');
    }
    jf_store_result result = jf_reader_result(&r, error);
    if (result == JF_STORE_OK && !policy) {
        jf_format(error->message, sizeof error->message, "there is no policy yet");
        result = JF_STORE_NONE;
    }
    jf_reader_close(&r);
    return result;
}

jf_store_result jf_browse_zone(jf_store *store, jf_buf *out, jf_store_error *error)
{
    jf_reader r;
    jf_reader_open(&r, store);
    const jf_policy *policy = jf_world_policy(&r.world, r.world.state.open_day);
    if (policy)
        jf_buf_str(out, policy->timezone);
    jf_store_result result = jf_reader_result(&r, error);
    jf_reader_close(&r);
    return result;
}

/* --- seats ------------------------------------------------------------------------------ */

static int by_region(const void *a, const void *b)
{
    const jf_seat *x = *(const jf_seat *const *)a, *y = *(const jf_seat *const *)b;
    return (x->region > y->region) - (x->region < y->region);
}

static void seat_json(jf_reader *r, jf_jw *w, const jf_seat *seat)
{
    jf_jw_open(w, NULL, '{');
    jf_jw_region(w, "region", seat->region);
    jf_jw_open(w, "holders", '[');
    for (uint32_t i = 0; i < seat->count; i++) {
        const jf_party *member = jf_reader_party_no(r, seat->holders[i].party);
        if (!member)
            continue;
        jf_jw_open(w, NULL, '{');
        jf_jw_str(w, "member", member->id);
        jf_jw_int(w, "weight", seat->holders[i].weight);
        jf_jw_close(w, '}');
    }
    jf_jw_close(w, ']');
    jf_jw_close(w, '}');
}

/* Somebody holds it; where one is named, in the region, and the member among them. */
static bool seat_wanted(jf_reader *r, const jf_seat *seat, jf_str region, jf_str member)
{
    const jf_party *holder = member.n > 0 ? jf_reader_party(r, JF_PARTY_MEMBER, member) : NULL;
    bool held = seat->row.exists && seat->count > 0 && jf_region_within(seat->region, region);
    bool by = member.n == 0;
    for (uint32_t i = 0; holder && i < seat->count; i++)
        by = by || seat->holders[i].party == holder->no;
    return held && by;
}

jf_store_result jf_browse_seats(jf_store *store, jf_str region, jf_str member, jf_buf *out,
                                jf_store_error *error)
{
    jf_jw w;
    jf_reader r;
    jf_reader_open(&r, store);
    const jf_map *map = &r.world.seats;
    const jf_seat **seats = JF_NEW_ARRAY(&r.world.config, const jf_seat *, map->count);
    uint32_t count = 0;
    const jf_seat *seat;
    for (uint64_t at = 0; (seat = jf_map_next(map, &at)) != NULL;)
        if (seat_wanted(&r, seat, region, member))
            seats[count++] = seat;
    jf_sort(seats, count, sizeof *seats, by_region);
    jf_jw_init(&w, out);
    jf_jw_open(&w, NULL, '{');
    jf_jw_open(&w, "rows", '[');
    for (uint32_t i = 0; i < count && r.result == JF_STORE_OK; i++)
        seat_json(&r, &w, seats[i]);
    jf_jw_close(&w, ']');
    jf_jw_close(&w, '}');
    jf_store_result result = jf_reader_result(&r, error);
    jf_reader_close(&r);
    return result;
}

/* --- ids -------------------------------------------------------------------------------- */

/* What a command with an id makes, where that has a name of its own. */
static const char *kind_made(jf_command_kind kind)
{
    switch (kind) {
    case JF_CMD_MEMBER_CREATE:
        return "member";
    case JF_CMD_SHOP_CREATE:
        return "shop";
    case JF_CMD_ORDER_PAY:
        return "order";
    case JF_CMD_ORDER_REFUND:
        return "refund";
    case JF_CMD_WITHDRAW_REQUEST:
        return "withdrawal";
    default:
        return jf_command_info_of(kind)->wire;
    }
}

jf_store_result jf_browse_id(jf_store *store, jf_str id, jf_buf *out, jf_store_error *error)
{
    jf_jw w;
    jf_reader r;
    jf_reader_open(&r, store);
    jf_jw_init(&w, out);
    jf_jw_open(&w, NULL, '{');
    jf_jw_open(&w, "rows", '[');
    for (int kind = 0; kind < JF_COMMAND_KINDS; kind++) {
        bool keeps = jf_command_info_of((jf_command_kind)kind)->id_use == JF_ID_USE_OWN_ID;
        uint64_t journal = keeps ? jf_reader_used(&r, (jf_command_kind)kind, id) : 0;
        if (journal == 0)
            continue;
        jf_jw_open(&w, NULL, '{');
        jf_jw_c(&w, "kind", kind_made((jf_command_kind)kind));
        jf_jw_str(&w, "id", id);
        jf_jw_int(&w, "journal", (int64_t)journal);
        jf_jw_close(&w, '}');
    }
    jf_jw_close(&w, ']');
    jf_jw_close(&w, '}');
    jf_store_result result = jf_reader_result(&r, error);
    jf_reader_close(&r);
    return result;
}
