/*
 * The body of a route that is the server's own, held to its row: a flat object
 * of the fields that the column `body` names, each of its type.
 */
#include "server/body.h"

#include <string.h>

#include "base/check.h"
#include "base/id.h"
#include "base/units.h"
#include "server/exchange.h"

bool jf_body_field_next(const char **at, jf_body_field *f)
{
    size_t n = strcspn(*at, "?:}");
    if (**at == '}' || **at == '\0')
        return false;
    f->name = (jf_str){*at, (uint32_t)n};
    f->optional = (*at)[n] == '?';
    *at += n + f->optional + 1;
    n = strcspn(*at, ",}");
    f->type = (jf_str){*at, (uint32_t)n};
    *at += n + ((*at)[n] == ',');
    return true;
}

/* Amounts of money are held to the limit that commands have (spec section 18: 1, 17). */
static const char *wrong_amount(bool units, const jf_json *value, jf_code *code)
{
    int64_t amount = 0;
    bool text = value->type == JF_JSON_STRING;
    jf_decimal_result read =
        text ? jf_decimal_parse(value->text, units ? 6 : 2, &amount) : JF_DECIMAL_SYNTAX;
    if (read == JF_DECIMAL_OVERFLOW || (!units && amount > JF_PRICE_MAX)) {
        *code = JF_E_AMOUNT_OVERFLOW;
        return "the amount is too large";
    }
    if (read == JF_DECIMAL_OK && amount > 0)
        return NULL;
    return units ? "expected units above 0, like \"1.500000\""
                 : "expected an amount above 0, like \"12.30\"";
}

/* NULL, or what is expected of the type; *code is another than bad_request where it says so. */
static const char *wrong(jf_str type, const jf_json *value, jf_code *code)
{
    bool text = value->type == JF_JSON_STRING;
    if (jf_str_eq(type, JF_STR("id")))
        return text && jf_id_valid(value->text) ? NULL : "expected an id";
    if (jf_str_eq(type, JF_STR("text")))
        return text ? NULL : "expected a text";
    if (jf_str_eq(type, JF_STR("object")))
        return value->type == JF_JSON_OBJECT ? NULL : "expected an object";
    if (jf_str_eq(type, JF_STR("int")))
        return value->type == JF_JSON_INTEGER && value->integer > 0 ? NULL
                                                                    : "expected a number above 0";
    if (jf_str_eq(type, JF_STR("bool")))
        return value->type == JF_JSON_TRUE || value->type == JF_JSON_FALSE
                   ? NULL
                   : "expected true or false";
    bool units = jf_str_eq(type, JF_STR("token"));
    JF_ASSERT(units || jf_str_eq(type, JF_STR("cny"))); /* the table knows no other */
    return wrong_amount(units, value, code);
}

static bool refuse(jf_exchange *x, jf_code code, jf_str name, const char *expected)
{
    jf_answer_refusal(x, code, name, jf_str_of(expected));
    return false;
}

static bool known(const char *fields, jf_str name)
{
    jf_body_field f;
    for (const char *at = fields; jf_body_field_next(&at, &f);)
        if (jf_str_eq(f.name, name))
            return true;
    return false;
}

bool jf_exchange_fields(jf_exchange *x, jf_json **body)
{
    jf_body_field f;
    const char *fields = x->route->body + 1;
    JF_ASSERT(x->route->body[0] == '{');
    if (!jf_exchange_body(x, body))
        return false;
    for (const jf_json *member = (*body)->child; member; member = member->next)
        if (!known(fields, member->key))
            return refuse(x, JF_E_BAD_REQUEST, member->key, "this address knows no such field");
    for (const char *at = fields; jf_body_field_next(&at, &f);) {
        jf_code code = JF_E_BAD_REQUEST;
        const jf_json *value = jf_json_get(*body, f.name);
        const char *expected = value ? wrong(f.type, value, &code) : NULL;
        if (!value && !f.optional)
            return refuse(x, code, f.name, "missing");
        if (expected)
            return refuse(x, code, f.name, expected);
    }
    return true;
}
