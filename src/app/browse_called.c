/*
 * Shops by what they are called: the desk says which, the books what they are (browse.h).
 */
#include "app/browse_work.h"

typedef struct called {
    jf_arena *arena;
    jf_str *ids;
    uint64_t count, limit; /* one more than a page has */
} called;

/* Copied: the desk may not wait for the books. */
static bool called_take(void *context, const jf_desk_shop *shop)
{
    called *c = context;
    c->ids[c->count++] = jf_str_dup(c->arena, shop->shop);
    return c->count < c->limit;
}

/* Returns the number of the last when there are more. */
static uint32_t called_rows(jf_reader *r, jf_jw *w, const jf_party_wish *wish, const called *c)
{
    uint32_t last = 0;
    for (uint64_t i = 0; i < c->count && i + 1 < c->limit; i++) {
        const jf_party *party = jf_reader_party(r, JF_PARTY_SHOP, c->ids[i]);
        if (!party)
            continue;
        if (jf_party_wanted(r, wish, party))
            jf_party_row(r, w, party);
        last = party->no;
    }
    return c->count == c->limit ? last : 0;
}

jf_store_result jf_browse_called(jf_store *store, jf_desk *desk, jf_str begins,
                                 const jf_party_wish *wish, jf_page page, jf_buf *out,
                                 jf_store_error *error)
{
    jf_jw w;
    jf_reader r;
    jf_reader_open(&r, store);
    called c = {.arena = &r.world.config, .limit = jf_page_limit(page) + 1};
    const jf_str behind = jf_page_behind(&r, page);
    c.ids = JF_NEW_ARRAY(c.arena, jf_str, c.limit);
    if (r.result == JF_STORE_OK)
        r.result = jf_desk_shop_named(desk, begins, behind, called_take, &c, &r.error);
    jf_page_begin(&w, out);
    jf_page_end(&w, called_rows(&r, &w, wish, &c));
    jf_store_result result = jf_reader_result(&r, error);
    jf_reader_close(&r);
    return result;
}
