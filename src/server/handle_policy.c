/*
 * What an operator does with a policy before it is set: look at presets and the
 * schema, have a document checked, and have it tried on generated purchases.
 * Nothing here changes the books.
 */
#include <string.h>

#include "app/policy_check.h"
#include "app/reader.h"
#include "server/details.h"
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

/* What findings say beyond their two texts, in the language of the request. */
static void say_details(jf_exchange *x, jf_findings *findings)
{
    for (uint32_t i = 0; jf_exchange_chinese(x) && i < findings->count; i++) {
        jf_finding *one = &findings->list[i];
        jf_str zh = jf_detail_chinese(&x->arena, jf_str_of(one->detail));
        uint32_t n = zh.n < sizeof one->detail ? zh.n : sizeof one->detail - 1;
        while (n < zh.n && ((unsigned char)zh.p[n] & 0xc0) == 0x80)
            n--; /* no character is cut in two */
        memcpy(one->detail, zh.p, n);
        one->detail[n] = '\0';
    }
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
        say_details(x, &findings);
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

/* --- trying it ---------------------------------------------------------------------------- */

#define TRY_AGAIN_S 5

typedef struct trying {
    jf_simulation simulation;
    jf_policy policy;
    jf_findings findings;
} trying;

static jf_store_result look_simulate(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    jf_jw w;
    trying *t = x->own;
    (void)store;
    jf_jw_init(&w, &x->found);
    jf_jw_open(&w, NULL, '{');
    jf_store_result result = x->server->options.simulate(&t->simulation, &w, error);
    jf_findings_write(&w, "findings", &t->findings);
    jf_jw_close(&w, '}');
    atomic_flag_clear(&x->server->simulating);
    return result;
}

/* Whole numbers that may be missing; false: refused. */
static bool number_take(jf_exchange *x, const jf_json *body, const char *name, int64_t most,
                        int64_t *out)
{
    const jf_json *value = jf_json_get(body, jf_str_of(name));
    if (value)
        *out = value->integer;
    if (*out <= most)
        return true;
    jf_answer_refusal(x, JF_E_BAD_REQUEST, jf_str_of(name), JF_STR("that is too many"));
    return false;
}

static bool simulation_read(jf_exchange *x, const jf_json *body, trying *t)
{
    t->simulation = JF_SIMULATION_DEFAULT;
    int64_t days = t->simulation.days, customers = t->simulation.customers, seed = 1;
    if (!number_take(x, body, "days", JF_SIMULATION_DAYS_MAX, &days) ||
        !number_take(x, body, "customers", JF_SIMULATION_CUSTOMERS_MAX, &customers) ||
        !number_take(x, body, "seed", INT64_MAX, &seed))
        return false;
    t->simulation.policy = &t->policy;
    t->simulation.days = (uint32_t)days;
    t->simulation.customers = (uint32_t)customers;
    t->simulation.seed = (uint64_t)seed;
    jf_policy_check(&x->arena, jf_json_get(body, JF_STR("policy")), NULL, &t->policy, &t->findings);
    if (t->findings.errors == 0)
        return true;
    jf_answer_refusal(x, JF_E_POLICY_INVALID, JF_STR("policy"),
                      JF_STR("it has errors; /v1/policies/check lists them"));
    return false;
}

void jf_handle_simulate(jf_exchange *x)
{
    jf_json *body;
    trying *t = JF_NEW(&x->arena, trying);
    if (!jf_exchange_fields(x, &body) || !simulation_read(x, body, t))
        return;
    x->own = t;
    if (!x->server->options.simulate || atomic_flag_test_and_set(&x->server->simulating)) {
        x->retry_after = TRY_AGAIN_S;
        jf_answer_problem(x, JF_P_BUSY, "one policy is tried at a time; try again in a moment");
        return;
    }
    jf_exchange_look_up(x, look_simulate, jf_exchange_found);
}
