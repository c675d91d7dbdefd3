/*
 * Commands over HTTP: a route's parameters and body become one command; its
 * answer becomes a result, or a problem. And the stream of /v1/commands, which
 * is answered as `jifen apply` does.
 *
 * The body is parsed once, here and not in the writer's thread, of which there
 * is one: what the address and the headers say is joined to its tree, and the
 * command that is read from that serves the permission and the rules.
 */
#include <string.h>

#include "app/permit.h"
#include "app/reader.h"
#include "base/check.h"
#include "base/id.h"
#include "server/codes.h"
#include "server/exchange.h"
#include "server/office.h"
#include "server/openapi.h"
#include "server/stream.h"

/* --- the answer ------------------------------------------------------------------------- */

/*
 * The other route of the same address: of a read what changes it, of a change
 * what reads it. NULL when there is none.
 */
static const jf_route *route_twin(const jf_route *route, bool reads)
{
    uint32_t count;
    const jf_route *routes = jf_routes(&count);
    for (uint32_t i = 0; i < count; i++)
        if (routes[i].command_route && (routes[i].method == JF_GET) == reads &&
            !strcmp(routes[i].path, route->path))
            return &routes[i];
    return NULL;
}

#define ANSWER_HEAD "{\"ok\":true,\"result\":"

bool jf_answer_result(jf_exchange *x, jf_str line, jf_str *result)
{
    size_t head = sizeof ANSWER_HEAD - 1;
    if (line.n > head && !memcmp(line.p, ANSWER_HEAD, head)) {
        *result = (jf_str){line.p + head, line.n - (uint32_t)head - 1};
        return true;
    }
    jf_json *answer;
    bool read = jf_json_parse(&x->arena, line, &answer, NULL);
    JF_ASSERT(read);
    const jf_json *error = jf_json_get(answer, JF_STR("error"));
    const jf_json *field = jf_json_get(error, JF_STR("field"));
    const jf_json *message = jf_json_get(error, JF_STR("message"));
    jf_code code = JF_E_UNAVAILABLE;
    for (int i = 1; i < JF_CODE_COUNT; i++)
        if (jf_str_eq(jf_json_get(error, JF_STR("code"))->text,
                      jf_str_of(jf_code_wire((jf_code)i))))
            code = (jf_code)i;
    jf_answer_refusal(x, code, field ? field->text : JF_STR_NONE,
                      message ? message->text : JF_STR_NONE);
    return false;
}

bool jf_exchange_result(jf_exchange *x, jf_str *result)
{
    return jf_answer_result(x, jf_buf_view(&x->job.answers), result);
}

/* --- the command ---------------------------------------------------------------------------- */

static const jf_field_info *field_of(const jf_command_info *info, jf_str name)
{
    for (uint32_t i = 0; i < info->field_count; i++)
        if (jf_str_eq(jf_str_of(info->fields[i].name), name))
            return &info->fields[i];
    return NULL;
}

static bool is_number(const jf_field_info *field)
{
    return field->type == JF_FIELD_COUNT || field->type == JF_FIELD_WEIGHT;
}

/* The members that the address and the headers give, in front of those of the body. */
#define HEAD_MAX (3 + JF_ROUTE_PARAMS) /* cmd, id and at beside the path's */
typedef struct head {
    jf_json members[HEAD_MAX];
    uint32_t count;
} head;

static jf_json *head_text(head *h, const char *key, jf_str text)
{
    JF_ASSERT(h->count < HEAD_MAX);
    jf_json *member = &h->members[h->count++];
    *member = (jf_json){.type = JF_JSON_STRING, .key = jf_str_of(key), .text = text};
    return member;
}

/* A parameter of the path; what is no number stays a text, and is refused as one. */
static void head_param(head *h, const jf_field_info *field, jf_str value)
{
    uint64_t number;
    jf_json *member = head_text(h, field->name, value);
    if (is_number(field) && value.n < 10 && jf_number_parse(value, &number)) {
        member->type = JF_JSON_INTEGER;
        member->integer = (int64_t)number;
    }
}

static head *head_new(jf_exchange *x, const jf_command_info *info)
{
    head *h = JF_NEW(&x->arena, head);
    head_text(h, "cmd", jf_str_of(info->wire));
    for (uint32_t i = 0; i < x->param_count; i++) {
        const jf_field_info *field = field_of(info, x->param_names[i]);
        JF_ASSERT(field);
        head_param(h, field, x->params[i]);
    }
    return h;
}

