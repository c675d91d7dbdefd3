/*
 * Members and shops page by page: which of them, and their rows (browse.h).
 */
#include <string.h>

#include "app/browse_work.h"
#include "base/id.h"
#include "core/coin.h"
#include "core/command.h"

#define RUN_MAX 1024 /* ids asked for at once where not all of them are wanted */

/* --- rows ----------------------------------------------------------------------------- */

static void party_ref(jf_reader *r, jf_jw *w, const char *key, uint32_t no)
{
    const jf_party *party = no ? jf_reader_party_no(r, no) : NULL;
    if (party)
        jf_jw_str(w, key, party->id);
}

/* The first three and the last four digits: enough to know somebody, not to call them. */
void jf_phone_json(jf_jw *w, jf_str phone, bool whole)
{
    char space[40];
    jf_buf text = {space, 0, sizeof space, NULL};
    if (whole && phone.n > 0)
        jf_jw_str(w, "phone", phone);
    if (whole || phone.n < 9 || phone.n > 30)
        return;
    jf_buf_bytes(&text, phone.p, 3);
    jf_buf_c(&text, "****");
    jf_buf_bytes(&text, phone.p + phone.n - 4, 4);
    jf_jw_str(w, "phone", jf_buf_view(&text));
}

void jf_party_members(jf_reader *r, jf_jw *w, const jf_party *party, jf_str phone, bool whole)
{
    jf_jw_int(w, "no", party->no);
    jf_jw_str(w, "id", party->id);
    if (party->region)
        jf_jw_region(w, "region", party->region);
    if (party->kind == JF_PARTY_MEMBER) {
        jf_phone_json(w, party->phone.n > 0 ? party->phone : phone, whole);
        party_ref(r, w, "referrer", party->referrer);
        party_ref(r, w, "home", party->home);
    } else {
        jf_jw_c(w, "kind", jf_shop_kind_wire(party->shop_kind));
        party_ref(r, w, "owner", party->owner);
        jf_jw_decimal(w, "rebate", party->rebate.v, 6);
        jf_jw_decimal(w, "max_voucher_ratio", party->max_voucher.v, 6);
        jf_jw_bool(w, "takes_coins", jf_takes_coins(party->shop_kind));
        party_ref(r, w, "recruiter", party->recruiter);
        party_ref(r, w, "city_partner", party->city_partner);
        party_ref(r, w, "staff", party->staff);
        party_ref(r, w, "manager", party->manager);
    }
}

void jf_party_row(jf_reader *r, jf_jw *w, const jf_party *party)
{
    jf_jw_open(w, NULL, '{');
    jf_party_members(r, w, party, JF_STR_NONE, false);
    jf_jw_close(w, '}');
}

/* --- which of them --------------------------------------------------------------------- */

bool jf_shop_kind_of(jf_str wire, jf_shop_kind *kind)
{
    for (int i = 0; i < JF_SHOP_KINDS; i++)
        if (jf_str_eq(wire, jf_str_of(jf_shop_kind_wire((jf_shop_kind)i)))) {
            *kind = (jf_shop_kind)i;
            return true;
        }
    return false;
}

/* What a page of members or shops is made with. */
typedef struct parties {
    jf_reader *r;
    jf_jw *w;
    jf_party_kind kind;
    const jf_party_wish *wish;
    uint64_t limit, found, looked;
    uint32_t last; /* the number that was looked at last */
    bool more;     /* others follow it */
} parties;

static bool begins(jf_str text, jf_str with)
{
    return text.n >= with.n && (with.n == 0 || memcmp(text.p, with.p, with.n) == 0);
}

static bool called(jf_reader *r, uint32_t no, jf_str id)
{
    const jf_party *party = no ? jf_reader_party_no(r, no) : NULL;
    return party && jf_str_eq(party->id, id);
}

/* Does the member own the shop, have they recruited it, or do they work for it? */
static bool tied_to(jf_reader *r, const jf_party *shop, jf_str member)
{
    const uint32_t ties[] = {shop->owner, shop->recruiter, shop->city_partner, shop->staff,
                             shop->manager};
    const jf_party *party = jf_reader_party(r, JF_PARTY_MEMBER, member);
    for (size_t i = 0; party && i < sizeof ties / sizeof *ties; i++)
        if (ties[i] == party->no)
            return true;
    return false;
}

bool jf_party_wanted(jf_reader *r, const jf_party_wish *wish, const jf_party *party)
{
    return begins(party->id, wish->find) && jf_region_within(party->region, wish->region) &&
           (wish->home.n == 0 || called(r, party->home, wish->home)) &&
           (wish->referrer.n == 0 || called(r, party->referrer, wish->referrer)) &&
           (wish->tied.n == 0 || tied_to(r, party, wish->tied)) &&
           (!wish->of_kind || party->shop_kind == wish->shop_kind);
}

