/*
 * The description of the interface, OpenAPI 3.1, made of the tables: routes.def,
 * commands.def and its reply shapes, errors.def and problems.def. So it cannot
 * disagree with what is answered; tests/http_contract.t checks that it does not.
 */
#include "server/openapi.h"

#include <ctype.h>
#include <string.h>

#include "base/check.h"
#include "server/body.h"
#include "server/refusals.h"
#include "server/state.h"

/* --- schemas of command fields --------------------------------------------------------------- */

#define ID_SCHEMA "{\"type\":\"string\",\"pattern\":\"^[A-Za-z0-9._:-]{1,64}$\"}"
#define UNITS_SCHEMA "{\"type\":\"string\",\"pattern\":\"^(0|[1-9][0-9]*)(\\\\.[0-9]{1,6})?$\"}"
#define MONEY_SCHEMA                                                                               \
    "{\"type\":\"string\",\"pattern\":\"^(0|[1-9][0-9]*)(\\\\.[0-9]{1,2})?$\",\"examples\":["      \
    "\"1000.00\"]}"

static const char *const fields[JF_FIELD_TYPES] = {
    [JF_FIELD_ID] = ID_SCHEMA,
    [JF_FIELD_REF] = ID_SCHEMA,
    [JF_FIELD_PHONE] = "{\"type\":\"string\",\"pattern\":\"^\\\\+?[0-9]{5,20}$\"}",
    [JF_FIELD_REGION] = "{\"type\":\"string\",\"pattern\":\"^[1-9][0-9]([0-9]{2}){0,2}$\"}",
    [JF_FIELD_COUNTY] = "{\"type\":\"string\",\"pattern\":\"^[1-9][0-9]{5}$\"}",
    [JF_FIELD_PRICE] = MONEY_SCHEMA,
    [JF_FIELD_AMOUNT] = MONEY_SCHEMA,
    [JF_FIELD_UNITS] = UNITS_SCHEMA,
    [JF_FIELD_RATIO] = "{\"type\":\"string\",\"pattern\":\"^(0|1)(\\\\.[0-9]{1,6})?$\"}",
    [JF_FIELD_FULL] = "{\"type\":\"string\",\"pattern\":\"^(0|1)(\\\\.[0-9]{1,6})?$\",\"default\":"
                      "\"1\"}",
    [JF_FIELD_DAY] = "{\"type\":\"string\",\"format\":\"date\"}",
    [JF_FIELD_INSTANT] = "{\"type\":\"string\",\"format\":\"date-time\"}",
    [JF_FIELD_BOOL] = "{\"type\":\"boolean\",\"default\":false}",
    [JF_FIELD_COUNT] = "{\"type\":\"integer\",\"minimum\":1}",
    [JF_FIELD_SHOP_KIND] = "{\"enum\":[\"alliance\",\"brand\",\"self\",\"supply\",\"chain\"]}",
    [JF_FIELD_FUND] = "{\"enum\":[\"credit\",\"capital\"]}",
    [JF_FIELD_PROGRAM] = "{\"type\":\"string\",\"pattern\":\"^[a-z_]{1,32}$\"}",
    [JF_FIELD_WEIGHT] = "{\"type\":\"integer\",\"minimum\":0,\"maximum\":1000000}",
    [JF_FIELD_HOLDERS] =
        "{\"type\":\"array\",\"maxItems\":64,\"items\":{\"type\":\"object\","
        "\"required\":[\"member\",\"weight\"],\"properties\":{\"member\":" ID_SCHEMA
        ",\"weight\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":1000000}}}}",
    [JF_FIELD_POLICY] = "{\"oneOf\":[{\"type\":\"string\"},{\"type\":\"object\"}]}",
};

/* --- schemas of replies: the little language of commands.def ------------------------- */

typedef struct reply_type {
    const char *name, *json;
} reply_type;

