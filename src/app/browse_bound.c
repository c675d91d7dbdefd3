/*
 * Who is bound to a shop, and whom a member brought (browse.h).
 */
#include "app/browse_work.h"
#include "base/check.h"

static void bound_row(jf_reader *r, jf_jw *w, uint32_t no)
{
    const jf_party *member = jf_reader_party_no(r, no);
    if (!member)
        return;
    jf_jw_open(w, NULL, '{');
    jf_jw_int(w, "no", member->no);
    jf_jw_str(w, "id", member->id);
    jf_phone_json(w, member->phone, false);
    if (member->region)
        jf_jw_region(w, "region", member->region);
    jf_jw_close(w, '}');
}

/* One more than the page is asked for: it says whether there is a next. */
static void bound_rows(jf_reader *r, jf_related *bound, jf_buf *out)
{
    jf_jw w;
    uint32_t limit = bound->limit++;
    bound->numbers = JF_NEW_ARRAY(&r->world.config, uint32_t, bound->limit);
    r->result = r->store->ops->related(r->store, bound, &r->error);
    if (r->result != JF_STORE_OK)
        return;
    bool more = bound->count > limit;
    jf_jw_init(&w, out);
    jf_jw_open(&w, NULL, '{');
    jf_jw_int(&w, "count", (int64_t)bound->all);
    jf_jw_open(&w, "rows", '[');
    for (uint32_t i = 0; i < bound->count && i < limit && r->result == JF_STORE_OK; i++)
        bound_row(r, &w, bound->numbers[i]);
    jf_page_end(&w, more ? bound->numbers[limit - 1] : 0);
}

jf_store_result jf_browse_bound(jf_store *store, jf_relation relation, jf_str id, jf_page page,
                                jf_buf *out, jf_store_error *error)
{
    jf_reader r;
    jf_party_kind kind = relation == JF_RELATION_HOME ? JF_PARTY_SHOP : JF_PARTY_MEMBER;
    jf_related bound = {.relation = relation, .limit = (uint32_t)jf_page_limit(page)};
    bound.after = page.from < UINT32_MAX ? (uint32_t)page.from : UINT32_MAX;
    jf_reader_open(&r, store);
    const jf_party *to = jf_reader_party(&r, kind, id);
    if (to) {
        bound.to = to->no;
        bound_rows(&r, &bound, out);
    }
    jf_store_result result = jf_reader_result(&r, error);
    if (result == JF_STORE_OK && !to)
        result = jf_reader_nobody(kind, id, error);
    JF_ASSERT(bound.limit > 0);
    jf_reader_close(&r);
    return result;
}
