/*
 * The table-driven reader behind the policy (see policy_field.h). One function
 * a kind of value; each either stores what it read or reports what it found.
 * Blocks are read by the same function again: as deep as the tables, which are
 * ours, and never as deep as the input.
 */
#include "core/policy_field.h"

#include <string.h>

#include "base/check.h"
#include "core/format.h"

_Static_assert(sizeof(jf_rule) == sizeof(uint32_t), "enumerators are stored as 32 bits");

jf_path jf_path_below(jf_path path, jf_str key)
{
    const char *dot = path.text[0] != '\0' ? "." : "";
    return jf_path_of("%s%s%.*s", path.text, dot, JF_STR_ARG(key));
}

int jf_word_find(const char *const *words, jf_str word)
{
    for (int i = 0; words[i] != NULL; i++) {
        if (jf_str_eq(jf_str_of(words[i]), word)) {
            return i;
        }
    }
    return -1;
}

int32_t jf_check_pool(const jf_check *check, jf_str name)
{
    JF_ASSERT(check->policy->pool_count <= JF_POLICY_POOLS);
    for (uint32_t i = 0; i < check->policy->pool_count; i++) {
        if (name.n > 0 && jf_str_eq(check->policy->pools[i].name, name)) {
            return (int32_t)i;
        }
    }
    return -1;
}

/* What stands in the document, in words; texts and numbers are quoted by the caller. */
static const char *found_name(jf_json_type type)
{
    static const char *const names[] = {
        [JF_JSON_NULL] = "null",
        [JF_JSON_FALSE] = "false",
        [JF_JSON_TRUE] = "true",
        [JF_JSON_REAL] = "a number with a decimal point or exponent",
        [JF_JSON_OBJECT] = "an object",
    };
    JF_ASSERT((unsigned)type < sizeof(names) / sizeof(names[0]));
    JF_ASSERT(names[type] != NULL);
    return names[type];
}

void jf_check_schema(jf_check *check, jf_path field, const char *expected, const jf_json *found)
{
    char detail[160];
    if (found == NULL) {
        jf_format(detail, sizeof(detail), "expected %s, but the field is missing", expected);
    } else if (found->type == JF_JSON_STRING) {
        jf_format(detail, sizeof(detail), "expected %s, found the text \"%.*s\"", expected,
                  JF_STR_ARG(found->text));
    } else if (found->type == JF_JSON_INTEGER) {
        jf_format(detail, sizeof(detail), "expected %s, found the number %ld", expected,
                  (long)found->integer);
    } else if (found->type == JF_JSON_ARRAY) {
        jf_format(detail, sizeof(detail), "expected %s, found a list of %u", expected,
                  found->count);
    } else {
        jf_format(detail, sizeof(detail), "expected %s, found %s", expected,
                  found_name(found->type));
    }
    jf_findings_add(check->arena, check->findings, JF_FINDING_SCHEMA, field, detail);
}

static bool read_text(jf_check *check, const jf_field *field, const jf_json *value, void *at)
{
    JF_ASSERT(field->valid != NULL);
    if (value->type != JF_JSON_STRING || !field->valid(value->text)) {
        return false;
    }
    *(jf_str *)at = jf_str_dup(check->arena, value->text);
    return true;
}

bool jf_field_decimal(const jf_field *field, const jf_json *value, int64_t *out)
{
    JF_ASSERT(field->min <= field->max && field->decimals >= 0);
    int64_t number;
    if (value->type != JF_JSON_STRING ||
        jf_decimal_parse_signed(value->text, field->decimals, &number) != JF_DECIMAL_OK) {
        return false;
    }
    bool minus = value->text.p[0] == '-';
    if ((minus && field->min >= 0) || number < field->min || number > field->max) {
        return false;
    }
    *out = number;
    return true;
}

static bool read_integer(const jf_field *field, const jf_json *value, void *at)
{
    JF_ASSERT(field->min <= field->max && field->max <= INT32_MAX);
    if (value->type != JF_JSON_INTEGER || value->integer < field->min ||
        value->integer > field->max) {
        return false;
    }
    *(int32_t *)at = (int32_t)value->integer;
    return true;
}

static bool read_bool(const jf_json *value, void *at)
{
    if (value->type != JF_JSON_TRUE && value->type != JF_JSON_FALSE) {
        return false;
    }
    *(bool *)at = value->type == JF_JSON_TRUE;
    return true;
}

static bool read_word(const jf_field *field, const jf_json *value, void *at)
{
    JF_ASSERT(field->words != NULL);
    int word = value->type == JF_JSON_STRING ? jf_word_find(field->words, value->text) : -1;
    if (word < 0) {
        return false;
    }
    memcpy(at, &(uint32_t){(uint32_t)word}, sizeof(uint32_t));
    return true;
}

