/*
 * The canonical text of a command: what the journal keeps, and what two
 * commands with one id are compared by (spec section 18: after parsing, with
 * defaults filled in, key order ignored).
 *
 * Fields come in the order of commands.def; those at their default are left
 * out; instants are in UTC; a policy document is written as it was given.
 */
#include <string.h>

#include "base/check.h"
#include "core/command.h"

static void write_holders(jf_jw *w, const char *key, const jf_holder_list *holders)
{
    jf_jw_open(w, key, '[');
    for (uint32_t i = 0; i < holders->count; i++) {
        jf_jw_open(w, NULL, '{');
        jf_jw_str(w, "member", holders->list[i].member);
        jf_jw_int(w, "weight", holders->list[i].weight);
        jf_jw_close(w, '}');
    }
    jf_jw_close(w, ']');
}

/* Any JSON value, as it was read. Depth is bounded by JF_JSON_DEPTH. */
static void write_json(jf_jw *w, const char *key, const jf_json *json)
{
    switch (json->type) {
    case JF_JSON_NULL:
        jf_jw_raw(w, key, JF_STR("null"));
        return;
    case JF_JSON_FALSE:
    case JF_JSON_TRUE:
        jf_jw_bool(w, key, json->type == JF_JSON_TRUE);
        return;
    case JF_JSON_INTEGER:
        jf_jw_int(w, key, json->integer);
        return;
    case JF_JSON_REAL:
        jf_jw_raw(w, key, JF_STR("0.0"));
        return;
    case JF_JSON_STRING:
        jf_jw_str(w, key, json->text);
        return;
    case JF_JSON_ARRAY:
    case JF_JSON_OBJECT:
        break;
    }
    bool object = json->type == JF_JSON_OBJECT;
    jf_jw_open(w, key, object ? '{' : '[');
    for (const jf_json *item = json->child; item; item = item->next) {
        if (object)
            jf_jw_key(w, item->key);
        write_json(w, NULL, item);
    }
    jf_jw_close(w, object ? '}' : ']');
}

void jf_jw_region(jf_jw *w, const char *key, jf_region region)
{
    char digits[12];
    size_t at = sizeof digits;
    for (; region > 0; region /= 10)
        digits[--at] = (char)('0' + region % 10);
    jf_jw_str(w, key, (jf_str){digits + at, (uint32_t)(sizeof digits - at)});
}

static void write_time(jf_jw *w, const jf_field_info *field, const void *value)
{
    char space[40];
    jf_buf text = {space, 0, sizeof space, NULL};
    if (field->type == JF_FIELD_DAY)
        jf_day_print(&text, *(const jf_day *)value);
    else
        jf_instant_print(&text, *(const jf_instant *)value);
    JF_ASSERT(text.p == space); /* it fitted: the buffer did not grow */
    jf_jw_str(w, field->name, jf_buf_view(&text));
}

/* Is the value the one that the field has when it is left out? */
static bool at_default(const jf_field_info *field, const void *value)
{
    switch (field->type) {
    case JF_FIELD_AMOUNT:
        return *(const int64_t *)value == 0;
    case JF_FIELD_BOOL:
        return !*(const bool *)value;
    case JF_FIELD_FULL:
        return ((const jf_ppm *)value)->v == JF_PPM_ONE;
    default:
        return false;
    }
}

static void write_field(jf_jw *w, const jf_field_info *field, const void *value)
{
    switch (field->type) {
    case JF_FIELD_ID:
    case JF_FIELD_REF:
    case JF_FIELD_PHONE:
        jf_jw_str(w, field->name, *(const jf_str *)value);
        return;
    case JF_FIELD_REGION:
    case JF_FIELD_COUNTY:
        jf_jw_region(w, field->name, *(const jf_region *)value);
        return;
    case JF_FIELD_PRICE:
    case JF_FIELD_AMOUNT:
        jf_jw_decimal(w, field->name, *(const int64_t *)value, 2);
        return;
    case JF_FIELD_UNITS:
    case JF_FIELD_RATIO:
    case JF_FIELD_FULL:
        jf_jw_decimal(w, field->name, *(const int64_t *)value, 6);
        return;
    case JF_FIELD_DAY:
    case JF_FIELD_INSTANT:
        write_time(w, field, value);
        return;
    case JF_FIELD_BOOL:
        jf_jw_bool(w, field->name, *(const bool *)value);
        return;
    case JF_FIELD_COUNT:
        jf_jw_int(w, field->name, *(const uint32_t *)value);
        return;
    case JF_FIELD_SHOP_KIND:
        jf_jw_c(w, field->name, jf_shop_kind_wire(*(const jf_shop_kind *)value));
        return;
    case JF_FIELD_FUND:
        jf_jw_c(w, field->name, *(const jf_fund *)value == JF_FUND_CREDIT ? "credit" : "capital");
        return;
    case JF_FIELD_PROGRAM:
        jf_jw_c(w, field->name, jf_to_wire(*(const jf_to *)value));
        return;
    case JF_FIELD_WEIGHT:
        jf_jw_int(w, field->name, *(const uint32_t *)value);
        return;
    case JF_FIELD_HOLDERS:
        write_holders(w, field->name, value);
        return;
    case JF_FIELD_POLICY:
        write_json(w, field->name, *(const jf_json *const *)value);
        return;
    case JF_FIELD_TYPES:
        break;
    }
    JF_ASSERT_UNREACHED();
}

void jf_command_write(jf_buf *out, const jf_command *command)
{
    const jf_command_info *info = jf_command_info_of(command->kind);
    jf_jw w;
    jf_jw_init(&w, out);
    jf_jw_open(&w, NULL, '{');
    jf_jw_c(&w, "cmd", info->wire);
    for (uint32_t i = 0; i < info->field_count; i++) {
        const jf_field_info *field = &info->fields[i];
        const void *value = (const char *)&command->u + field->offset;
        if ((command->given >> i & 1) && !at_default(field, value))
            write_field(&w, field, value);
    }
    jf_jw_close(&w, '}');
}

void jf_command_seal(jf_arena *arena, jf_command *command)
{
    const jf_command_info *info = jf_command_info_of(command->kind);
    if (info->field_count && info->fields[0].type == JF_FIELD_ID)
        command->id =
            *(const jf_str *)(const void *)((const char *)&command->u + info->fields[0].offset);
    JF_ASSERT((info->id_use == JF_ID_USE_OWN_ID) == (command->id.n > 0));
    if (info->id_use == JF_ID_USE_READ)
        return;
    jf_buf text;
    jf_buf_init(&text, arena);
    jf_buf_reserve(&text, 256);
    jf_command_write(&text, command);
    command->text = jf_buf_view(&text);
}
