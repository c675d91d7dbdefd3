/*
 * The office: commands and appointments that need two people, and the trail of who
 * did what.
 *
 * A command that waits is kept as it was asked for, without a time; it runs,
 * dated then, when somebody else who may ask for the same agrees. It is decided
 * once: it is marked before it runs, so a crash between the two leaves an
 * approval without an outcome, and whoever asked asks again with the same id.
 */
#include "server/office.h"

#include <string.h>

#include "app/people.h"
#include "app/permit.h"
#include "base/check.h"
#include "server/desk_page.h"
#include "server/people.h"
#include "server/signed.h"
#include "server/state.h"

/* --- the trail --------------------------------------------------------------------------- */

jf_str jf_exchange_who(jf_exchange *x)
{
    jf_buf text;
    if (x->caller.kind == JF_CALLER_PERSON)
        return jf_str_of(x->caller.name);
    jf_buf_init(&text, &x->arena);
    jf_buf_c(&text, "key ");
    jf_buf_int(&text, x->caller.no);
    jf_buf_char(&text, ' ');
    jf_buf_c(&text, x->caller.name);
    return jf_buf_view(&text);
}

bool jf_exchange_note(jf_exchange *x, const char *act, jf_str subject, const char *outcome)
{
    jf_store_error error;
    const jf_server_options *options = &x->server->options;
    jf_desk_act row = {.at = options->clock(),
                       .who = jf_exchange_who(x),
                       .act = jf_str_of(act),
                       .subject = subject,
                       .outcome = jf_str_of(outcome)};
    if (jf_desk_act_add(jf_identity_desk(options->people), &row, &error) == JF_STORE_OK)
        return true;
    jf_answer_problem(x, JF_P_DESK, "the trail cannot be written, so nothing was done");
    return false;
}

static bool act_row(void *context, const jf_desk_act *act)
{
    jf_desk_page *p = context;
    if (!jf_desk_page_takes(p, act->no))
        return false;
    jf_jw_open(&p->w, NULL, '{');
    jf_jw_int(&p->w, "no", act->no);
    jf_jw_instant(&p->w, "at", act->at);
    jf_jw_str(&p->w, "who", act->who);
    jf_jw_str(&p->w, "act", act->act);
    jf_jw_str(&p->w, "subject", act->subject);
    jf_jw_str(&p->w, "outcome", act->outcome);
    jf_jw_close(&p->w, '}');
    return true;
}

jf_store_result jf_read_trail(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    jf_desk_page p;
    (void)store;
    jf_desk_page_begin(&p, x);
    jf_store_result result =
        jf_desk_act_scan(jf_exchange_desk(x), (int64_t)x->query.before, act_row, &p, error);
    jf_desk_page_end(&p);
    return result;
}

/* --- what waits -------------------------------------------------------------------------- */

static bool approval_row(void *context, const jf_desk_approval *a)
{
    jf_desk_page *p = context;
    if (!jf_desk_page_takes(p, a->no))
        return false;
    jf_jw_open(&p->w, NULL, '{');
    jf_jw_int(&p->w, "approval", a->no);
    jf_jw_instant(&p->w, "asked", a->asked);
    jf_jw_str(&p->w, "asker", a->asker);
    jf_jw_raw(&p->w, "command", a->command);
    jf_jw_str(&p->w, "state", a->state);
    if (a->decider.n > 0) {
        jf_jw_instant(&p->w, "decided", a->decided);
        jf_jw_str(&p->w, "decider", a->decider);
    }
    if (a->outcome.n > 0)
        jf_jw_str(&p->w, "outcome", a->outcome);
    jf_jw_close(&p->w, '}');
    return true;
}

jf_store_result jf_read_approvals(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    jf_desk_page p;
    (void)store;
    jf_desk_page_begin(&p, x);
    jf_store_result result = jf_desk_approval_scan(jf_exchange_desk(x), (int64_t)x->query.before,
                                                   approval_row, &p, error);
    jf_desk_page_end(&p);
    return result;
}

