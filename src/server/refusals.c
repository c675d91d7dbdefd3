/*
 * With which codes a route is refused: what follows from the columns of its row in
 * routes.def and of its command's in commands.def, and what the column `refuses` of
 * either adds. So a new row says only what is its own.
 *
 * Two answers belong to no route and are in no set: no_route, where no row has the address, and
 * method_not_allowed, where one has it and not the method.
 */
#include "server/refusals.h"

#include <string.h>

#include "base/check.h"
#include "server/assets.h"

static void add_code(jf_refusals *set, jf_code code)
{
    set->codes[code] = true;
}

static void add_problem(jf_refusals *set, jf_problem problem)
{
    set->problems[problem] = true;
}

/* --- what the columns say ----------------------------------------------------------------- */

static bool has_amount(const jf_command_info *info)
{
    for (uint32_t i = 0; i < info->field_count; i++) {
        jf_field_type type = info->fields[i].type;
        if (type == JF_FIELD_PRICE || type == JF_FIELD_AMOUNT || type == JF_FIELD_UNITS)
            return true;
    }
    return false;
}

static void add_words(jf_refusals *set, const char *words);

/* What the rules say to a command that is well formed, under a new id (core/step.c). */
static void add_rules(jf_refusals *set, jf_command_kind kind)
{
    const jf_command_info *info = jf_command_info_of(kind);
    add_words(set, info->refuses);
    if (info->id_use == JF_ID_USE_READ || kind == JF_CMD_POLICY_SET)
        return;
    add_code(set, JF_E_DAY_CLOSED);
    add_code(set, JF_E_STATE_CONFLICT); /* no policy yet */
}

/* A route of a command: the rules', the writer's, and those of sending it again. */
static void add_command(jf_refusals *set, const jf_route *route)
{
    const jf_command_info *info = jf_command_info_of(route->command);
    add_rules(set, route->command);
    if (has_amount(info))
        add_code(set, JF_E_AMOUNT_OVERFLOW);
    add_problem(set, JF_P_STORE);
    if (strcmp(info->who, "*") != 0)
        add_problem(set, JF_P_FORBIDDEN);
    if (route->method != JF_GET)
        add_problem(set, JF_P_STALE); /* If-Match */
    if (info->id_use != JF_ID_USE_OWN_ID)
        return;
    add_code(set, JF_E_ID_CONFLICT);
    add_problem(set, JF_P_READ); /* what the id was used for is looked up */
}

/* What is refused before any handler: the request, who asks, how often. */
static void add_caller(jf_refusals *set, const jf_route *route)
{
    add_problem(set, JF_P_BAD_HTTP);
    add_problem(set, JF_P_UNAUTHORIZED); /* open routes too: a key that is sent must be one */
    add_problem(set, JF_P_RATE);
    add_problem(set, JF_P_STOPPING);
    if (route->access == JF_ACCESS_OPEN)
        return;
    add_problem(set, JF_P_DESK); /* has the keys and sessions */
    if (route->method != JF_GET)
        add_problem(set, JF_P_CSRF);
    bool everybody = route->who && !strcmp(route->who, "*");
    if (route->access == JF_ACCESS_SYSTEM || route->access == JF_ACCESS_WHO ||
        (route->access == JF_ACCESS_READ && !everybody))
        add_problem(set, JF_P_FORBIDDEN);
}

static void add_content(jf_refusals *set, const jf_route *route)
{
    if (jf_route_is_api(route))
        add_code(set, JF_E_BAD_REQUEST); /* a parameter that nobody knows, or a wrong one */
    if (!jf_method_takes_body(route->method))
        return;
    add_problem(set, JF_P_TOO_LARGE);
    add_problem(set, JF_P_MEDIA);
    add_code(set, JF_E_BAD_JSON);
    if (route->body && (strstr(route->body, ":cny") || strstr(route->body, ":token")))
        add_code(set, JF_E_AMOUNT_OVERFLOW);
}

/* --- what the column `refuses` says ------------------------------------------------------- */

static void add_word(jf_refusals *set, jf_str word)
{
    for (int kind = 0; kind < JF_COMMAND_KINDS; kind++)
        if (jf_str_eq(word, jf_str_of(jf_command_info_of((jf_command_kind)kind)->wire))) {
            add_rules(set, (jf_command_kind)kind);
            return;
        }
    for (int code = 1; code < JF_CODE_COUNT; code++)
        if (jf_str_eq(word, jf_str_of(jf_code_wire((jf_code)code)))) {
            add_code(set, (jf_code)code);
            return;
        }
    for (int problem = 0; problem < JF_PROBLEMS; problem++)
        if (jf_str_eq(word, jf_str_of(jf_problem_info_of((jf_problem)problem)->wire))) {
            add_problem(set, (jf_problem)problem);
            return;
        }
    JF_ASSERT_UNREACHED(); /* the column has another word */
}

/* Commands name codes and no commands, so this ends. */
static void add_words(jf_refusals *set, const char *words)
{
    while (*words) {
        size_t n = strcspn(words, " ");
        add_word(set, (jf_str){words, (uint32_t)n});
        words += n + (words[n] == ' ');
    }
}

void jf_refusals_of(const jf_route *route, jf_refusals *out)
{
    *out = (jf_refusals){0};
    add_caller(out, route);
    add_content(out, route);
    if (route->command_route)
        add_command(out, route);
    if (route->read)
        add_problem(out, JF_P_READ);
    if (route->handle == jf_handle_page && (strchr(route->path, '{') || !jf_asset_count))
        add_problem(out, JF_P_NO_ROUTE);
    add_words(out, route->refuses);
}

/* --- the set, status by status ------------------------------------------------------------ */

/* What the set has at a place: the codes of the rules, then the problems. */
static bool at_place(const jf_refusals *set, uint32_t at, jf_refusal *out)
{
    if (at < JF_CODE_COUNT) {
        jf_code code = (jf_code)at;
        if (set->codes[at])
            *out = (jf_refusal){jf_code_wire(code), jf_code_text(code, false), jf_code_http(code)};
        return set->codes[at];
    }
    const jf_problem_info *info = jf_problem_info_of((jf_problem)(at - JF_CODE_COUNT));
    *out = (jf_refusal){info->wire, info->en, info->http};
    return set->problems[at - JF_CODE_COUNT];
}

bool jf_refusals_next(const jf_refusals *set, int status, uint32_t *at, jf_refusal *out)
{
    while (*at < JF_CODE_COUNT + JF_PROBLEMS)
        if (at_place(set, (*at)++, out) && out->status == status)
            return true;
    return false;
}

int jf_refusals_status(const jf_refusals *set, int status)
{
    int least = 0;
    jf_refusal one;
    for (uint32_t at = 0; at < JF_CODE_COUNT + JF_PROBLEMS; at++)
        if (at_place(set, at, &one) && one.status > status && (least == 0 || one.status < least))
            least = one.status;
    return least;
}