/* One object of both; the body's members stay where they are. */
static jf_json head_join(head *h, jf_json *body)
{
    for (uint32_t i = 0; i < h->count; i++)
        h->members[i].next = i + 1 < h->count ? &h->members[i + 1] : body->child;
    return (jf_json){.type = JF_JSON_OBJECT, .count = h->count + body->count, .child = h->members};
}

bool jf_exchange_body(jf_exchange *x, jf_json **body)
{
    char error[160];
    if (x->body.n == 0)
        return jf_json_parse(&x->arena, JF_STR("{}"), body, NULL);
    if (!jf_json_parse(&x->arena, jf_buf_view(&x->body), body, error)) {
        jf_answer_refusal(x, JF_E_BAD_JSON, JF_STR_NONE, jf_str_of(error));
        return false;
    }
    if ((*body)->type == JF_JSON_OBJECT)
        return true;
    jf_answer_refusal(x, JF_E_BAD_JSON, JF_STR_NONE, JF_STR("expected one JSON object"));
    return false;
}

/* Members that the address or the server gives may not come with the body too. */
static bool body_check(jf_exchange *x, const jf_json *body)
{
    for (const jf_json *member = body->child; member; member = member->next) {
        bool taken = jf_str_eq(member->key, JF_STR("cmd"));
        for (uint32_t i = 0; i < x->param_count; i++)
            taken |= jf_str_eq(member->key, x->param_names[i]);
        if (taken) {
            jf_answer_refusal(x, JF_E_BAD_REQUEST, member->key,
                              JF_STR("the address says it; leave it out of the body"));
            return false;
        }
    }
    return true;
}

/* `id` from the body or from Idempotency-Key, which is the same thing here (docs/http.md). */
static bool id_take(jf_exchange *x, head *h, const jf_json *body)
{
    jf_str key = jf_exchange_header(x, "Idempotency-Key");
    const jf_json *id = jf_json_get(body, JF_STR("id"));
    if (id && key.n > 0 && !jf_str_eq(id->text, key)) {
        jf_answer_refusal(x, JF_E_BAD_REQUEST, JF_STR("id"),
                          JF_STR("it differs from the header Idempotency-Key; give one of them"));
        return false;
    }
    if (id)
        return true;
    if (!jf_id_valid(key)) {
        jf_answer_refusal(
            x, JF_E_BAD_REQUEST, JF_STR("id"),
            JF_STR("expected `id` in the body, or the header Idempotency-Key: 1 to 64 "
                   "of A-Z a-z 0-9 . _ : -"));
        return false;
    }
    head_text(h, "id", key);
    return true;
}

/* The time is the server's; only a system may say another. */
static bool at_take(jf_exchange *x, head *h, const jf_json *body)
{
    const jf_server_options *server = jf_server_options_of(x->server);
    if (jf_json_get(body, JF_STR("at"))) {
        if (jf_caller_is_system(&x->caller))
            return true;
        jf_answer_refusal(x, JF_E_BAD_REQUEST, JF_STR("at"),
                          JF_STR("the server's clock says when"));
        return false;
    }
    jf_buf at;
    jf_buf_init(&at, &x->arena);
    jf_instant_print(&at, server->clock());
    head_text(h, "at", x->first_at.n ? x->first_at : jf_buf_view(&at));
    return true;
}

bool jf_route_takes_id(const jf_route *route)
{
    return route->command_route && !strstr(route->path, "{id}") &&
           jf_command_info_of(route->command)->id_use == JF_ID_USE_OWN_ID;
}

/* The command of the request; NULL when an answer was given instead. */
static const jf_command *command_make(jf_exchange *x)
{
    jf_json *body;
    jf_error error;
    const jf_command_info *info = jf_command_info_of(x->route->command);
    jf_command *command = JF_NEW(&x->arena, jf_command);
    if (!jf_exchange_body(x, &body) || !body_check(x, body))
        return NULL;
    head *h = head_new(x, info);
    if (jf_route_takes_id(x->route) && !id_take(x, h, body))
        return NULL;
    if (field_of(info, JF_STR("at")) && !at_take(x, h, body))
        return NULL;
    jf_json object = head_join(h, body);
    if (jf_command_from(&x->arena, &object, command, &error) == JF_OK)
        return command;
    jf_answer_refusal(x, error.code, jf_str_of(error.field), jf_str_of(error.message));
    return NULL;
}