static void answer_state(jf_exchange *x, int status, int64_t approval, const char *state,
                         jf_str result)
{
    jf_jw w;
    jf_buf out;
    jf_buf_init(&out, &x->arena);
    jf_jw_init(&w, &out);
    jf_jw_open(&w, NULL, '{');
    jf_jw_int(&w, "approval", approval);
    jf_jw_c(&w, "state", state);
    if (result.n > 0)
        jf_jw_raw(&w, "result", result);
    jf_jw_close(&w, '}');
    jf_answer_json(x, status, jf_buf_view(&out));
}

void jf_approval_ask(jf_exchange *x, const char *wire, jf_str subject, jf_str command)
{
    jf_store_error error;
    const jf_server_options *options = &x->server->options;
    jf_desk_approval approval = {
        .asked = options->clock(), .asker = jf_str_of(x->caller.name), .command = command};
    if (!jf_exchange_note(x, wire, subject, "asked"))
        return;
    if (jf_desk_approval_add(jf_identity_desk(options->people), &approval, &error) != JF_STORE_OK)
        jf_answer_problem(x, JF_P_DESK, "nothing was asked for");
    else
        answer_state(x, 202, approval.no, "open", JF_STR_NONE);
}

/* --- the decision -------------------------------------------------------------------------- */

typedef struct deciding {
    jf_desk_approval approval;
    jf_command command; /* dated now */
    bool appoints;      /* it is none, but somebody is to get a role */
    jf_appointment appointment;
    jf_identity_result result; /* of giving it */
    bool approves;
} deciding;

static bool has_time(jf_str wire)
{
    for (int kind = 0; kind < JF_COMMAND_KINDS; kind++) {
        const jf_command_info *info = jf_command_info_of((jf_command_kind)kind);
        if (!jf_str_eq(wire, jf_str_of(info->wire)))
            continue;
        for (uint32_t i = 0; i < info->field_count; i++)
            if (info->fields[i].type == JF_FIELD_INSTANT)
                return true;
    }
    return false;
}

/* The command that runs: the one that was asked for, at the present time; false: unreadable. */
static bool command_date(jf_exchange *x, deciding *d)
{
    jf_buf now;
    jf_error error;
    jf_json *asked;
    const jf_json *cmd;
    if (!jf_json_parse(&x->arena, d->approval.command, &asked, NULL) ||
        !(cmd = jf_json_get(asked, JF_STR("cmd"))))
        return false;
    jf_buf_init(&now, &x->arena);
    jf_instant_print(&now, x->server->options.clock());
    jf_json at = {.type = JF_JSON_STRING,
                  .key = JF_STR("at"),
                  .text = jf_buf_view(&now),
                  .next = asked->child};
    jf_json dated = {.type = JF_JSON_OBJECT, .count = asked->count + 1, .child = &at};
    return jf_command_from(&x->arena, has_time(cmd->text) ? &dated : asked, &d->command, &error) ==
           JF_OK;
}

/* May the caller ask for the same? Else, or when it cannot be read, that is answered. */
static bool may_ask(jf_exchange *x, deciding *d)
{
    bool may = false;
    d->appoints = jf_appointment_read(&x->arena, d->approval.command, &d->appointment);
    if (d->appoints) {
        may = jf_appointment_permits(&x->caller, &d->appointment);
    } else if (!command_date(x, d)) {
        jf_answer_problem(x, JF_P_DESK, "what was asked for cannot be read any more");
        return false;
    } else {
        may = jf_permit(&x->caller, &d->command, JF_PERMIT_OWN, 0) != JF_PERMIT_DENIED;
    }
    if (!may)
        jf_answer_problem(x, JF_P_FORBIDDEN, "none of the caller's roles may decide this");
    return may;
}

/* Somebody else, who may ask for the same. */
static bool may_decide(jf_exchange *x, deciding *d)
{
    if (!may_ask(x, d))
        return false;
    if (jf_str_eq(d->approval.asker, jf_str_of(x->caller.name)))
        jf_answer_problem(x, JF_P_FORBIDDEN, "whoever asked for it cannot agree to it");
    return x->status == 0;
}

