/*
 * Commands as data: the tables made from commands.def, reading by table, and
 * checks of shape that involve more than one field.
 *
 * Order of checks (spec section 18): JSON, then shape; what needs the state
 * comes later, in step.c. The canonical text is written in command_write.c.
 */
#include "core/command.h"

#include <stddef.h>
#include <string.h>

#include "base/check.h"
#include "base/id.h"

#define JF_PRESENCE_REQUIRED true
#define JF_PRESENCE_OPTIONAL false

#define JF_FIELD(command, TYPE, name, presence)                                                    \
    {#name, JF_FIELD_##TYPE, JF_PRESENCE_##presence, (uint32_t)offsetof(jf_cmd_##command, name)},
#define JF_COMMAND(NAME, name, wire, id, built, who, reply, refuses, en, zh, ...)                  \
    static const jf_field_info fields_of_##name[] = {__VA_ARGS__{NULL, JF_FIELD_TYPES, false, 0}};
#include "core/commands.def"
#undef JF_COMMAND
#undef JF_FIELD

static const jf_command_info infos[JF_COMMAND_KINDS] = {
#define JF_COMMAND(NAME, name, wire, id, built, who, reply, refuses, en, zh, ...)                  \
    [JF_CMD_##NAME] = {wire,                                                                       \
                       JF_ID_USE_##id,                                                             \
                       who,                                                                        \
                       reply,                                                                      \
                       refuses,                                                                    \
                       en,                                                                         \
                       zh,                                                                         \
                       fields_of_##name,                                                           \
                       (uint32_t)(sizeof fields_of_##name / sizeof *fields_of_##name) - 1},
#include "core/commands.def"
#undef JF_COMMAND
};

const jf_command_info *jf_command_info_of(jf_command_kind kind)
{
    JF_ASSERT(kind < JF_COMMAND_KINDS);
    return &infos[kind];
}

static const char *const shop_kinds[JF_SHOP_KINDS] = {
    [JF_SHOP_ALLIANCE] = "alliance", [JF_SHOP_BRAND] = "brand", [JF_SHOP_SELF] = "self",
    [JF_SHOP_SUPPLY] = "supply",     [JF_SHOP_CHAIN] = "chain",
};

const char *jf_shop_kind_wire(jf_shop_kind kind)
{
    JF_ASSERT(kind < JF_SHOP_KINDS);
    return shop_kinds[kind];
}

/* What each type of field expects, for the message of a refusal. */
static const char *const expected[JF_FIELD_TYPES] = {
    [JF_FIELD_ID] = "an id of 1 to 64 letters, digits or . _ : -",
    [JF_FIELD_REF] = "an id of 1 to 64 letters, digits or . _ : -",
    [JF_FIELD_PHONE] = "a phone number of 5 to 20 digits",
    [JF_FIELD_REGION] = "a region code of 2, 4 or 6 digits",
    [JF_FIELD_COUNTY] = "a region code of 6 digits",
    [JF_FIELD_PRICE] = "an amount above 0 as a string with at most 2 decimals, like \"12.50\"",
    [JF_FIELD_AMOUNT] = "an amount as a string with at most 2 decimals, like \"12.50\"",
    [JF_FIELD_UNITS] = "units above 0 as a string with at most 6 decimals, like \"1.500000\"",
    [JF_FIELD_RATIO] = "a ratio from 0 to 1 as a string with at most 6 decimals, like \"0.2\"",
    [JF_FIELD_FULL] = "a ratio from 0 to 1 as a string with at most 6 decimals, like \"0.2\"",
    [JF_FIELD_DAY] = "a day like \"2024-03-15\"",
    [JF_FIELD_INSTANT] = "an instant like \"2024-03-15T09:00:00+08:00\"",
    [JF_FIELD_BOOL] = "true or false",
    [JF_FIELD_COUNT] = "a whole number of 1 or more",
    [JF_FIELD_SHOP_KIND] = "one of alliance, brand, self, supply, chain",
    [JF_FIELD_FUND] = "one of credit, capital",
    [JF_FIELD_PROGRAM] = "a reward program, like \"staff\" or \"level\"",
    [JF_FIELD_WEIGHT] = "a whole number from 0 to 1000000; 0 ends it",
    [JF_FIELD_HOLDERS] =
        "a list of at most 64 {\"member\": id, \"weight\": 1 to 1000000}, each member once",
    [JF_FIELD_POLICY] = "a policy document or the name of a preset",
};

static jf_code decimal_code(jf_decimal_result result)
{
    if (result == JF_DECIMAL_OK)
        return JF_OK;
    return result == JF_DECIMAL_OVERFLOW ? JF_E_AMOUNT_OVERFLOW : JF_E_BAD_REQUEST;
}

static jf_code read_amount(const jf_json *json, int decimals, int64_t least, int64_t most,
                           int64_t *out)
{
    if (json->type != JF_JSON_STRING)
        return JF_E_BAD_REQUEST;
    jf_code code = decimal_code(jf_decimal_parse(json->text, decimals, out));
    if (code)
        return code;
    if (*out > most)
        return JF_E_AMOUNT_OVERFLOW;
    return *out < least ? JF_E_BAD_REQUEST : JF_OK;
}

static jf_code read_ratio(const jf_json *json, jf_ppm *out)
{
    if (json->type != JF_JSON_STRING)
        return JF_E_BAD_REQUEST;
    if (jf_decimal_parse(json->text, 6, &out->v) || out->v > JF_PPM_ONE)
        return JF_E_BAD_REQUEST;
    return JF_OK;
}

static jf_code read_region(const jf_json *json, uint32_t digits, jf_region *out)
{
    if (json->type != JF_JSON_STRING || !jf_region_valid(json->text))
        return JF_E_BAD_REQUEST;
    if (digits && json->text.n != digits)
        return JF_E_BAD_REQUEST;
    *out = 0;
    for (uint32_t i = 0; i < json->text.n; i++)
        *out = *out * 10 + (jf_region)(json->text.p[i] - '0');
    return JF_OK;
}

static jf_code read_phone(const jf_json *json, jf_str *out)
{
    if (json->type != JF_JSON_STRING)
        return JF_E_BAD_REQUEST;
    jf_str text = json->text;
    uint32_t start = text.n && text.p[0] == '+';
    if (text.n - start < 5 || text.n - start > 20)
        return JF_E_BAD_REQUEST;
    for (uint32_t i = start; i < text.n; i++)
        if (text.p[i] < '0' || text.p[i] > '9')
            return JF_E_BAD_REQUEST;
    *out = text;
    return JF_OK;
}

static jf_code read_holder(const jf_json *json, jf_named_holder *out)
{
    if (json->type != JF_JSON_OBJECT || json->count != 2)
        return JF_E_BAD_REQUEST;
    const jf_json *member = jf_json_get(json, JF_STR("member"));
    const jf_json *weight = jf_json_get(json, JF_STR("weight"));
    if (!member || !weight)
        return JF_E_BAD_REQUEST;
    if (member->type != JF_JSON_STRING || !jf_id_valid(member->text))
        return JF_E_BAD_REQUEST;
    if (weight->type != JF_JSON_INTEGER || weight->integer < 1 || weight->integer > 1000000)
        return JF_E_BAD_REQUEST;
    *out = (jf_named_holder){member->text, (uint32_t)weight->integer};
    return JF_OK;
}

/* Holders are kept by member id, so that shares and ties do not depend on the order given. */
static jf_code read_holders(jf_arena *arena, const jf_json *json, jf_holder_list *out)
{
    if (json->type != JF_JSON_ARRAY || json->count > JF_HOLDERS_MAX)
        return JF_E_BAD_REQUEST;
    jf_named_holder *list = JF_NEW_ARRAY(arena, jf_named_holder, json->count);
    uint32_t count = 0;
    for (const jf_json *item = json->child; item; item = item->next) {
        jf_named_holder holder;
        if (read_holder(item, &holder))
            return JF_E_BAD_REQUEST;
        uint32_t at = count++;
        for (; at > 0 && jf_str_cmp(list[at - 1].member, holder.member) > 0; at--)
            list[at] = list[at - 1];
        if (at > 0 && jf_str_eq(list[at - 1].member, holder.member))
            return JF_E_BAD_REQUEST;
        list[at] = holder;
    }
    *out = (jf_holder_list){count, list};
    return JF_OK;
}

static jf_code read_name(const jf_json *json, const char *const *names, uint32_t count,
                         uint32_t *out)
{
    if (json->type != JF_JSON_STRING)
        return JF_E_BAD_REQUEST;
    for (*out = 0; *out < count; ++*out)
        if (jf_str_eq(json->text, jf_str_of(names[*out])))
            return JF_OK;
    return JF_E_BAD_REQUEST;
}

/* Only the programs that people are enrolled in. */
static jf_code read_program(const jf_json *json, jf_to *out)
{
    static const struct {
        jf_to to;
        const char *wire, *enrolled;
    } programs[] = {
#define JF_REWARD(NAME, name, wire, member_only, enrolled, month, en, zh)                          \
    {JF_TO_##NAME, wire, enrolled},
#include "core/rewards.def"
#undef JF_REWARD
    };
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        if (json->type != JF_JSON_STRING || !jf_str_eq(json->text, jf_str_of(programs[i].wire)))
            continue;
        *out = programs[i].to;
        return programs[i].enrolled[0] ? JF_OK : JF_E_BAD_REQUEST;
    }
    return JF_E_BAD_REQUEST;
}

static const char *const funds[] = {[JF_FUND_CREDIT] = "credit", [JF_FUND_CAPITAL] = "capital"};

static jf_code read_text(jf_field_type type, const jf_json *json, void *out)
{
    if (json->type != JF_JSON_STRING)
        return JF_E_BAD_REQUEST;
    bool good = false;
    if (type == JF_FIELD_DAY) {
        good = jf_day_parse(json->text, out);
    } else if (type == JF_FIELD_INSTANT) {
        good = jf_instant_parse(json->text, out);
    } else {
        *(jf_str *)out = json->text;
        good = jf_id_valid(json->text);
    }
    return good ? JF_OK : JF_E_BAD_REQUEST;
}

/* Read one field into its place in the command's struct. */
static jf_code read_field(jf_arena *arena, jf_field_type type, const jf_json *json, void *out)
{
    switch (type) {
    case JF_FIELD_ID:
    case JF_FIELD_REF:
    case JF_FIELD_DAY:
    case JF_FIELD_INSTANT:
        return read_text(type, json, out);
    case JF_FIELD_PHONE:
        return read_phone(json, out);
    case JF_FIELD_REGION:
        return read_region(json, 0, out);
    case JF_FIELD_COUNTY:
        return read_region(json, 6, out);
    case JF_FIELD_PRICE:
        return read_amount(json, 2, 1, JF_PRICE_MAX, out);
    case JF_FIELD_AMOUNT:
        return read_amount(json, 2, 0, JF_PRICE_MAX, out);
    case JF_FIELD_UNITS:
        return read_amount(json, 6, 1, INT64_MAX, out);
    case JF_FIELD_RATIO:
    case JF_FIELD_FULL:
        return read_ratio(json, out);
    case JF_FIELD_BOOL:
        *(bool *)out = json->type == JF_JSON_TRUE;
        return json->type == JF_JSON_TRUE || json->type == JF_JSON_FALSE ? JF_OK : JF_E_BAD_REQUEST;
    case JF_FIELD_COUNT:
        *(uint32_t *)out = (uint32_t)json->integer;
        return json->type == JF_JSON_INTEGER && json->integer >= 1 && json->integer < UINT32_MAX
                   ? JF_OK
                   : JF_E_BAD_REQUEST;
    case JF_FIELD_SHOP_KIND:
        return read_name(json, shop_kinds, JF_SHOP_KINDS, out);
    case JF_FIELD_FUND:
        return read_name(json, funds, 2, out);
    case JF_FIELD_PROGRAM:
        return read_program(json, out);
    case JF_FIELD_WEIGHT:
        *(uint32_t *)out = (uint32_t)json->integer;
        return json->type == JF_JSON_INTEGER && json->integer >= 0 && json->integer <= 1000000
                   ? JF_OK
                   : JF_E_BAD_REQUEST;
    case JF_FIELD_HOLDERS:
        return read_holders(arena, json, out);
    case JF_FIELD_POLICY:
        *(const jf_json **)out = json;
        return json->type == JF_JSON_OBJECT || json->type == JF_JSON_STRING ? JF_OK
                                                                            : JF_E_BAD_REQUEST;
    case JF_FIELD_TYPES:
        break;
    }
    JF_ASSERT_UNREACHED();
}

/* Shapes that involve several fields, and the id. */
static jf_code check_shape(const jf_command *command, jf_error *error)
{
    if (command->kind == JF_CMD_ORDER_PAY) {
        const jf_cmd_order_pay *c = &command->u.order_pay;
        if ((c->member.n > 0) == (c->buyer_shop.n > 0))
            return jf_refuse(error, JF_E_BAD_REQUEST, "member",
                             "expected exactly one of member and buyer_shop");
        if (c->voucher > c->amount)
            return jf_refuse(error, JF_E_BAD_REQUEST, "voucher",
                             "vouchers cannot pay more than the amount");
        if (c->legacy_coins > c->amount - c->voucher)
            return jf_refuse(error, JF_E_BAD_REQUEST, "legacy_coins",
                             "vouchers and consumption coins cannot pay more than the amount");
        if (c->legacy_coins > 0 && c->member.n == 0)
            return jf_refuse(error, JF_E_BAD_REQUEST, "legacy_coins",
                             "only members hold consumption coins");
        if (c->credit > c->voucher)
            return jf_refuse(error, JF_E_BAD_REQUEST, "credit",
                             "the credit part cannot exceed the vouchers it is part of");
    }
    if (command->kind == JF_CMD_ACCOUNT_GET) {
        const jf_cmd_account_get *c = &command->u.account_get;
        if ((c->member.n > 0) == (c->shop.n > 0))
            return jf_refuse(error, JF_E_BAD_REQUEST, "member",
                             "expected exactly one of member and shop");
    }
    if (command->kind == JF_CMD_WITHDRAW_REQUEST) {
        const jf_cmd_withdraw_request *c = &command->u.withdraw_request;
        if ((c->member.n > 0) == (c->shop.n > 0))
            return jf_refuse(error, JF_E_BAD_REQUEST, "member",
                             "expected exactly one of member and shop");
    }
    return JF_OK;
}

static jf_code find_kind(const jf_json *json, jf_command_kind *kind, jf_error *error)
{
    if (json->type != JF_JSON_OBJECT)
        return jf_refuse(error, JF_E_BAD_JSON, "", "expected one JSON object a line");
    const jf_json *cmd = jf_json_get(json, JF_STR("cmd"));
    if (!cmd || cmd->type != JF_JSON_STRING)
        return jf_refuse(error, JF_E_BAD_REQUEST, "cmd", "expected the name of a command");
    for (uint32_t i = 0; i < JF_COMMAND_KINDS; i++) {
        if (jf_str_eq(cmd->text, jf_str_of(infos[i].wire))) {
            *kind = (jf_command_kind)i;
            return JF_OK;
        }
    }
    return jf_refuse(error, JF_E_BAD_REQUEST, "cmd", "there is no command \"%.*s\"",
                     JF_STR_ARG(cmd->text));
}

static jf_code read_member(jf_arena *arena, const jf_json *json, jf_command *out, jf_error *error)
{
    const jf_command_info *info = &infos[out->kind];
    for (uint32_t i = 0; i < info->field_count; i++) {
        const jf_field_info *field = &info->fields[i];
        if (!jf_str_eq(json->key, jf_str_of(field->name)))
            continue;
        jf_code code = read_field(arena, field->type, json, (char *)&out->u + field->offset);
        if (code == JF_E_AMOUNT_OVERFLOW)
            return jf_refuse(error, code, field->name, "the amount is too large");
        if (code)
            return jf_refuse(error, code, field->name, "expected %s", expected[field->type]);
        out->given |= 1u << i;
        return JF_OK;
    }
    if (jf_str_eq(json->key, JF_STR("cmd")))
        return JF_OK;
    char name[sizeof error->field] = "";
    memcpy(name, json->key.p, json->key.n < sizeof name ? json->key.n : sizeof name - 1);
    return jf_refuse(error, JF_E_BAD_REQUEST, name, "%s has no such field", info->wire);
}

/* Fields that were left out get their default; the ones without are refused when required. */
static jf_code fill_missing(jf_command *out, jf_error *error)
{
    const jf_command_info *info = &infos[out->kind];
    for (uint32_t i = 0; i < info->field_count; i++) {
        const jf_field_info *field = &info->fields[i];
        if (out->given >> i & 1)
            continue;
        if (field->required)
            return jf_refuse(error, JF_E_BAD_REQUEST, field->name, "missing; expected %s",
                             expected[field->type]);
        if (field->type == JF_FIELD_FULL)
            *(jf_ppm *)((char *)&out->u + field->offset) = (jf_ppm){JF_PPM_ONE};
    }
    return JF_OK;
}

jf_code jf_command_from(jf_arena *arena, const jf_json *json, jf_command *out, jf_error *error)
{
    memset(out, 0, sizeof *out);
    jf_code code = find_kind(json, &out->kind, error);
    for (const jf_json *member = json->child; !code && member; member = member->next)
        code = read_member(arena, member, out, error);
    if (!code)
        code = fill_missing(out, error);
    if (!code)
        code = check_shape(out, error);
    if (!code)
        jf_command_seal(arena, out);
    return code;
}

jf_code jf_command_read(jf_arena *arena, jf_str line, jf_command *out, jf_error *error)
{
    jf_json *json;
    char message[160];
    if (!jf_json_parse(arena, line, &json, message))
        return jf_refuse(error, JF_E_BAD_JSON, "", "%s", message);
    return jf_command_from(arena, json, out, error);
}

bool jf_command_given(const jf_command *command, const char *field)
{
    const jf_command_info *info = &infos[command->kind];
    for (uint32_t i = 0; i < info->field_count; i++)
        if (jf_str_eq(jf_str_of(info->fields[i].name), jf_str_of(field)))
            return command->given >> i & 1;
    JF_ASSERT_UNREACHED();
}