jf_str jf_page_behind(jf_reader *r, jf_page page)
{
    const jf_party *last = page.from > 0 && page.from <= UINT32_MAX
                               ? jf_reader_party_no(r, (uint32_t)page.from)
                               : NULL;
    return last ? last->id : JF_STR_NONE;
}

/* --- pages ------------------------------------------------------------------------------ */

/* False when the page is full, or has looked at enough. */
static bool look(parties *p, uint32_t no)
{
    const jf_party *party = jf_reader_party_no(p->r, no);
    p->last = no;
    p->looked++;
    if (party && party->kind == p->kind && jf_party_wanted(p->r, p->wish, party)) {
        jf_party_row(p->r, p->w, party);
        p->found++;
    }
    return p->found < p->limit && p->looked < JF_LOOKED_AT_MAX;
}

/* A run of numbers, perhaps not the last; false when the page ends with it. */
static bool look_through(parties *p, const uint32_t *numbers, uint32_t count, bool last)
{
    for (uint32_t i = 0; i < count; i++)
        if (!look(p, numbers[i])) {
            p->more = i + 1 < count || !last;
            return false;
        }
    return !last;
}

/* By id: those whose id begins like `find`. */
static void named(parties *p, jf_page page)
{
    jf_reader *r = p->r;
    jf_arena *arena = &r->world.config;
    jf_named run = {.kind = p->kind, .prefix = p->wish->find, .limit = RUN_MAX, .arena = arena};
    run.after = jf_page_behind(r, page);
    run.numbers = JF_NEW_ARRAY(arena, uint32_t, run.limit);
    run.ids = JF_NEW_ARRAY(arena, jf_str, run.limit);
    bool goes_on = r->result == JF_STORE_OK;
    while (goes_on) {
        r->result = r->store->ops->named(r->store, &run, &r->error);
        goes_on = r->result == JF_STORE_OK &&
                  look_through(p, run.numbers, run.count, run.count < run.limit);
        if (goes_on)
            run.after = run.ids[run.count - 1];
    }
}

/* By number: members whose home is a shop, or whom a member brought. */
static void bound(parties *p, jf_page page)
{
    jf_reader *r = p->r;
    bool home = p->wish->home.n > 0;
    const jf_party *to = home ? jf_reader_party(r, JF_PARTY_SHOP, p->wish->home)
                              : jf_reader_party(r, JF_PARTY_MEMBER, p->wish->referrer);
    jf_related run = {.relation = home ? JF_RELATION_HOME : JF_RELATION_REFERRER, .limit = RUN_MAX};
    run.to = to ? to->no : 0;
    run.after = page.from < UINT32_MAX ? (uint32_t)page.from : UINT32_MAX;
    run.numbers = JF_NEW_ARRAY(&r->world.config, uint32_t, run.limit);
    bool goes_on = to != NULL;
    while (goes_on) {
        r->result = r->store->ops->related(r->store, &run, &r->error);
        goes_on = r->result == JF_STORE_OK &&
                  look_through(p, run.numbers, run.count, run.count < run.limit);
        if (goes_on)
            run.after = run.numbers[run.count - 1];
    }
}

/* By number: those in a region. */
static void located(parties *p, jf_page page)
{
    jf_reader *r = p->r;
    jf_located run = {.kind = p->kind, .region = p->wish->region, .limit = (uint32_t)p->limit + 1};
    run.after = page.from < UINT32_MAX ? (uint32_t)page.from : UINT32_MAX;
    run.numbers = JF_NEW_ARRAY(&r->world.config, uint32_t, run.limit);
    if (r->result == JF_STORE_OK)
        r->result = r->store->ops->located(r->store, &run, &r->error);
    if (r->result == JF_STORE_OK)
        look_through(p, run.numbers, run.count, true);
}

/* The others in the order of joining. */
static void joined(parties *p, jf_page page)
{
    uint64_t no = page.from, last = p->r->world.state.parties;
    while (p->r->result == JF_STORE_OK && no < last && look(p, (uint32_t)++no))
        ;
    p->more = no < last;
}

jf_store_result jf_browse_parties(jf_store *store, jf_party_kind kind, const jf_party_wish *wish,
                                  jf_page page, jf_buf *out, jf_store_error *error)
{
    jf_jw w;
    jf_reader r;
    parties p = {.r = &r, .w = &w, .kind = kind, .wish = wish, .limit = jf_page_limit(page)};
    bool chosen = wish->region.n > 0 || wish->tied.n > 0 || wish->of_kind;
    jf_reader_open(&r, store);
    jf_page_begin(&w, out);
    if (wish->home.n > 0 || wish->referrer.n > 0)
        bound(&p, page);
    else if (wish->find.n > 0 || (kind == JF_PARTY_SHOP && chosen))
        named(&p, page);
    else if (wish->region.n > 0)
        located(&p, page);
    else
        joined(&p, page);
    jf_page_end(&w, p.more ? p.last : 0);
    jf_store_result result = jf_reader_result(&r, error);
    jf_reader_close(&r);
    return result;
}