/* A name that is no pool's is a finding of its own, so the shape counts as right. */
static bool read_pool(jf_check *check, const jf_field *field, const jf_json *value, jf_path path,
                      void *at)
{
    JF_ASSERT(field->kind == JF_VALUE_POOL);
    if (value->type != JF_JSON_STRING) {
        return false;
    }
    if (field->fallback != NULL && jf_str_eq(value->text, jf_str_of(field->fallback))) {
        return true;
    }
    int32_t pool = jf_check_pool(check, value->text);
    if (pool < 0) {
        jf_findings_add(check->arena, check->findings, JF_FINDING_UNKNOWN_POOL, path, NULL);
        return true;
    }
    *(int32_t *)at = pool;
    return true;
}

/* Values that stand for themselves: true when the value was right and is stored. */
static bool read_value(jf_check *check, const jf_field *field, const jf_json *value, jf_path path,
                       void *at)
{
    switch (field->kind) {
    case JF_VALUE_TEXT:
        return read_text(check, field, value, at);
    case JF_VALUE_DECIMAL:
        return jf_field_decimal(field, value, at);
    case JF_VALUE_INTEGER:
        return read_integer(field, value, at);
    case JF_VALUE_BOOL:
        return read_bool(value, at);
    case JF_VALUE_WORD:
        return read_word(field, value, at);
    case JF_VALUE_POOL:
        return read_pool(check, field, value, path, at);
    case JF_VALUE_BLOCK:
    case JF_VALUE_LIST:
        break;
    }
    JF_ASSERT_UNREACHED();
}

/* The value of a silent document. It is ours, so it must be right by its own row. */
static void read_fallback(jf_check *check, const jf_field *field, void *at)
{
    JF_ASSERT(field->fallback != NULL);
    if (field->kind == JF_VALUE_POOL) {
        *(int32_t *)at = JF_TO_PLATFORM;
        return;
    }
    jf_json value = {.type = JF_JSON_STRING, .text = jf_str_of(field->fallback)};
    if (field->kind == JF_VALUE_BOOL) {
        value.type = jf_str_eq(value.text, JF_STR("true")) ? JF_JSON_TRUE : JF_JSON_FALSE;
    } else if (field->kind == JF_VALUE_INTEGER) {
        value.type = JF_JSON_INTEGER;
        jf_decimal_result read = jf_decimal_parse(value.text, 0, &value.integer);
        JF_ASSERT(read == JF_DECIMAL_OK);
    }
    bool right = read_value(check, field, &value, (jf_path){""}, at);
    JF_ASSERT(right);
}

static void read_field(jf_check *check, const jf_field *field, const jf_json *value, jf_path path,
                       void *target)
{
    JF_ASSERT(field->key != NULL && field->expected != NULL);
    if (field->kind == JF_VALUE_BLOCK) {
        bool object = value == NULL || value->type == JF_JSON_OBJECT;
        if (!object) {
            jf_check_schema(check, path, field->expected, value);
        }
        jf_fields_read(check, object ? value : NULL, path, field->fields, target);
        return;
    }
    if (value == NULL && field->fallback == NULL) {
        jf_check_schema(check, path, field->expected, NULL);
        return;
    }
    if (field->kind == JF_VALUE_LIST) {
        if (value == NULL || value->type == JF_JSON_ARRAY) {
            field->read(check, value, path, target);
        } else {
            jf_check_schema(check, path, field->expected, value);
        }
        return;
    }
    void *at = (char *)target + field->offset;
    if (field->fallback != NULL) {
        read_fallback(check, field, at);
    }
    if (value != NULL && !read_value(check, field, value, path, at)) {
        jf_check_schema(check, path, field->expected, value);
    }
}

static void refuse_unknown(jf_check *check, const jf_json *object, jf_path path,
                           const jf_field *table)
{
    JF_ASSERT(object->type == JF_JSON_OBJECT);
    for (const jf_json *member = object->child; member != NULL; member = member->next) {
        const jf_field *field = table;
        while (field->key != NULL && !jf_str_eq(jf_str_of(field->key), member->key)) {
            field++;
        }
        if (field->key == NULL) {
            jf_findings_add(check->arena, check->findings, JF_FINDING_SCHEMA,
                            jf_path_below(path, member->key),
                            "no such field belongs here; check its spelling or leave it out");
        }
    }
}

void jf_fields_read(jf_check *check, const jf_json *object, jf_path path, const jf_field *table,
                    void *target)
{
    JF_ASSERT(check->findings != NULL && table->key != NULL);
    if (object != NULL && object->type != JF_JSON_OBJECT) {
        jf_check_schema(check, path, "an object", object);
        return;
    }
    if (object != NULL) {
        refuse_unknown(check, object, path, table);
    }
    for (const jf_field *field = table; field->key != NULL; field++) {
        jf_str key = jf_str_of(field->key);
        const jf_json *value = object != NULL ? jf_json_get(object, key) : NULL;
        read_field(check, field, value, jf_path_below(path, key), target);
    }
}