static const reply_type reply_types[] = {
    {"id", ID_SCHEMA},
    {"shop", ID_SCHEMA},
    {"text", "{\"type\":\"string\"}"},
    {"int", "{\"type\":\"integer\"}"},
    {"bool", "{\"type\":\"boolean\"}"},
    {"day", "{\"type\":\"string\",\"format\":\"date\"}"},
    {"unit", "{\"type\":\"string\"}"},
    {"object", "{\"type\":\"object\"}"},
    {"movement", "{\"type\":\"object\"}"},
    {"cursor", "{\"type\":[\"integer\",\"null\"]}"},
    {"key", "{\"type\":[\"string\",\"null\"]}"},
    {"finding", "{\"type\":\"object\",\"required\":[\"id\",\"severity\"]}"},
};

/* Everything else in a reply is an amount or a ratio: a decimal as a text. */
#define DECIMAL_SCHEMA "{\"type\":\"string\",\"pattern\":\"^-?[0-9]+(\\\\.[0-9]+)?$\"}"

static jf_str word(const char **at)
{
    const char *start = *at;
    while (**at == '_' || isalnum((unsigned char)**at))
        ++*at;
    return (jf_str){start, (uint32_t)(*at - start)};
}

static void reply_leaf(jf_jw *w, const char *key, jf_str name)
{
    for (size_t i = 0; i < sizeof reply_types / sizeof *reply_types; i++)
        if (jf_str_eq(name, jf_str_of(reply_types[i].name))) {
            jf_jw_raw(w, key, jf_str_of(reply_types[i].json));
            return;
        }
    jf_jw_raw(w, key, JF_STR(DECIMAL_SCHEMA));
}

/* What a shop is called stands beside its id, if it is called anything (named.c). */
static void reply_name(jf_jw *w, jf_str key)
{
    char space[64];
    jf_buf name = {space, 0, sizeof space, NULL};
    jf_shop_name_key(&name, key);
    jf_jw_key(w, jf_buf_view(&name));
    jf_jw_raw(w, NULL, JF_STR("{\"type\":\"string\"}"));
}

/* Shapes nest four deep at most; each closes what it opens. */
static void reply_schema(jf_jw *w, const char *key, const char **at);

static void reply_members(jf_jw *w, const char **at)
{
    jf_str required[64];
    uint32_t count = 0;
    jf_jw_open(w, "properties", '{');
    while (**at != '}') {
        jf_str name = word(at);
        if (**at == '?')
            ++*at;
        else if (count < 64)
            required[count++] = name;
        JF_ASSERT(**at == ':' && name.n > 0);
        ++*at;
        const char *type = *at;
        jf_jw_key(w, name);
        reply_schema(w, NULL, at);
        if (*at - type == 4 && !strncmp(type, "shop", 4))
            reply_name(w, name);
        *at += **at == ',';
    }
    jf_jw_close(w, '}');
    jf_jw_open(w, "required", '[');
    for (uint32_t i = 0; i < count; i++)
        jf_jw_str(w, NULL, required[i]);
    jf_jw_close(w, ']');
}

static void reply_schema(jf_jw *w, const char *key, const char **at)
{
    if (isalpha((unsigned char)**at)) {
        reply_leaf(w, key, word(at));
        return;
    }
    bool list = **at == '[';
    JF_ASSERT(list || **at == '{');
    ++*at;
    jf_jw_open(w, key, '{');
    jf_jw_c(w, "type", list ? "array" : "object");
    if (list) {
        reply_schema(w, "items", at);
    } else if (!strncmp(*at, "*:", 2)) {
        *at += 2;
        reply_schema(w, "additionalProperties", at);
    } else {
        reply_members(w, at);
    }
    JF_ASSERT(**at == (list ? ']' : '}'));
    ++*at;
    jf_jw_close(w, '}');
}

/* --- operations --------------------------------------------------------------------- */

