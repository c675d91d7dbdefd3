/*
 * The fields of a policy document (spec section 3), as tables: what each may
 * hold and what a silent document gets. The published schema
 * (docs/policy.schema.json) says the same; a test holds the two together.
 *
 * The order of reading matters in one place: pools come before the allocation,
 * whose entries name them.
 */
#include "core/policy_read.h"

#include "base/check.h"
#include "base/id.h"
#include "core/policy_kinds.h"
#include "core/program.h"

#define GROWTH                                                                                     \
    JF_DECIMAL_FROM(-1000 * (int64_t)JF_PPM_ONE, 1000 * JF_PPM_ONE,                                \
                    "a decimal string from -1000 to 1000, at most 6 decimals")
#define DAYS JF_INTEGER(0, 365, "a whole number of days from 0 to 365")

static const char *const rule_words[] = {"share", "compound", NULL};
static const char *const metric_words[] = {"flow", "cumulative", NULL};
const char *const jf_base_words[] = {"rebate", "amount", NULL};
static const char *const exit_scope_words[] = {"member", "lot", NULL};
static const char *const sell_price_words[] = {"day", "spot", NULL};
static const char *const side_words[] = {"member", "shop", NULL};
const char *const jf_to_words[] = {
#define JF_ALLOCATION(NAME, name, wire, member_only, en, zh) wire,
#include "core/allocations.def"
#undef JF_ALLOCATION
    NULL,
};
const char *jf_to_wire(jf_to to)
{
    JF_ASSERT((unsigned)to < JF_TO_COUNT);
    JF_ASSERT(jf_to_words[to] != NULL);
    return jf_to_words[to];
}

static bool name_valid(jf_str text)
{
    return text.n >= 1 && text.n <= 64;
}

/* "platform" is taken: vacant_to would not know which is meant. */
static bool pool_name_valid(jf_str text)
{
    return jf_id_valid(text) && !jf_str_eq(text, JF_STR("platform"));
}

