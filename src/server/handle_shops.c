/*
 * What a shop says of itself to everybody: its name, where it is, its phone and when it is open.
 * It stands on the desk (decision 23), and is changed as what is read at the same address, by
 * its ETag.
 */
#include "app/reader.h"
#include "app/shop_names.h"
#include "base/check.h"
#include "server/signed.h"
#include "server/state.h"

static void text_json(jf_jw *w, const char *key, jf_str text)
{
    if (text.n > 0)
        jf_jw_str(w, key, text);
}

/* The profile as JSON, and its ETag as that of the answer. */
static void profile_write(jf_exchange *x, const jf_desk_shop *profile, jf_buf *out)
{
    jf_jw w;
    char *etag = jf_arena_alloc(&x->arena, JF_ETAG_SIZE);
    jf_jw_init(&w, out);
    jf_jw_open(&w, NULL, '{');
    jf_jw_str(&w, "shop", profile->shop);
    text_json(&w, "name", profile->name);
    text_json(&w, "address", profile->address);
    text_json(&w, "phone", profile->phone);
    text_json(&w, "hours", profile->hours);
    jf_jw_close(&w, '}');
    jf_etag(jf_buf_view(out), etag);
    x->etag = etag;
}

/* What the shop of the path says; of one that says nothing only its id. NONE: there is none. */
static jf_store_result profile_read(jf_exchange *x, jf_store *store, jf_desk_shop *out,
                                    jf_store_error *error)
{
    jf_reader r;
    jf_str shop = x->params[0];
    jf_reader_open(&r, store);
    bool there = jf_reader_party(&r, JF_PARTY_SHOP, shop) != NULL;
    jf_store_result result = jf_reader_result(&r, error);
    jf_reader_close(&r);
    if (result != JF_STORE_OK)
        return result;
    if (!there)
        return jf_reader_nobody(JF_PARTY_SHOP, shop, error);
    *out = (jf_desk_shop){.shop = shop};
    result = jf_desk_shop_find(jf_exchange_desk(x), &x->arena, shop, out, error);
    return result == JF_STORE_NONE ? JF_STORE_OK : result;
}

jf_store_result jf_read_shop_profile(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    jf_desk_shop profile;
    jf_store_result result = profile_read(x, store, &profile, error);
    if (result == JF_STORE_OK)
        profile_write(x, &profile, &x->found);
    return result;
}

/* --- changing it ------------------------------------------------------------------------------ */

typedef struct changing {
    jf_desk_shop now, then;
} changing;

static jf_store_result look_profile(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return profile_read(x, store, &((changing *)x->own)->now, error);
}

/* Is it still what the caller read? */
static bool unchanged(jf_exchange *x, const jf_desk_shop *now)
{
    jf_buf text;
    jf_str etag = jf_exchange_header(x, MHD_HTTP_HEADER_IF_MATCH);
    if (etag.n == 0 || jf_str_eq(etag, JF_STR("*")))
        return true;
    jf_buf_init(&text, &x->arena);
    profile_write(x, now, &text);
    bool same = jf_str_eq(etag, jf_str_of(x->etag));
    x->etag = NULL;
    return same;
}

static void put_answer(jf_exchange *x, const jf_desk_shop *profile)
{
    jf_buf out;
    jf_buf_init(&out, &x->arena);
    profile_write(x, profile, &out);
    jf_answer_json(x, x->route->success, jf_buf_view(&out));
}

static void finish_put(jf_exchange *x)
{
    changing *c = x->own;
    jf_store_error error;
    if (x->lookup.result != JF_STORE_OK) {
        jf_exchange_found(x); /* which says what is wrong */
        return;
    }
    c->then.edition = c->now.edition;
    if (!unchanged(x, &c->now)) {
        jf_answer_problem(x, JF_P_STALE, "read it again, and decide again");
        return;
    }
    if (!jf_exchange_note(x, "shop.profile", c->then.shop, "sent"))
        return;
    jf_store_result result = jf_desk_shop_put(jf_exchange_desk(x), &c->then, &error);
    jf_shop_names_changed(&x->server->names);
    if (result == JF_STORE_OK)
        put_answer(x, &c->then);
    else if (result == JF_STORE_NONE)
        jf_answer_problem(x, JF_P_STALE, "read it again, and decide again");
    else
        jf_answer_problem(x, JF_P_DESK, "nothing was changed");
}

void jf_handle_shop_profile_put(jf_exchange *x)
{
    jf_json *body;
    const char *field, *expected;
    changing *c = JF_NEW(&x->arena, changing);
    if (!jf_exchange_fields(x, &body))
        return;
    c->then = (jf_desk_shop){.shop = x->params[0],
                             .name = jf_body_text(body, "name"),
                             .address = jf_body_text(body, "address"),
                             .phone = jf_body_text(body, "phone"),
                             .hours = jf_body_text(body, "hours")};
    expected = jf_shop_profile_wrong(&c->then, &field);
    x->own = c;
    if (expected)
        jf_answer_refusal(x, JF_E_BAD_REQUEST, jf_str_of(field), jf_str_of(expected));
    else
        jf_exchange_look_up(x, look_profile, finish_put);
}
