/*
 * The mapping of an import (import_map.h), read by tables: a row says a field's
 * key, what it holds and where that goes. Fields that no row names are refused,
 * so that a slip of the pen is not silently without effect.
 */
#include "app/import_map.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/id.h"
#include "core/format.h"

#define COUNT_MAX 1000000
#define DAY_SECONDS 86400

/* One reading of one mapping. */
typedef struct map_reading {
    jf_arena *arena;
    jf_import_map *map;
    jf_import_map_error *error;
    char path[80]; /* of the object being read, with a dot behind it; empty at the top */
} map_reading;

typedef struct map_field map_field;
struct map_field {
    const char *key; /* NULL ends a table */
    bool (*read)(map_reading *r, const jf_json *value, void *out);
    const char *expected;
    size_t offset;
    bool required;
};

static bool refuse(map_reading *r, const char *key, const char *expected)
{
    JF_ASSERT(key != NULL && expected != NULL);
    jf_format(r->error->message, sizeof r->error->message, "%s%s: %s", r->path, key, expected);
    return false;
}

/* An object by its table. A reader that has said itself what is wrong leaves a message. */
static bool read_object(map_reading *r, const jf_json *object, const char *path,
                        const map_field *table, void *out)
{
    snprintf(r->path, sizeof r->path, "%s", path);
    for (const map_field *field = table; field->key; field++)
        if (field->required && !jf_json_get(object, jf_str_of(field->key)))
            return refuse(r, field->key, "missing");
    for (const jf_json *value = object->child; value; value = value->next) {
        const map_field *field = table;
        while (field->key && !jf_str_eq(value->key, jf_str_of(field->key)))
            field++;
        char key[64];
        snprintf(key, sizeof key, "%.*s", JF_STR_ARG(value->key));
        if (!field->key)
            return refuse(r, key, "there is no such field");
        if (!field->read(r, value, (char *)out + field->offset))
            return r->error->message[0] ? false : refuse(r, key, field->expected);
        snprintf(r->path, sizeof r->path, "%s", path);
    }
    return true;
}

static bool read_text(map_reading *r, const jf_json *value, void *out)
{
    (void)r;
    if (value->type != JF_JSON_STRING || value->text.n == 0)
        return false;
    *(jf_str *)out = value->text;
    return true;
}

static bool read_id(map_reading *r, const jf_json *value, void *out)
{
    return read_text(r, value, out) && value->text.n <= 32 && jf_id_valid(value->text);
}

static bool read_prefix(map_reading *r, const jf_json *value, void *out)
{
    bool empty = value->type == JF_JSON_STRING && value->text.n == 0;
    return empty || read_id(r, value, out);
}

static bool read_whole(const jf_json *value, int64_t least, int64_t most, int64_t *out)
{
    *out = value->integer;
    return value->type == JF_JSON_INTEGER && *out >= least && *out <= most;
}

static bool read_years(map_reading *r, const jf_json *value, void *out)
{
    (void)r;
    int64_t years;
    if (!read_whole(value, -1000, 1000, &years))
        return false;
    *(int32_t *)out = (int32_t)years;
    return true;
}

static bool read_count(map_reading *r, const jf_json *value, void *out)
{
    (void)r;
    int64_t count;
    if (!read_whole(value, 0, COUNT_MAX, &count))
        return false;
    *(uint32_t *)out = (uint32_t)count;
    return true;
}

static bool read_count_above_0(map_reading *r, const jf_json *value, void *out)
{
    return read_count(r, value, out) && *(uint32_t *)out > 0;
}

static bool read_bool(map_reading *r, const jf_json *value, void *out)
{
    (void)r;
    *(bool *)out = value->type == JF_JSON_TRUE;
    return value->type == JF_JSON_TRUE || value->type == JF_JSON_FALSE;
}

static bool read_ratio(map_reading *r, const jf_json *value, void *out)
{
    (void)r;
    jf_ppm *ratio = out;
    return value->type == JF_JSON_STRING &&
           jf_decimal_parse(value->text, 6, &ratio->v) == JF_DECIMAL_OK && ratio->v <= JF_PPM_ONE;
}

static bool read_time(map_reading *r, const jf_json *value, void *out)
{
    (void)r;
    return value->type == JF_JSON_STRING && jf_import_time_parse(value->text, out);
}