static bool in_path(const jf_route *route, const char *name)
{
    char braced[64];
    size_t n = strlen(name);
    JF_ASSERT(n + 3 <= sizeof braced);
    braced[0] = '{';
    memcpy(braced + 1, name, n);
    memcpy(braced + 1 + n, "}", 2);
    return strstr(route->path, braced) != NULL;
}

static void parameter(jf_jw *w, const char *name, const char *in, bool required, const char *schema)
{
    jf_jw_open(w, NULL, '{');
    jf_jw_c(w, "name", name);
    jf_jw_c(w, "in", in);
    jf_jw_bool(w, "required", required);
    jf_jw_raw(w, "schema", jf_str_of(schema));
    jf_jw_close(w, '}');
}

/* Those that are neither ids nor numbers. */
static const char *query_schema(jf_str name)
{
    static const struct {
        const char *name, *schema;
    } schemas[] = {
        {"month", "{\"type\":\"string\",\"pattern\":\"^[0-9]{4}-[0-9]{2}$\"}"},
        {"format", "{\"enum\":[\"json\",\"csv\",\"xlsx\"],\"default\":\"json\"}"},
        {"state", "{\"enum\":[\"requested\",\"approved\",\"paid\",\"rejected\"]}"},
        {"state@order", "{\"enum\":[\"held\",\"matured\",\"refunded\"]}"},
        {"kind@money", "{\"enum\":[\"paid\",\"refunded\"]}"},
        {"kind", "{\"enum\":[\"alliance\",\"brand\",\"self\",\"supply\",\"chain\"]}"},
        {"region", "{\"type\":\"string\",\"pattern\":\"^[1-9][0-9]([0-9]{2}){0,2}$\"}"},
        {"from", "{\"type\":\"string\",\"format\":\"date\"}"},
        {"to", "{\"type\":\"string\",\"format\":\"date\"}"},
        {"amount", "{\"type\":\"string\",\"pattern\":\"^[0-9]+([.][0-9]{1,2})?$\"}"},
        {"name", "{\"type\":\"string\",\"minLength\":1,\"maxLength\":60}"},
        {"account", "{\"type\":\"string\"}"},
        {"limit", "{\"type\":\"integer\",\"minimum\":0,\"maximum\":500}"},
        {"before", "{\"type\":\"integer\",\"minimum\":0}"},
        {"after", "{\"type\":\"integer\",\"minimum\":0}"},
    };
    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++)
        if (jf_str_eq(name, jf_str_of(schemas[i].name)))
            return schemas[i].schema;
    return ID_SCHEMA;
}

/* The names in the braces of the path, and those of the query. */
static void own_parameters(jf_jw *w, const jf_route *route)
{
    char name[32];
    for (const char *at = route->path; (at = strchr(at, '{')) != NULL; at++) {
        size_t n = strcspn(at + 1, "}");
        JF_ASSERT(n < sizeof name);
        memcpy(name, at + 1, n);
        name[n] = '\0';
        parameter(w, name, "path", true, "{\"type\":\"string\"}");
    }
    for (const char *at = route->query ? route->query : ""; *at;) {
        size_t n = strcspn(at, " !@");
        JF_ASSERT(n > 0 && n < sizeof name);
        memcpy(name, at, n);
        name[n] = '\0';
        parameter(w, name, "query", at[n] == '!',
                  query_schema((jf_str){at, (uint32_t)strcspn(at, " !")}));
        at += strcspn(at, " ");
        at += *at == ' ';
    }
}

static void parameters(jf_jw *w, const jf_route *route)
{
    jf_jw_open(w, "parameters", '[');
    if (!route->command_route)
        own_parameters(w, route);
    if (route->command_route) {
        const jf_command_info *info = jf_command_info_of(route->command);
        for (uint32_t i = 0; i < info->field_count; i++)
            if (in_path(route, info->fields[i].name))
                parameter(w, info->fields[i].name, "path", true, fields[info->fields[i].type]);
        if (jf_route_takes_id(route))
            parameter(w, "Idempotency-Key", "header", false, ID_SCHEMA);
    }
    jf_jw_close(w, ']');
}

