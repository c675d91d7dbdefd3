/*
 * What an operator does with a policy before it is set: look at presets and the
 * schema, and have a document checked. Nothing here changes the books.
 */
#include "app/policy_check.h"
#include "app/reader.h"
#include "server/state.h"

void jf_handle_policy_schema(jf_exchange *x)
{
    jf_answer_json(x, x->route->success, jf_policy_schema());
}

void jf_handle_presets(jf_exchange *x)
{
    jf_jw w;
    jf_buf out;
    jf_str document;
    const char *name;
    jf_buf_init(&out, &x->arena);
    jf_jw_init(&w, &out);
    jf_jw_open(&w, NULL, '{');
    jf_jw_open(&w, "rows", '[');
    for (uint32_t i = 0; (name = jf_preset_name(i)) != NULL; i++) {
        if (!jf_preset_find(jf_str_of(name), &document))
            continue;
        jf_jw_open(&w, NULL, '{');
        jf_jw_c(&w, "name", name);
        jf_jw_raw(&w, "document", document);
        jf_jw_close(&w, '}');
    }
    jf_jw_close(&w, ']');
    jf_jw_close(&w, '}');
    jf_answer_json(x, x->route->success, jf_buf_view(&out));
}

/* As the version after the latest of the books, which it must be able to follow. */
static jf_store_result look_check(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    jf_jw w;
    jf_reader r;
    jf_findings findings;
    jf_policy *policy = JF_NEW(&x->arena, jf_policy);
    jf_reader_open(&r, store);
    jf_store_result result = jf_reader_result(&r, error);
    if (result == JF_STORE_OK) {
        uint32_t versions = r.world.state.policies;
        jf_policy_check(&x->arena, x->own, versions ? r.world.policies[versions - 1] : NULL, policy,
                        &findings);
        jf_jw_init(&w, &x->found);
        jf_jw_open(&w, NULL, '{');
        jf_jw_bool(&w, "ok", findings.errors == 0);
        jf_findings_write(&w, "findings", &findings);
        jf_jw_close(&w, '}');
    }
    jf_reader_close(&r);
    return result;
}

void jf_handle_policy_check(jf_exchange *x)
{
    jf_json *body;
    if (!jf_exchange_fields(x, &body))
        return;
    x->own = (void *)jf_json_get(body, JF_STR("policy"));
    jf_exchange_look_up(x, look_check, jf_exchange_found);
}