/* The text of a command that is run later, and at what time is not known. */
static jf_str undated_text(jf_exchange *x, const jf_command *command)
{
    jf_buf text;
    jf_command undated = *command;
    const jf_command_info *info = jf_command_info_of(command->kind);
    const jf_field_info *at = field_of(info, JF_STR("at"));
    if (at)
        undated.given &= ~(1u << (at - info->fields));
    jf_buf_init(&text, &x->arena);
    jf_command_write(&text, &undated);
    return jf_buf_view(&text);
}

static jf_permit_result permission(const jf_exchange *x, const jf_command *command, int64_t amount)
{
    return jf_permit(&x->caller, command, amount, jf_server_options_of(x->server)->approve_alone);
}

/* Acts of the office are in the trail before they are done, so that none is done without. */
static bool noted(jf_exchange *x)
{
    const jf_command_info *info = jf_command_info_of(x->route->command);
    if (info->id_use == JF_ID_USE_READ || jf_caller_is_system(&x->caller) ||
        !jf_caller_is_office(&x->caller))
        return true;
    return jf_exchange_note(x, info->wire, x->param_count ? x->params[0] : JF_STR_NONE, "sent");
}

/* --- the same request again --------------------------------------------------------------- */

/*
 * A request that comes again has a later time, for the time is the server's, and
 * the rules see other content under the same id. So the first one's time is
 * looked up, and the request is sent with that: if all else is the same, it gets
 * the first answer, and if not, it is a conflict indeed.
 */
static jf_store_result look_first(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    jf_reader reader;
    jf_json *first;
    jf_reader_open(&reader, store);
    jf_str text = jf_reader_command(&reader, x->route->command, x->command->id);
    if (text.n > 0 && jf_json_parse(&x->arena, text, &first, NULL))
        x->first_at = jf_json_get(first, JF_STR("at"))->text;
    jf_store_result result = jf_reader_result(&reader, error);
    jf_reader_close(&reader);
    return result;
}

static void command_go(jf_exchange *x, const jf_command *command);

static void finish_first(jf_exchange *x)
{
    const jf_command *command;
    if (x->lookup.result != JF_STORE_OK || x->first_at.n == 0)
        jf_answer_problem(x, JF_P_READ, "send it again");
    else if ((command = command_make(x)) != NULL)
        command_go(x, command);
}

static bool uses_id(const jf_route *route)
{
    return jf_command_info_of(route->command)->id_use == JF_ID_USE_OWN_ID;
}

static bool command_again(jf_exchange *x, jf_str answer)
{
    static const char conflict[] = "{\"ok\":false,\"error\":{\"code\":\"id_conflict\"";
    size_t n = sizeof conflict - 1;
    jf_json *body;
    if (x->first_at.n > 0 || !uses_id(x->route) || answer.n < n || memcmp(answer.p, conflict, n) ||
        !jf_exchange_body(x, &body) || jf_json_get(body, JF_STR("at")))
        return false;
    jf_exchange_look_up(x, look_first, finish_first);
    return true;
}

static void finish_command(jf_exchange *x)
{
    jf_str result;
    if (x->job.stale) {
        jf_answer_problem(x, JF_P_STALE, "read it again, and decide again");
        return;
    }
    if (command_again(x, jf_buf_view(&x->job.answers)) || !jf_exchange_result(x, &result))
        return;
    if (x->method == JF_GET && route_twin(x->route, false)) {
        char *etag = jf_arena_alloc(&x->arena, JF_ETAG_SIZE);
        jf_etag(result, etag);
        x->etag = etag;
    }
    jf_answer_json(x, x->route->success, result);
}

/* --- only if it is still the same ----------------------------------------------------------- */

/* If-Match: the change goes to the writer with the read that must still answer so. */
static bool guard_make(jf_exchange *x, const jf_command **read, jf_str *etag)
{
    jf_error error;
    *read = NULL;
    *etag = jf_exchange_header(x, MHD_HTTP_HEADER_IF_MATCH);
    if (etag->n == 0 || x->method == JF_GET || jf_str_eq(*etag, JF_STR("*")))
        return true;
    const jf_route *twin = route_twin(x->route, true);
    if (!twin) {
        jf_answer_problem(x, JF_P_STALE, "nothing that is read at this address has an ETag");
        return false;
    }
    jf_json nothing = {.type = JF_JSON_OBJECT};
    jf_json object = head_join(head_new(x, jf_command_info_of(twin->command)), &nothing);
    jf_command *command = JF_NEW(&x->arena, jf_command);
    jf_code code = jf_command_from(&x->arena, &object, command, &error);
    JF_ASSERT(code == JF_OK); /* the change was read, and names the same by the same types */
    *read = command;
    return true;
}