/* Fields of the body: neither in the path nor the server's (`at`, and `id` with its header). */
static void body_schema(jf_jw *w, const jf_route *route)
{
    const jf_command_info *info = jf_command_info_of(route->command);
    jf_jw_open(w, "schema", '{');
    jf_jw_c(w, "type", "object");
    jf_jw_bool(w, "additionalProperties", false);
    jf_jw_open(w, "properties", '{');
    for (uint32_t i = 0; i < info->field_count; i++)
        if (!in_path(route, info->fields[i].name))
            jf_jw_raw(w, info->fields[i].name, jf_str_of(fields[info->fields[i].type]));
    jf_jw_close(w, '}');
    jf_jw_open(w, "required", '[');
    for (uint32_t i = 0; i < info->field_count; i++) {
        const jf_field_info *field = &info->fields[i];
        bool given = field->type == JF_FIELD_INSTANT || field->type == JF_FIELD_ID;
        if (field->required && !given && !in_path(route, field->name))
            jf_jw_c(w, NULL, field->name);
    }
    jf_jw_close(w, ']');
    jf_jw_close(w, '}');
}

/* What a field of the column `body` may be (body.c holds requests to it). */
static const reply_type body_types[] = {
    {"id", ID_SCHEMA},
    {"text", "{\"type\":\"string\"}"},
    {"int", "{\"type\":\"integer\",\"minimum\":1}"},
    {"bool", "{\"type\":\"boolean\"}"},
    {"object", "{\"type\":\"object\"}"},
    {"cny", MONEY_SCHEMA},
    {"token", UNITS_SCHEMA},
};

static void body_member(jf_jw *w, const jf_body_field *field)
{
    size_t i = 0, count = sizeof body_types / sizeof *body_types;
    while (i < count && !jf_str_eq(field->type, jf_str_of(body_types[i].name)))
        i++;
    JF_ASSERT(i < count); /* the table knows no other */
    jf_jw_key(w, field->name);
    jf_jw_raw(w, NULL, jf_str_of(body_types[i].json));
}

/* The fields of the server's own. */
static void own_body_schema(jf_jw *w, const char *column)
{
    jf_body_field field;
    JF_ASSERT(*column == '{');
    jf_jw_open(w, "schema", '{');
    jf_jw_c(w, "type", "object");
    jf_jw_bool(w, "additionalProperties", false);
    jf_jw_open(w, "properties", '{');
    for (const char *at = column + 1; jf_body_field_next(&at, &field);)
        body_member(w, &field);
    jf_jw_close(w, '}');
    jf_jw_open(w, "required", '[');
    for (const char *at = column + 1; jf_body_field_next(&at, &field);)
        if (!field.optional)
            jf_jw_str(w, NULL, field.name);
    jf_jw_close(w, ']');
    jf_jw_close(w, '}');
}

static void content(jf_jw *w, const char *type)
{
    jf_jw_open(w, "content", '{');
    jf_jw_open(w, type, '{');
}

static void content_end(jf_jw *w)
{
    jf_jw_close(w, '}');
    jf_jw_close(w, '}');
}

static void body(jf_jw *w, const jf_route *route)
{
    if (!jf_method_takes_body(route->method))
        return;
    jf_jw_open(w, "requestBody", '{');
    content(w, "application/json");
    if (route->command_route)
        body_schema(w, route);
    else if (route->body && *route->body)
        own_body_schema(w, route->body);
    else
        jf_jw_raw(w, "schema", JF_STR("{\"type\":\"object\"}"));
    content_end(w);
    jf_jw_close(w, '}');
}