/* The form of a zone's name; whether there is such a zone is for the shell to find out. */
static bool zone_name_valid(jf_str text)
{
    if (text.n < 1 || text.n > 64) {
        return false;
    }
    bool start = true; /* of a part between slashes: parts are not empty */
    for (uint32_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool other = (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-';
        if (!letter && !other && (c != '/' || start)) {
            return false;
        }
        start = c == '/';
    }
    return !start;
}

static void read_sides(jf_check *check, const jf_json *list, jf_path path, void *target)
{
    static const char expected[] = "\"member\" or \"shop\", each at most once";
    jf_pool_policy *pool = target;
    JF_ASSERT(!pool->members && !pool->shops);
    if (list->count == 0) {
        jf_check_schema(check, path, "at least one of \"member\" and \"shop\"", list);
    }
    uint32_t i = 0;
    for (const jf_json *item = list->child; item != NULL; item = item->next, i++) {
        int side = item->type == JF_JSON_STRING ? jf_word_find(side_words, item->text) : -1;
        bool *taken = side == 0 ? &pool->members : &pool->shops;
        if (side < 0 || *taken) {
            jf_check_schema(check, jf_path_of("%s[%u]", path.text, i), expected, item);
            continue;
        }
        *taken = true;
    }
}

static const jf_field pool_fields[] = {
    {.key = "name",
     JF_AT(jf_pool_policy, name),
     .kind = JF_VALUE_TEXT,
     .valid = pool_name_valid,
     .expected = "a name of 1 to 64 of A-Z a-z 0-9 . _ : - other than \"platform\""},
    {.key = "sides",
     .kind = JF_VALUE_LIST,
     .read = read_sides,
     .expected = "a list of \"member\" and \"shop\""},
    {.key = "rule", JF_AT(jf_pool_policy, rule), JF_WORD(rule_words, "\"share\" or \"compound\"")},
    {.key = "rate", JF_AT(jf_pool_policy, rate), JF_RATIO, .fallback = "0.005"},
    {.key = "metric",
     JF_AT(jf_pool_policy, metric),
     JF_WORD(metric_words, "\"flow\" or \"cumulative\""),
     .fallback = "flow"},
    {.key = "first_threshold",
     JF_AT(jf_pool_policy, first_threshold),
     JF_AMOUNT,
     .fallback = "1000000.00"},
    {.key = "growth_target", JF_AT(jf_pool_policy, growth_target), GROWTH, .fallback = "0.15"},
    {.key = "growth_floor",
     JF_AT(jf_pool_policy, growth_floor),
     .fallback = "0",
     JF_DECIMAL_FROM(1 - JF_PPM_ONE, 1000 * JF_PPM_ONE,
                     "a decimal string above -1 and up to 1000, at most 6 decimals")},
    {.key = "growth_cap",
     JF_AT(jf_pool_policy, growth_cap),
     .fallback = "0.15",
     JF_DECIMAL_FROM(1 - JF_PPM_ONE, 1000 * JF_PPM_ONE,
                     "a decimal string above -1 and up to 1000, at most 6 decimals")},
    {.key = "min_days",
     JF_AT(jf_pool_policy, min_days),
     .fallback = "10",
     JF_INTEGER(0, 1000, "a whole number of days from 0 to 1000")},
    {.key = "max_days",
     JF_AT(jf_pool_policy, max_days),
     .fallback = "30",
     JF_INTEGER(1, 1000, "a whole number of days from 1 to 1000")},
    {.key = "periods",
     JF_AT(jf_pool_policy, periods),
     .fallback = "40",
     JF_INTEGER(1, 1000, "a whole number of periods from 1 to 1000")},
    {.key = "cap", JF_AT(jf_pool_policy, cap), JF_MULTIPLE, .fallback = "5"},
    {0},
};

/* Lists are bounded; what stands behind the end is not read, and that is said once. */
static void refuse_long(jf_check *check, const jf_json *list, jf_path path, uint32_t limit,
                        const char *expected)
{
    JF_ASSERT(list->type == JF_JSON_ARRAY);
    if (list->count > limit) {
        jf_check_schema(check, path, expected, list);
    }
}

static void read_pools(jf_check *check, const jf_json *list, jf_path path, void *target)
{
    jf_policy *policy = target;
    JF_ASSERT(policy->pool_count == 0);
    if (list == NULL) {
        return;
    }
    refuse_long(check, list, path, JF_POLICY_POOLS, "at most 16 pools");
    const jf_json *item = list->child;
    for (uint32_t i = 0; item != NULL && i < JF_POLICY_POOLS; i++, item = item->next) {
        jf_path here = jf_path_of("%s[%u]", path.text, i);
        jf_fields_read(check, item, here, pool_fields, &policy->pools[i]);
        policy->pool_count = i + 1;
    }
    JF_ASSERT(policy->pool_count <= JF_POLICY_POOLS);
}

/* The items of a list that every entry may have only so many of. */
static const jf_json *entry_items(jf_check *check, const jf_json *list, jf_path path,
                                  const char *what)
{
    if (list->count == 0)
        jf_check_schema(check, path, what, list);
    refuse_long(check, list, path, JF_POLICY_LEVELS, "at most 8 of them");
    return list->child;
}

void jf_read_rates(jf_check *check, const jf_json *list, jf_path path, void *target)
{
    static const jf_field row = {.key = "", JF_RATIO};
    jf_entry *entry = target;
    JF_ASSERT(entry->levels == 0);
    const jf_json *item = entry_items(check, list, path, "a list with at least one rate");
    for (uint32_t i = 0; item != NULL && i < JF_POLICY_LEVELS; i++, item = item->next) {
        if (!jf_field_decimal(&row, item, &entry->level[i].v))
            jf_check_schema(check, jf_path_of("%s[%u]", path.text, i), JF_RATIO_TEXT, item);
        entry->levels = i + 1;
    }
}

void jf_read_bars(jf_check *check, const jf_json *list, jf_path path, void *target)
{
    static const jf_field row = {.key = "", JF_AMOUNT};
    jf_entry *entry = target;
    JF_ASSERT(entry->bars == 0);
    const jf_json *item = entry_items(check, list, path, "a list with at least one amount");
    for (uint32_t i = 0; item != NULL && i < JF_POLICY_LEVELS; i++, item = item->next) {
        if (!jf_field_decimal(&row, item, &entry->bar[i].v))
            jf_check_schema(check, jf_path_of("%s[%u]", path.text, i), row.expected, item);
        entry->bars = i + 1;
    }
}

const jf_field jf_rate_fields[] = {JF_ENTRY, JF_ENTRY_RATE, {0}};

/* The kind decides which fields there may be, so it is read first; JF_TO_COUNT when unknown. */
static jf_to read_to(jf_check *check, const jf_json *item, jf_path path)
{
    static const char expected[] = "a kind of share, like \"dividend\" or \"referral\"";
    const jf_json *to = jf_json_get(item, JF_STR("to"));
    int word = to && to->type == JF_JSON_STRING ? jf_word_find(jf_to_words, to->text) : -1;
    if (word >= 0)
        return (jf_to)word;
    jf_check_schema(check, jf_path_below(path, JF_STR("to")), expected, to);
    return JF_TO_COUNT;
}

static void read_entries(jf_check *check, const jf_json *list, jf_path path, void *target)
{
    jf_policy *policy = target;
    JF_ASSERT(policy->entry_count == 0);
    if (list == NULL) {
        return;
    }
    refuse_long(check, list, path, JF_POLICY_ENTRIES, "at most 32 entries");
    const jf_json *item = list->child;
    for (uint32_t i = 0; item != NULL && i < JF_POLICY_ENTRIES; i++, item = item->next) {
        jf_path here = jf_path_of("%s[%u]", path.text, i);
        jf_entry *entry = &policy->entries[i];
        entry->to = JF_TO_COUNT;
        policy->entry_count = i + 1;
        if (item->type != JF_JSON_OBJECT) {
            jf_check_schema(check, here, "an object", item);
            continue;
        }
        entry->to = read_to(check, item, here);
        if (entry->to != JF_TO_COUNT) {
            jf_fields_read(check, item, here, jf_program_of(entry->to)->fields, entry);
        }
    }
}

static const jf_field rebate_fields[] = {
    {.key = "min",
     JF_AT(jf_policy, rebate_min),
     .fallback = "0.03",
     JF_DECIMAL_FROM(1, JF_PPM_ONE, "a decimal string above 0 and up to 1, at most 6 decimals")},
    {.key = "max",
     JF_AT(jf_policy, rebate_max),
     .fallback = "0.2",
     JF_DECIMAL_FROM(1, JF_PPM_ONE, "a decimal string above 0 and up to 1, at most 6 decimals")},
    {0},
};

static const jf_field points_fields[] = {
    {.key = "member", JF_AT(jf_policy, points_member), JF_MULTIPLE, .fallback = "1"},
    {.key = "shop", JF_AT(jf_policy, points_shop), JF_MULTIPLE, .fallback = "1"},
    {.key = "hold_days", JF_AT(jf_policy, hold_days), DAYS, .fallback = "0"},
    {0},
};

static const jf_field credit_fields[] = {
    {.key = "enabled", JF_AT(jf_policy, credit.enabled), JF_BOOL, .fallback = "false"},
    {.key = "max", JF_AT(jf_policy, credit.max), JF_AMOUNT, .fallback = "500.00"},
    {.key = "fraction", JF_AT(jf_policy, credit.fraction), JF_RATIO, .fallback = "0.2"},
    {.key = "earns_points", JF_AT(jf_policy, credit.earns_points), JF_BOOL, .fallback = "false"},
    {0},
};

static const jf_field token_fields[] = {
    {.key = "mint", JF_AT(jf_policy, token.mint), JF_MULTIPLE, .fallback = "0.7"},
    {.key = "sell_fee",
     JF_AT(jf_policy, token.sell_fee),
     .fallback = "0.2",
     JF_DECIMAL_FROM(-JF_PPM_ONE, JF_PPM_ONE, "a decimal string from 0 to 1, at most 6 decimals")},
    {.key = "exit_multiple",
     JF_AT(jf_policy, token.exit_multiple),
     .fallback = "3",
     JF_DECIMAL_FROM(1, 1000 * JF_PPM_ONE,
                     "a decimal string above 0 and up to 1000, at most 6 decimals")},
    {.key = "exit_scope",
     JF_AT(jf_policy, token.exit_scope),
     JF_WORD(exit_scope_words, "\"member\" or \"lot\""),
     .fallback = "member"},
    {.key = "exit_fee", JF_AT(jf_policy, token.exit_fee), JF_RATIO, .fallback = "0.2"},
    {.key = "sell_price",
     JF_AT(jf_policy, token.sell_price),
     JF_WORD(sell_price_words, "\"day\" or \"spot\""),
     .fallback = "day"},
    {.key = "initial_price",
     JF_AT(jf_policy, token.initial_price),
     .fallback = "1.000000",
     JF_DECIMAL_FROM(1, (int64_t)JF_PPM_ONE *JF_PPM_ONE,
                     "a decimal string above 0 and up to 1000000, at most 6 decimals")},
    {0},
};

static const jf_field withdraw_fields[] = {
    {.key = "withholding", JF_AT(jf_policy, withholding), JF_RATIO, .fallback = "0"},
    {0},
};

static const jf_field legacy_fields[] = {
    {.key = "coin_ratio", JF_AT(jf_policy, legacy_ratio), JF_RATIO, .fallback = "0"},
    {0},
};

static const jf_field policy_fields[] = {
    {.key = "name",
     JF_AT(jf_policy, name),
     .kind = JF_VALUE_TEXT,
     .valid = name_valid,
     .expected = "a text of 1 to 64 bytes"},
    {.key = "timezone",
     JF_AT(jf_policy, timezone),
     .kind = JF_VALUE_TEXT,
     .valid = zone_name_valid,
     .expected = "the name of a time zone like \"Asia/Shanghai\"",
     .fallback = "Asia/Shanghai"},
    {.key = "rebate", .kind = JF_VALUE_BLOCK, .fields = rebate_fields, .expected = "an object"},
    {.key = "points", .kind = JF_VALUE_BLOCK, .fields = points_fields, .expected = "an object"},
    {.key = "pools",
     .kind = JF_VALUE_LIST,
     .read = read_pools,
     .fallback = "",
     .expected = "a list of pools"},
    {.key = "allocation",
     .kind = JF_VALUE_LIST,
     .read = read_entries,
     .fallback = "",
     .expected = "a list of entries"},
    {.key = "refund_days", JF_AT(jf_policy, refund_days), DAYS, .fallback = "7"},
    {.key = "credit", .kind = JF_VALUE_BLOCK, .fields = credit_fields, .expected = "an object"},
    {.key = "token", .kind = JF_VALUE_BLOCK, .fields = token_fields, .expected = "an object"},
    {.key = "withdraw", .kind = JF_VALUE_BLOCK, .fields = withdraw_fields, .expected = "an object"},
    {.key = "legacy", .kind = JF_VALUE_BLOCK, .fields = legacy_fields, .expected = "an object"},
    {0},
};

void jf_policy_fields(jf_check *check, const jf_json *document)
{
    JF_ASSERT(document->type == JF_JSON_OBJECT);
    JF_ASSERT(check->policy->pool_count == 0 && check->policy->entry_count == 0);
    jf_fields_read(check, document, (jf_path){""}, policy_fields, check->policy);
}
