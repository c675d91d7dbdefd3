/*
 * policy.set (spec sections 3 and 18): a checked policy comes into force from a
 * day on; the first one opens the books.
 */
#include "base/check.h"
#include "core/ledger.h"
#include "core/policy.h"
#include "core/pool.h"

/* The zone that the document names, when it names one: the first policy fixes it. */
static jf_str named_zone(const jf_json *document)
{
    const jf_json *zone =
        document->type == JF_JSON_OBJECT ? jf_json_get(document, JF_STR("timezone")) : NULL;
    return zone && zone->type == JF_JSON_STRING ? zone->text : JF_STR(JF_DEFAULT_ZONE);
}

void jf_needs_policy_set(const jf_world *w, const jf_cmd_policy_set *c, jf_needs *needs)
{
    if (w->state.policies == 0)
        jf_want_zone(w, needs, named_zone(c->policy));
}

static const jf_policy *latest_policy(const jf_world *w)
{
    return w->state.policies ? w->policies[w->state.policies - 1] : NULL;
}

/* Lists the ids of the errors, so that the message says what to mend. */
static jf_code refuse_findings(jf_step *s, const jf_findings *findings)
{
    jf_buf ids;
    jf_buf_init(&ids, &s->w->step);
    for (uint32_t i = 0; i < findings->count; i++) {
        const jf_finding *finding = &findings->list[i];
        if (finding->severity != JF_ERROR_FINDING)
            continue;
        jf_buf_c(&ids, ids.n ? ", " : "");
        jf_buf_c(&ids, finding->id);
        if (finding->field[0]) {
            jf_buf_c(&ids, ": ");
            jf_buf_c(&ids, finding->field);
        }
    }
    JF_ASSERT(ids.n > 0);
    return jf_refuse(s->error, JF_E_POLICY_INVALID, "policy", "%.*s",
                     JF_STR_ARG(jf_buf_view(&ids)));
}

/* Every pool of the document gets the number that its name has, or a new one. */
static void number_pools(jf_step *s, jf_policy *policy)
{
    for (uint32_t i = 0; i < policy->pool_count; i++) {
        jf_pool_policy *pool = &policy->pools[i];
        if (!jf_pool_named(s->w, pool->name))
            jf_pool_open(s, s->w->state.pools, pool->name);
        pool->pool = jf_pool_named(s->w, pool->name)->no;
        JF_ASSERT(pool->pool < s->w->state.pools);
    }
}

static jf_code check_from(jf_step *s, jf_day from)
{
    if (s->w->state.policies > 0 && from.n < s->w->state.open_day.n)
        return jf_refuse(s->error, JF_E_DAY_CLOSED, "from",
                         "that business day is closed; expected the open day or a later one");
    return JF_OK;
}

static jf_code check_zone(jf_step *s, const jf_policy *policy)
{
    if (s->w->state.policies > 0)
        return JF_OK; /* a change of zone is a finding */
    const jf_zone_fact *fact = jf_world_zone(s->w, policy->timezone);
    if (!fact || !fact->known)
        return jf_refuse(s->error, JF_E_POLICY_INVALID, "policy.timezone",
                         "there is no time zone \"%.*s\"; expected a name like " JF_DEFAULT_ZONE,
                         JF_STR_ARG(policy->timezone));
    return JF_OK;
}

static void open_books(jf_step *s, const jf_policy *policy)
{
    JF_ASSERT(s->w->state.policies == 0);
    s->w->state.open_day = policy->from;
    s->w->zone = &jf_world_zone(s->w, policy->timezone)->zone;
    s->day = policy->from;
    s->journal->day = policy->from;
}

/* Only an accepted policy may stay in the arena that is never emptied: it is read once more. */
static void read_to_keep(jf_step *s, const jf_json *document, jf_policy *policy)
{
    jf_findings findings;
    jf_code code =
        jf_policy_read(&s->w->config, document, latest_policy(s->w), policy, &findings, s->error);
    JF_ASSERT(code == JF_OK && findings.errors == 0);
}

jf_code jf_do_policy_set(jf_step *s, const jf_cmd_policy_set *c)
{
    jf_world *w = s->w;
    jf_policy *policy = JF_NEW(&w->step, jf_policy);
    jf_findings findings;
    jf_code code = check_from(s, c->from);
    if (!code)
        code = jf_policy_read(&w->step, c->policy, latest_policy(w), policy, &findings, s->error);
    if (!code && findings.errors > 0)
        code = refuse_findings(s, &findings);
    if (!code)
        code = check_zone(s, policy);
    if (code)
        return code;
    read_to_keep(s, c->policy, policy);
    policy->from = c->from;
    policy->version = w->state.policies + 1;
    jf_touch(w, &w->state.row);
    if (w->state.policies == 0)
        open_books(s, policy);
    number_pools(s, policy);
    jf_world_put_policy(w, policy);
    w->state.policies++;
    jf_jw_int(s->reply, "version", policy->version);
    jf_findings_write(s->reply, "findings", &findings);
    return JF_OK;
}