static bool read_kind(map_reading *r, const jf_json *value, void *out)
{
    (void)r;
    for (uint32_t i = 0; value->type == JF_JSON_STRING && i < JF_SHOP_KINDS; i++) {
        if (jf_str_eq(value->text, jf_str_of(jf_shop_kind_wire((jf_shop_kind)i)))) {
            *(jf_shop_kind *)out = (jf_shop_kind)i;
            return true;
        }
    }
    return false;
}

static bool read_region(const jf_json *value, jf_region *out)
{
    if (value->type != JF_JSON_STRING || !jf_region_valid(value->text))
        return false;
    *out = 0;
    for (uint32_t i = 0; i < value->text.n; i++)
        *out = *out * 10 + (jf_region)(value->text.p[i] - '0');
    return true;
}

static bool read_counties(map_reading *r, const jf_json *value, void *out)
{
    (void)r;
    jf_import_shops *shops = out;
    if (value->type != JF_JSON_ARRAY || value->count == 0 || value->count > JF_IMPORT_COUNTIES)
        return false;
    for (const jf_json *item = value->child; item; item = item->next) {
        if (!read_region(item, &shops->county[shops->counties]) || item->text.n != 6)
            return false;
        shops->counties++;
    }
    return true;
}

#define ID_EXPECTED "expected 1 to 32 letters, digits or . _ : -"
#define COUNT_EXPECTED "expected a whole number of at most 1000000"
#define RATIO_EXPECTED "expected a ratio from 0 to 1 as a string, like \"0.03\""
/* clang-format off */
#define COLUMN(name, required)                                                                     \
    {#name, read_text, "expected the name of a column", offsetof(jf_import_columns, name), required}

static const map_field column_fields[] = {
    COLUMN(customer, true), COLUMN(date, true), COLUMN(amount, true),
    COLUMN(shop, false), COLUMN(id, false), COLUMN(time, false), {0}};
/* clang-format on */

static bool read_columns(map_reading *r, const jf_json *value, void *out)
{
    return value->type == JF_JSON_OBJECT && read_object(r, value, "columns.", column_fields, out);
}

static const map_field id_fields[] = {
    {"order", read_prefix, ID_EXPECTED, offsetof(jf_import_ids, order), false},
    {"member", read_prefix, ID_EXPECTED, offsetof(jf_import_ids, member), false},
    {"shop", read_prefix, ID_EXPECTED, offsetof(jf_import_ids, shop), false},
    {0}};

static bool read_ids(map_reading *r, const jf_json *value, void *out)
{
    return value->type == JF_JSON_OBJECT && read_object(r, value, "ids.", id_fields, out);
}

/* clang-format off */
#define SHOP(name, read, expected, required)                                                       \
    {#name, read, expected, offsetof(jf_import_shops, name), required}

static const map_field shop_fields[] = {
    SHOP(count, read_count_above_0, "expected a whole number from 1 to 1000000", false),
    SHOP(by_customer, read_count, COUNT_EXPECTED, false),
    SHOP(by_purchase, read_count, COUNT_EXPECTED, false),
    SHOP(kind, read_kind, "expected one of alliance, brand, self, supply, chain", false),
    {"regions", read_counties, "expected 1 to 64 region codes of 6 digits, like [\"330106\"]", 0,
     true},
    SHOP(rebate, read_ratio, RATIO_EXPECTED, true),
    SHOP(rebate_step, read_ratio, RATIO_EXPECTED, false),
    SHOP(rebate_steps, read_count_above_0, "expected a whole number from 1 to 1000000", false),
    SHOP(recruiters, read_count, COUNT_EXPECTED, false),
    SHOP(city_partners, read_bool, "expected true or false", false),
    {0}};
/* clang-format on */

static bool read_shops(map_reading *r, const jf_json *value, void *out)
{
    return value->type == JF_JSON_OBJECT && read_object(r, value, "shops.", shop_fields, out);
}

static bool read_holder(const jf_json *value, jf_named_holder *out)
{
    const jf_json *member = jf_json_get(value, JF_STR("member"));
    const jf_json *weight = jf_json_get(value, JF_STR("weight"));
    int64_t parts;
    if (value->type != JF_JSON_OBJECT || value->count != 2 || !member || !weight)
        return false;
    if (member->type != JF_JSON_STRING || !jf_id_valid(member->text))
        return false;
    if (!read_whole(weight, 1, COUNT_MAX, &parts))
        return false;
    *out = (jf_named_holder){member->text, (uint32_t)parts};
    return true;
}

/* By member id, each once: the order in which commands hold them. */
static bool read_holders(map_reading *r, const jf_json *value, jf_holder_list *out)
{
    if (value->type != JF_JSON_ARRAY || value->count == 0 || value->count > JF_HOLDERS_MAX)
        return false;
    jf_named_holder *list = JF_NEW_ARRAY(r->arena, jf_named_holder, value->count);
    uint32_t count = 0;
    for (const jf_json *item = value->child; item; item = item->next) {
        jf_named_holder holder;
        if (!read_holder(item, &holder))
            return false;
        uint32_t at = count++;
        for (; at > 0 && jf_str_cmp(list[at - 1].member, holder.member) > 0; at--)
            list[at] = list[at - 1];
        if (at > 0 && jf_str_eq(list[at - 1].member, holder.member))
            return false;
        list[at] = holder;
    }
    JF_ASSERT(count == value->count);
    *out = (jf_holder_list){count, list};
    return true;
}

static bool read_seat(map_reading *r, const jf_json *value, jf_import_seat *out)
{
    const jf_json *region = jf_json_get(value, JF_STR("region"));
    const jf_json *holders = jf_json_get(value, JF_STR("holders"));
    if (value->type != JF_JSON_OBJECT || value->count != 2 || !region || !holders)
        return false;
    return read_region(region, &out->region) && read_holders(r, holders, &out->holders);
}

static bool read_seats(map_reading *r, const jf_json *value, void *out)
{
    jf_import_map *map = out;
    if (value->type != JF_JSON_ARRAY || value->count > JF_IMPORT_SEATS)
        return false;
    jf_import_seat *list = JF_NEW_ARRAY(r->arena, jf_import_seat, value->count);
    for (const jf_json *item = value->child; item; item = item->next)
        if (!read_seat(r, item, &list[map->seats++]))
            return false;
    map->seat = list;
    return true;
}

/* clang-format off */
#define TOP(name, read, expected, required)                                                        \
    {#name, read, expected, offsetof(jf_import_map, name), required}

static const map_field top_fields[] = {
    TOP(name, read_id, ID_EXPECTED, true),
    TOP(columns, read_columns, "expected an object", true),
    TOP(ids, read_ids, "expected an object", false),
    TOP(shift_years, read_years, "expected a whole number from -1000 to 1000", false),
    {"time", read_time, "expected a time like \"10:00\" or \"10:00:30\"",
     offsetof(jf_import_map, second), false},
    TOP(scan, read_bool, "expected true or false", false),
    TOP(refer_every, read_count, COUNT_EXPECTED, false),
    TOP(shops, read_shops, "expected an object", true),
    {"agents", read_seats,
     "expected at most 256 {\"region\": \"3301\", \"holders\": [{\"member\": id, \"weight\": 1}]}, "
     "each member once",
     0, false},
    {0}};
/* clang-format on */

/* What a mapping that is silent means. */
static void set_defaults(jf_import_map *map)
{
    *map = (jf_import_map){.second = 10 * 3600, .scan = true};
    map->shops.by_customer = 1;
    map->shops.by_purchase = 1;
    map->shops.kind = JF_SHOP_ALLIANCE;
    map->shops.rebate_steps = 1;
}

/* What involves more than one field. */
static bool check_map(map_reading *r)
{
    jf_import_map *map = r->map;
    const jf_import_shops *shops = &map->shops;
    r->path[0] = '\0';
    if (map->columns.shop.n && shops->count)
        return refuse(r, "shops.count", "not together with columns.shop, which names each shop");
    if (!map->columns.shop.n && !shops->count)
        return refuse(r, "shops.count", "missing; expected it, or columns.shop");
    int64_t last = shops->rebate.v + (shops->rebate_steps - 1) * shops->rebate_step.v;
    if (last > JF_PPM_ONE)
        return refuse(r, "shops.rebate_steps", "the last step is a rebate above 1");
    return true;
}

/* Without a prefix of its own, an import is told from others by its name. */
static void default_order_prefix(map_reading *r, const jf_json *top)
{
    const jf_json *ids = jf_json_get(top, JF_STR("ids"));
    if (r->map->columns.id.n || (ids && jf_json_get(ids, JF_STR("order"))))
        return;
    jf_buf prefix;
    jf_buf_init(&prefix, r->arena);
    jf_buf_str(&prefix, r->map->name);
    jf_buf_char(&prefix, '-');
    r->map->ids.order = jf_buf_view(&prefix);
}

bool jf_import_map_read(jf_arena *arena, jf_str text, jf_import_map *out,
                        jf_import_map_error *error)
{
    JF_ASSERT(arena != NULL && out != NULL && error != NULL);
    jf_json *top;
    char message[160];
    map_reading r = {arena, out, error, ""};
    error->message[0] = '\0';
    set_defaults(out);
    if (!jf_json_parse(arena, text, &top, message))
        return refuse(&r, "the mapping", message);
    if (top->type != JF_JSON_OBJECT)
        return refuse(&r, "the mapping", "expected a JSON object");
    if (!read_object(&r, top, "", top_fields, out) || !check_map(&r))
        return false;
    default_order_prefix(&r, top);
    JF_ASSERT(out->shops.counties > 0 && out->columns.customer.n > 0);
    return true;
}

static bool two_digits(jf_str text, uint32_t at, int32_t below, int32_t *out)
{
    if (at + 2 > text.n)
        return false;
    int tens = text.p[at] - '0', ones = text.p[at + 1] - '0';
    *out = 10 * tens + ones;
    return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 && *out < below;
}

bool jf_import_time_parse(jf_str text, int32_t *second)
{
    int32_t hours, minutes, seconds = 0;
    bool long_form = text.n == 8;
    if ((!long_form && text.n != 5) || text.p[2] != ':' || (long_form && text.p[5] != ':'))
        return false;
    if (!two_digits(text, 0, 24, &hours) || !two_digits(text, 3, 60, &minutes) ||
        (long_form && !two_digits(text, 6, 60, &seconds)))
        return false;
    *second = hours * 3600 + minutes * 60 + seconds;
    JF_ASSERT(*second >= 0 && *second < DAY_SECONDS);
    return true;
}

/* examples/mappings/cdnow.json; tests/import.t sees that they stay the same. */
static const char builtin[] =
    "{\n"
    "  \"name\": \"cdnow\",\n"
    "  \"columns\": {\"customer\": \"customer\", \"date\": \"date\", \"amount\": \"amount\"},\n"
    "  \"ids\": {\"order\": \"cdnow-\", \"member\": \"m-\", \"shop\": \"s-\"},\n"
    "  \"shift_years\": 27,\n"
    "  \"time\": \"10:00:00\",\n"
    "  \"scan\": true,\n"
    "  \"refer_every\": 10,\n"
    "  \"shops\": {\n"
    "    \"count\": 40,\n"
    "    \"by_customer\": 7,\n"
    "    \"by_purchase\": 13,\n"
    "    \"kind\": \"alliance\",\n"
    "    \"regions\": [\"330106\", \"330108\", \"440305\", \"330203\"],\n"
    "    \"rebate\": \"0.03\",\n"
    "    \"rebate_step\": \"0.01\",\n"
    "    \"rebate_steps\": 18,\n"
    "    \"recruiters\": 8,\n"
    "    \"city_partners\": true\n"
    "  },\n"
    "  \"agents\": [\n"
    "    {\"region\": \"330106\", \"holders\": [{\"member\": \"agent-330106\", \"weight\": 1}]},\n"
    "    {\"region\": \"330108\", \"holders\": [{\"member\": \"agent-330108\", \"weight\": 1}]},\n"
    "    {\"region\": \"330203\", \"holders\": [{\"member\": \"agent-330203\", \"weight\": 1}]},\n"
    "    {\"region\": \"440305\", \"holders\": [{\"member\": \"agent-440305\", \"weight\": 1}]},\n"
    "    {\"region\": \"3301\", \"holders\": [{\"member\": \"agent-3301\", \"weight\": 1}]},\n"
    "    {\"region\": \"3302\", \"holders\": [{\"member\": \"agent-3302\", \"weight\": 1}]},\n"
    "    {\"region\": \"4403\", \"holders\": [{\"member\": \"agent-4403\", \"weight\": 1}]},\n"
    "    {\"region\": \"33\", \"holders\": [\n"
    "      {\"member\": \"agent-33-a\", \"weight\": 2},\n"
    "      {\"member\": \"agent-33-b\", \"weight\": 1}]},\n"
    "    {\"region\": \"44\", \"holders\": [{\"member\": \"agent-44\", \"weight\": 1}]}\n"
    "  ]\n"
    "}\n";

jf_str jf_import_map_builtin(void)
{
    return (jf_str){builtin, sizeof builtin - 1};
}