static void command_go(jf_exchange *x, const jf_command *command)
{
    x->command = command;
    if (command->kind != JF_CMD_ORDER_REFUND ||
        !jf_refund_through_channel(x, x->params[0], command->id, command->text, finish_command))
        jf_exchange_run(x, command, finish_command);
}

static void command_send(jf_exchange *x, const jf_command *command)
{
    const jf_command *read;
    jf_str etag;
    if (!guard_make(x, &read, &etag) || !noted(x))
        return;
    command_go(x, command);
    x->job.guard = read;
    x->job.guard_etag = etag;
}

/* As the permission says: now, later with a second person, or not at all. */
static void command_permitted(jf_exchange *x, const jf_command *command, jf_permit_result result)
{
    if (result == JF_PERMIT_DENIED) {
        jf_answer_problem(x, JF_P_FORBIDDEN,
                          "none of the caller's roles may do this, or not for this one");
    } else if (result == JF_PERMIT_ALLOWED) {
        command_send(x, command);
    } else if (x->caller.kind != JF_CALLER_PERSON) {
        jf_answer_problem(x, JF_P_FORBIDDEN, "this needs two people, and a key is none");
    } else {
        jf_approval_ask(x, jf_command_info_of(command->kind)->wire,
                        x->param_count ? x->params[0] : JF_STR_NONE, undated_text(x, command));
    }
}

/*
 * How much a withdrawal is about stands in the books alone, and never changes. One that is not
 * there yet is above every limit: it may come before the command does.
 */
static jf_store_result look_amount(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    jf_reader reader;
    int64_t *amount = x->own;
    jf_reader_open(&reader, store);
    const jf_withdrawal *withdrawal = jf_reader_withdrawal(&reader, x->params[0]);
    *amount = withdrawal ? withdrawal->amount.v : INT64_MAX;
    jf_store_result result = jf_reader_result(&reader, error);
    jf_reader_close(&reader);
    return result;
}

static void finish_amount(jf_exchange *x)
{
    if (x->lookup.result != JF_STORE_OK)
        jf_answer_problem(x, JF_P_READ, "send it again");
    else
        command_permitted(x, x->command, permission(x, x->command, *(const int64_t *)x->own));
}

void jf_handle_command(jf_exchange *x)
{
    const jf_command *command = command_make(x);
    if (!command)
        return;
    jf_permit_result result = permission(x, command, JF_PERMIT_OWN);
    bool by_amount = result == JF_PERMIT_APPROVAL && command->kind == JF_CMD_WITHDRAW_APPROVE;
    if (by_amount && jf_server_options_of(x->server)->approve_alone > 0) {
        x->command = command;
        x->own = JF_NEW(&x->arena, int64_t);
        jf_exchange_look_up(x, look_amount, finish_amount);
    } else {
        command_permitted(x, command, result);
    }
}

/* The first answer says whether there is anything to follow. */
static void finish_events(jf_exchange *x)
{
    jf_str result;
    if (jf_exchange_result(x, &result))
        jf_stream_start(x, x->job.command);
}

/* What a read answers, again and again. */
void jf_handle_events(jf_exchange *x)
{
    const jf_command *command = command_make(x);
    if (!command)
        return;
    if (permission(x, command, JF_PERMIT_OWN) == JF_PERMIT_ALLOWED)
        jf_exchange_run(x, command, finish_events);
    else
        jf_answer_problem(x, JF_P_FORBIDDEN, "none of the caller's roles may see this");
}

/* --- streams of commands ---------------------------------------------------------------------- */

static void finish_commands(jf_exchange *x)
{
    bool many = memchr(x->job.text.p, '\n', x->job.text.n) != NULL;
    jf_buf_char(&x->job.answers, '\n');
    jf_answer_text(x, 200, many ? "application/jsonl" : "application/json",
                   jf_buf_view(&x->job.answers));
}

void jf_handle_commands(jf_exchange *x)
{
    jf_str text = jf_buf_view(&x->body);
    while (text.n > 0 && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
        text.n--;
    if (text.n == 0)
        jf_answer_refusal(x, JF_E_BAD_JSON, JF_STR_NONE,
                          JF_STR("expected a command, or one command a line"));
    else
        jf_exchange_wait(x, text, finish_commands);
}