bool jf_decision_read(jf_exchange *x, jf_json **body, bool *approves)
{
    if (!jf_exchange_fields(x, body))
        return false;
    jf_str decision = jf_json_get(*body, JF_STR("decision"))->text;
    *approves = jf_str_eq(decision, JF_STR("approve"));
    if (*approves || jf_str_eq(decision, JF_STR("reject")))
        return true;
    jf_answer_refusal(x, JF_E_BAD_REQUEST, JF_STR("decision"),
                      JF_STR("expected approve or reject"));
    return false;
}

static bool approval_find(jf_exchange *x, deciding *d)
{
    uint64_t number;
    jf_store_error error;
    jf_desk *desk = jf_exchange_desk(x);
    jf_number_parse(x->params[0], &number); /* there is no approval 0 */
    jf_store_result result =
        jf_desk_approval_find(desk, &x->arena, (int64_t)number, &d->approval, &error);
    if (result == JF_STORE_FAILED)
        jf_answer_problem(x, JF_P_DESK, "nothing was decided");
    else if (result == JF_STORE_NONE)
        jf_answer_refusal(x, JF_E_NOT_FOUND, x->param_names[0], JF_STR_NONE);
    return result == JF_STORE_OK;
}

/* Marks it, once; the trail knows first. */
static bool decide(jf_exchange *x, deciding *d)
{
    jf_store_error error;
    const jf_server_options *options = &x->server->options;
    jf_desk_approval marked = {.no = d->approval.no,
                               .decided = options->clock(),
                               .decider = jf_str_of(x->caller.name),
                               .state = d->approves ? JF_STR("approved") : JF_STR("rejected")};
    if (!jf_exchange_note(x, d->approves ? "approve" : "reject", x->params[0], "sent"))
        return false;
    jf_store_result result =
        jf_desk_approval_decide(jf_identity_desk(options->people), &marked, &error);
    if (result == JF_STORE_FAILED)
        jf_answer_problem(x, JF_P_DESK, "nothing was decided");
    else if (result == JF_STORE_NONE)
        jf_answer_refusal(x, JF_E_STATE_CONFLICT, x->param_names[0],
                          JF_STR("it was decided before"));
    return result == JF_STORE_OK;
}

/* What came of it is kept beside the approval. */
static void outcome_keep(jf_exchange *x, const deciding *d, const char *outcome)
{
    jf_store_error error;
    (void)jf_desk_approval_outcome(jf_exchange_desk(x), d->approval.no, jf_str_of(outcome), &error);
}

/* The rules have answered. */
static void finish_decided(jf_exchange *x)
{
    const deciding *d = x->own;
    jf_str result;
    outcome_keep(x, d, x->job.code == JF_OK ? "ok" : jf_code_wire(x->job.code));
    if (jf_exchange_result(x, &result))
        answer_state(x, 200, d->approval.no, "approved", result);
}

static jf_store_result look_appointed(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    deciding *d = x->own;
    d->result = jf_appointment_run(x->server->options.people, &d->appointment, store, error);
    return d->result == JF_IDENTITY_FAILED ? JF_STORE_FAILED : JF_STORE_OK;
}

static void finish_appointed(jf_exchange *x)
{
    const deciding *d = x->own;
    if (x->lookup.result != JF_STORE_OK) {
        jf_answer_problem(x, JF_P_DESK, "it was approved, and nobody got a role");
        return;
    }
    outcome_keep(x, d, d->result == JF_IDENTITY_OK ? "ok" : "refused");
    if (jf_identity_answered(x, d->result, "name", 0))
        answer_state(x, 200, d->approval.no, "approved", JF_STR("{}"));
}

void jf_handle_decide(jf_exchange *x)
{
    jf_json *body;
    deciding *d = JF_NEW(&x->arena, deciding);
    if (x->caller.kind != JF_CALLER_PERSON) {
        jf_answer_problem(x, JF_P_FORBIDDEN, "only people decide");
        return;
    }
    if (!jf_decision_read(x, &body, &d->approves) || !approval_find(x, d) || !may_decide(x, d) ||
        !decide(x, d))
        return;
    x->own = d;
    if (d->approves && d->appoints)
        jf_exchange_look_up(x, look_appointed, finish_appointed);
    else if (d->approves)
        jf_exchange_run(x, &d->command, finish_decided);
    else
        answer_state(x, 200, d->approval.no, "rejected", JF_STR_NONE);
}
