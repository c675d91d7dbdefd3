/*
 * The ladder that every command climbs: its id, its day, then its own rules;
 * and the way back when it is refused (spec section 18: 1, 17).
 */
#include "core/step.h"

#include "base/check.h"
#include "core/day_close.h"
#include "core/ledger.h"
#include "core/order.h"

void jf_jw_day(jf_jw *w, const char *key, jf_day day)
{
    char space[16];
    jf_buf text = {space, 0, sizeof space, NULL};
    jf_day_print(&text, day);
    JF_ASSERT(text.p == space);
    jf_jw_str(w, key, jf_buf_view(&text));
}

void jf_jw_instant(jf_jw *w, const char *key, jf_instant at)
{
    char space[40];
    jf_buf text = {space, 0, sizeof space, NULL};
    jf_instant_print(&text, at);
    JF_ASSERT(text.p == space);
    jf_jw_str(w, key, jf_buf_view(&text));
}

/* The instant of a command, or NULL: `at` is the last field of those that have it. */
jf_code jf_find_either(jf_step *s, jf_str member, jf_str shop, const jf_party **out)
{
    bool is_member = member.n > 0;
    jf_str id = is_member ? member : shop;
    *out = jf_world_party(s->w, is_member ? JF_PARTY_MEMBER : JF_PARTY_SHOP, id);
    JF_ASSERT(*out != NULL);
    const char *what = is_member ? "member" : "shop";
    return (*out)->row.exists ? JF_OK
                              : jf_refuse(s->error, JF_E_NOT_FOUND, what, "there is no %s \"%.*s\"",
                                          what, JF_STR_ARG(id));
}

static const jf_instant *command_at(const jf_command *command)
{
    const jf_command_info *info = jf_command_info_of(command->kind);
    if (info->field_count == 0)
        return NULL;
    const jf_field_info *last = &info->fields[info->field_count - 1];
    if (last->type != JF_FIELD_INSTANT)
        return NULL;
    return (const jf_instant *)(const void *)((const char *)&command->u + last->offset);
}

bool jf_command_day(const jf_world *w, const jf_command *command, jf_day *day)
{
    if (w->state.policies == 0)
        return false;
    JF_ASSERT(w->zone != NULL);
    if (command->kind == JF_CMD_DAY_CLOSE) {
        *day = command->u.day_close.day;
        return true;
    }
    const jf_instant *at = command_at(command);
    if (at)
        *day = jf_zone_day(w->zone, *at);
    return at != NULL;
}

/* An id that was used answers again, or conflicts. True when it settles the command. */
static bool settled_by_id(const jf_world *w, const jf_command *command, jf_buf *reply, bool *again,
                          jf_error *error)
{
    const jf_idem *idem = jf_world_idem(w, command->kind, command->id);
    JF_ASSERT(idem != NULL);
    if (!idem->row.exists)
        return false;
    if (!jf_str_eq(idem->command, command->text)) {
        jf_refuse(error, JF_E_ID_CONFLICT, "id",
                  "\"%.*s\" was used before with other content; expected a new id",
                  JF_STR_ARG(command->id));
        return true;
    }
    *again = true;
    if (idem->result.n > 0)
        jf_buf_str(reply, idem->result);
    else
        jf_order_answer(w, jf_world_order(w, idem->number), reply);
    return true;
}

static jf_code check_day(jf_step *s)
{
    const jf_state *state = &s->w->state;
    bool closing = s->command->kind == JF_CMD_DAY_CLOSE;
    const char *field = closing ? "day" : "at";
    if (s->day.n < state->open_day.n)
        return jf_refuse(s->error, JF_E_DAY_CLOSED, field,
                         "that business day is closed; expected the open day or a later one");
    if (s->day.n - state->open_day.n > JF_DAYS_AHEAD)
        return jf_refuse(s->error, JF_E_BAD_REQUEST, field, "more than %d days after the open day",
                         JF_DAYS_AHEAD);
    return JF_OK;
}

static jf_code run_rules(jf_step *s)
{
    const jf_command *command = s->command;
    switch (command->kind) {
#define JF_COMMAND(NAME, name, wire, id, built, who, reply, refuses, en, zh, ...)                  \
    case JF_CMD_##NAME:                                                                            \
        return JF_RUN_##built(name);
#define JF_RUN_RULES(name) jf_do_##name(s, &command->u.name)
#define JF_RUN_ENGINE(name) (JF_ASSERT_UNREACHED(), JF_OK)
#include "core/commands.def"
#undef JF_COMMAND
    case JF_COMMAND_KINDS:
        break;
    }
    JF_ASSERT_UNREACHED();
}