static void status_key(jf_jw *w, int status)
{
    char text[4] = {(char)('0' + status / 100), (char)('0' + status / 10 % 10),
                    (char)('0' + status % 10), '\0'};
    JF_ASSERT(status >= 100 && status < 600);
    jf_jw_key(w, jf_str_of(text));
}

/* Is it kept, at least sometimes, until a second person agrees? */
static bool by_two(const jf_route *route)
{
    return route->command_route ? strpbrk(jf_command_info_of(route->command)->who, "!~") != NULL
                                : route->handle == jf_handle_person_grant;
}

/* What the codes of one status say, as one sentence. */
static void refusal_description(jf_jw *w, const jf_refusals *set, int status)
{
    char space[1000];
    jf_refusal one;
    jf_buf text = {space, 0, sizeof space, NULL};
    for (uint32_t at = 0; jf_refusals_next(set, status, &at, &one);) {
        if (text.n > 0)
            jf_buf_c(&text, "; ");
        jf_buf_c(&text, one.en);
    }
    jf_jw_str(w, "description", jf_buf_view(&text));
}

/* A problem with one of the codes that the set has for this status. */
static void refusal_response(jf_jw *w, const jf_refusals *set, int status)
{
    jf_refusal one;
    status_key(w, status);
    jf_jw_open(w, NULL, '{');
    refusal_description(w, set, status);
    content(w, "application/problem+json");
    jf_jw_open(w, "schema", '{');
    jf_jw_raw(w, "allOf", JF_STR("[{\"$ref\":\"#/components/schemas/Problem\"}]"));
    jf_jw_open(w, "properties", '{');
    jf_jw_open(w, "code", '{');
    jf_jw_open(w, "enum", '[');
    for (uint32_t at = 0; jf_refusals_next(set, status, &at, &one);)
        jf_jw_c(w, NULL, one.wire);
    jf_jw_close(w, ']');
    jf_jw_close(w, '}');
    jf_jw_close(w, '}');
    jf_jw_close(w, '}');
    content_end(w);
    jf_jw_close(w, '}');
}

static void responses(jf_jw *w, const jf_route *route)
{
    jf_refusals refusals;
    jf_jw_open(w, "responses", '{');
    status_key(w, route->success);
    jf_jw_open(w, NULL, '{');
    jf_jw_c(w, "description", route->en);
    const char *shape = route->reply;
    if (route->command_route)
        shape = jf_command_info_of(route->command)->reply;
    if (shape && *shape) {
        content(w, route->handle == jf_handle_events ? "text/event-stream" : "application/json");
        reply_schema(w, "schema", &shape);
        content_end(w);
    }
    jf_jw_close(w, '}');
    if (by_two(route))
        jf_jw_raw(w, "202",
                  JF_STR("{\"description\":\"kept until a second person agrees: "
                         "POST /v1/approvals/{approval}/decision\"}"));
    jf_refusals_of(route, &refusals);
    for (int status = 0; (status = jf_refusals_status(&refusals, status)) != 0;)
        refusal_response(w, &refusals, status);
    jf_jw_close(w, '}');
}

static void operation(jf_jw *w, const jf_route *route)
{
    char method[8];
    size_t n = strlen(jf_method_names[route->method]);
    for (size_t i = 0; i <= n; i++)
        method[i] = (char)tolower((unsigned char)jf_method_names[route->method][i]);
    jf_jw_open(w, method, '{');
    jf_jw_c(w, "operationId", route->name);
    jf_jw_c(w, "summary", route->en);
    jf_jw_c(w, "x-summary-zh", route->zh);
    if (route->command_route) {
        jf_jw_c(w, "x-command", jf_command_info_of(route->command)->wire);
        jf_jw_c(w, "x-roles", jf_command_info_of(route->command)->who);
    }
    if (route->read || route->access == JF_ACCESS_WHO)
        jf_jw_c(w, "x-roles", route->who);
    if (route->access == JF_ACCESS_OPEN)
        jf_jw_raw(w, "security", JF_STR("[]"));
    parameters(w, route);
    body(w, route);
    responses(w, route);
    jf_jw_close(w, '}');
}