/* Days before the command's are closed, then the command writes its journal. */
static jf_code decide(jf_step *s)
{
    jf_world *w = s->w;
    bool dated = jf_command_day(w, s->command, &s->day);
    jf_code code = dated ? check_day(s) : JF_OK;
    if (code)
        return code;
    bool closing = s->command->kind == JF_CMD_DAY_CLOSE;
    if (dated && !closing)
        jf_days_close(s, s->day, NULL);
    if (!dated)
        s->day = w->state.open_day;
    s->policy = jf_world_policy(w, s->day);
    if (!closing)
        jf_journal_begin(s, JF_JOURNAL_COMMAND, 0);
    code = run_rules(s);
    if (code)
        return code;
    if (!closing)
        jf_journal_end(s);
    if (s->overflow)
        return jf_refuse(s->error, JF_E_AMOUNT_OVERFLOW, "amount",
                         "a balance would grow too large");
    return JF_OK;
}

/* What an accepted command leaves besides its effects: its journal's text, and its id. */
static void remember(jf_step *s, jf_str result)
{
    jf_world *w = s->w;
    jf_journal *journal = w->last_journal;
    JF_ASSERT(journal && journal->kind == JF_JOURNAL_COMMAND);
    jf_command *copy = JF_NEW(&w->batch, jf_command);
    *copy = *s->command;
    copy->text = jf_str_dup(&w->batch, s->command->text);
    journal->command = copy;
    if (s->command->id.n == 0)
        return;
    bool answered_from_order = s->command->kind == JF_CMD_ORDER_PAY;
    jf_arena *arena = jf_world_arena(w, JF_ROW_IDEM);
    jf_idem *idem = jf_world_open_idem(w, s->command->kind, s->command->id);
    jf_touch(w, &idem->row);
    idem->row.exists = true;
    idem->number = journal->number;
    idem->command = jf_str_dup(arena, s->command->text);
    idem->result = answered_from_order ? JF_STR_NONE : jf_str_dup(arena, result);
    journal->result = idem->result;
}

static jf_code run_change(jf_step *s, jf_buf *reply)
{
    jf_world *w = s->w;
    size_t start = reply->n;
    jf_world_begin(w);
    jf_jw_open(s->reply, NULL, '{');
    w->stalled = NULL;
    jf_code code = decide(s);
    if (w->stalled)
        code = JF_STALLED;
    if (!code && s->trial && s->trial->more)
        s->trial->more(w, s->reply);
    jf_jw_close(s->reply, '}');
    if (code)
        reply->n = start;
    if (code || s->trial) {
        jf_world_undo(w);
        return code;
    }
    remember(s, (jf_str){reply->p + start, (uint32_t)(reply->n - start)});
    jf_world_keep(w);
    return JF_OK;
}

static jf_code no_policy(jf_error *error)
{
    return jf_refuse(error, JF_E_STATE_CONFLICT, "",
                     "there is no policy yet; expected policy.set first");
}

jf_code jf_step_try(jf_world *w, const jf_command *command, const jf_trial *trial, jf_buf *reply,
                    jf_error *error)
{
    jf_jw writer;
    jf_jw_init(&writer, reply);
    jf_step s = {.w = w,
                 .command = command,
                 .day = w->state.open_day,
                 .reply = &writer,
                 .error = error,
                 .trial = trial};
    JF_ASSERT(trial && command->kind != JF_CMD_POLICY_SET); /* a policy is not taken back */
    *error = (jf_error){0};
    return w->state.policies == 0 ? no_policy(error) : run_change(&s, reply);
}

jf_code jf_step_run(jf_world *w, const jf_command *command, jf_buf *reply, bool *again,
                    jf_error *error)
{
    const jf_command_info *info = jf_command_info_of(command->kind);
    jf_jw writer;
    jf_jw_init(&writer, reply);
    jf_step s = {
        .w = w, .command = command, .day = w->state.open_day, .reply = &writer, .error = error};
    *again = false;
    *error = (jf_error){0};
    if (info->id_use == JF_ID_USE_READ) {
        s.policy = jf_world_policy(w, s.day);
        size_t start = reply->n;
        jf_jw_open(&writer, NULL, '{');
        jf_code code = run_rules(&s);
        jf_jw_close(&writer, '}');
        if (code)
            reply->n = start;
        return code;
    }
    if (info->id_use == JF_ID_USE_OWN_ID && settled_by_id(w, command, reply, again, error))
        return error->code;
    if (w->state.policies == 0 && command->kind != JF_CMD_POLICY_SET)
        return no_policy(error);
    return run_change(&s, reply);
}