/* Rows of one path are gathered where the first of them stands. */
static bool first_of_path(const jf_route *routes, uint32_t at)
{
    for (uint32_t i = 0; i < at; i++)
        if (!strcmp(routes[i].path, routes[at].path))
            return false;
    return true;
}

static void paths(jf_jw *w)
{
    uint32_t count;
    const jf_route *routes = jf_routes(&count);
    jf_jw_open(w, "paths", '{');
    for (uint32_t i = 0; i < count; i++) {
        if (!first_of_path(routes, i))
            continue;
        jf_jw_open(w, routes[i].path, '{');
        for (uint32_t j = i; j < count; j++)
            if (!strcmp(routes[j].path, routes[i].path))
                operation(w, &routes[j]);
        jf_jw_close(w, '}');
    }
    jf_jw_close(w, '}');
}

/* Every code that a problem can have, those of the rules and those of the server. */
static void components(jf_jw *w)
{
    jf_jw_open(w, "components", '{');
    jf_jw_raw(w, "securitySchemes",
              JF_STR("{\"key\":{\"type\":\"http\",\"scheme\":\"bearer\"},"
                     "\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":"
                     "\"" JF_SESSION_COOKIE "\"}}"));
    jf_jw_open(w, "schemas", '{');
    jf_jw_open(w, "Problem", '{');
    jf_jw_c(w, "description", "RFC 9457 problem details; nothing was changed");
    jf_jw_raw(w, "required", JF_STR("[\"type\",\"title\",\"status\",\"code\"]"));
    jf_jw_c(w, "type", "object");
    jf_jw_open(w, "properties", '{');
    jf_jw_raw(w, "type", JF_STR("{\"type\":\"string\"}"));
    jf_jw_raw(w, "title", JF_STR("{\"type\":\"string\"}"));
    jf_jw_raw(w, "status", JF_STR("{\"type\":\"integer\"}"));
    jf_jw_raw(w, "detail", JF_STR("{\"type\":\"string\"}"));
    jf_jw_raw(w, "field", JF_STR("{\"type\":\"string\"}"));
    jf_jw_open(w, "code", '{');
    jf_jw_open(w, "enum", '[');
    for (int code = 1; code < JF_CODE_COUNT; code++)
        jf_jw_c(w, NULL, jf_code_wire((jf_code)code));
    for (int problem = 0; problem < JF_PROBLEMS; problem++)
        jf_jw_c(w, NULL, jf_problem_info_of((jf_problem)problem)->wire);
    jf_jw_close(w, ']');
    jf_jw_close(w, '}');
    jf_jw_close(w, '}');
    jf_jw_close(w, '}');
    jf_jw_close(w, '}');
    jf_jw_close(w, '}');
}

void jf_openapi_print(const char *version, jf_buf *out)
{
    jf_jw w;
    jf_jw_init(&w, out);
    jf_jw_open(&w, NULL, '{');
    jf_jw_c(&w, "openapi", "3.1.0");
    jf_jw_open(&w, "info", '{');
    jf_jw_c(&w, "title", "jifen 积分");
    jf_jw_c(&w, "version", version);
    jf_jw_c(&w, "description",
            "Amounts are decimals as texts, instants RFC 3339. A request that is sent again with "
            "the same id gets the first answer and changes nothing. An address that is not here is "
            "answered 404 `no_route`, a method that its address has not 405 `method_not_allowed` "
            "with the header Allow.");
    jf_jw_raw(&w, "license", JF_STR("{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}"));
    jf_jw_close(&w, '}');
    jf_jw_raw(&w, "security", JF_STR("[{\"key\":[]},{\"session\":[]}]"));
    paths(&w);
    components(&w);
    jf_jw_close(&w, '}');
    jf_buf_char(out, '\n');
}
