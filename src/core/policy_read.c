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

/* The kinds of values that come up again and again: kind to decimals of a row. */
#define DECIMAL(low, high, text)                                                                   \
    .kind = JF_FIELD_DECIMAL, .min = (low), .max = (high), .decimals = 6, .expected = text
#define RATIO DECIMAL(0, JF_PPM_ONE, "a decimal string from 0 to 1, at most 6 decimals")
#define MULTIPLE                                                                                   \
    DECIMAL(0, 1000 * JF_PPM_ONE, "a decimal string from 0 to 1000, at most 6 decimals")
#define GROWTH                                                                                     \
    DECIMAL(-1000 * (int64_t)JF_PPM_ONE, 1000 * JF_PPM_ONE,                                        \
            "a decimal string from -1000 to 1000, at most 6 decimals")
#define AMOUNT                                                                                     \
    .kind = JF_FIELD_DECIMAL, .min = 0, .max = 9999999999999, .decimals = 2,                       \
    .expected = "a decimal string from 0 to 99999999999.99, at most 2 decimals"
#define INTEGER(low, high, text)                                                                   \
    .kind = JF_FIELD_INTEGER, .min = (low), .max = (high), .expected = text
#define DAYS INTEGER(0, 365, "a whole number of days from 0 to 365")
#define BOOL .kind = JF_FIELD_BOOL, .expected = "true or false"
#define WORD(list, text) .kind = JF_FIELD_WORD, .words = (list), .expected = text
#define AT(type, member) .offset = offsetof(type, member)

static const char *const rule_words[] = {"share", "compound", NULL};
static const char *const metric_words[] = {"flow", "cumulative", NULL};
static const char *const base_words[] = {"rebate", "amount", NULL};
static const char *const scope_words[] = {"any", "other", NULL};
static const char *const mode_words[] = {"differential", "stacked", NULL};
static const char *const exit_scope_words[] = {"member", "lot", NULL};
static const char *const sell_price_words[] = {"day", "spot", NULL};
static const char *const side_words[] = {"member", "shop", NULL};
static const char *const to_words[] = {
#define JF_ALLOCATION(NAME, name, wire, member_only, en, zh) wire,
#include "core/allocations.def"
#undef JF_ALLOCATION
    NULL,
};
/* Section 5 names these too; their programs (section 9) are not built yet. */
static const char *const later_words[] = {"staff",       "level",        "manager", "team",
                                          "performance", "shareholders", NULL};

const char *jf_to_wire(jf_to to)
{
    JF_ASSERT((unsigned)to < JF_TO_COUNT);
    JF_ASSERT(to_words[to] != NULL);
    return to_words[to];
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
     AT(jf_pool_policy, name),
     .kind = JF_FIELD_TEXT,
     .valid = pool_name_valid,
     .expected = "a name of 1 to 64 of A-Z a-z 0-9 . _ : - other than \"platform\""},
    {.key = "sides",
     .kind = JF_FIELD_LIST,
     .read = read_sides,
     .expected = "a list of \"member\" and \"shop\""},
    {.key = "rule", AT(jf_pool_policy, rule), WORD(rule_words, "\"share\" or \"compound\"")},
    {.key = "rate", AT(jf_pool_policy, rate), RATIO, .fallback = "0.005"},
    {.key = "metric",
     AT(jf_pool_policy, metric),
     WORD(metric_words, "\"flow\" or \"cumulative\""),
     .fallback = "flow"},
    {.key = "first_threshold",
     AT(jf_pool_policy, first_threshold),
     AMOUNT,
     .fallback = "1000000.00"},
    {.key = "growth_target", AT(jf_pool_policy, growth_target), GROWTH, .fallback = "0.15"},
    {.key = "growth_floor",
     AT(jf_pool_policy, growth_floor),
     .fallback = "0",
     DECIMAL(1 - JF_PPM_ONE, 1000 * JF_PPM_ONE,
             "a decimal string above -1 and up to 1000, at most 6 decimals")},
    {.key = "growth_cap",
     AT(jf_pool_policy, growth_cap),
     .fallback = "0.15",
     DECIMAL(1 - JF_PPM_ONE, 1000 * JF_PPM_ONE,
             "a decimal string above -1 and up to 1000, at most 6 decimals")},
    {.key = "min_days",
     AT(jf_pool_policy, min_days),
     .fallback = "10",
     INTEGER(0, 1000, "a whole number of days from 0 to 1000")},
    {.key = "max_days",
     AT(jf_pool_policy, max_days),
     .fallback = "30",
     INTEGER(1, 1000, "a whole number of days from 1 to 1000")},
    {.key = "periods",
     AT(jf_pool_policy, periods),
     .fallback = "40",
     INTEGER(1, 1000, "a whole number of periods from 1 to 1000")},
    {.key = "cap", AT(jf_pool_policy, cap), MULTIPLE, .fallback = "5"},
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

static void read_levels(jf_check *check, const jf_json *list, jf_path path, void *target)
{
    static const char expected[] = "a decimal string from 0 to 1, at most 6 decimals";
    static const jf_field row = {.key = "", RATIO};
    jf_entry *entry = target;
    JF_ASSERT(entry->levels == 0);
    if (list->count == 0) {
        jf_check_schema(check, path, "a list with a rate for each level", list);
    }
    refuse_long(check, list, path, JF_POLICY_LEVELS, "at most 8 levels");
    const jf_json *item = list->child;
    for (uint32_t i = 0; item != NULL && i < JF_POLICY_LEVELS; i++, item = item->next) {
        if (!jf_field_decimal(&row, item, &entry->level[i].v)) {
            jf_check_schema(check, jf_path_of("%s[%u]", path.text, i), expected, item);
        }
        entry->levels = i + 1;
    }
}

/* What every entry has. */
/* clang-format off */
#define ENTRY_TO                                                                                   \
    {.key = "to", AT(jf_entry, to), WORD(to_words, "a kind of share")},                            \
    {.key = "base", AT(jf_entry, base), WORD(base_words, "\"rebate\" or \"amount\"")},             \
    {.key = "vacant_to", AT(jf_entry, vacant), .kind = JF_FIELD_POOL, .fallback = "platform",      \
     .expected = "\"platform\" or the name of a pool"}
#define ENTRY_RATE {.key = "rate", AT(jf_entry, rate), RATIO}
/* clang-format on */

static const jf_field rate_fields[] = {ENTRY_TO, ENTRY_RATE, {0}};

static const jf_field dividend_fields[] = {
    ENTRY_TO,
    ENTRY_RATE,
    {.key = "pool", AT(jf_entry, pool), .kind = JF_FIELD_POOL, .expected = "the name of a pool"},
    {0},
};

static const jf_field lock_fields[] = {
    ENTRY_TO,
    ENTRY_RATE,
    {.key = "scope",
     AT(jf_entry, scope),
     WORD(scope_words, "\"any\" or \"other\""),
     .fallback = "any"},
    {0},
};

static const jf_field referral_fields[] = {
    ENTRY_TO,
    {.key = "levels",
     .kind = JF_FIELD_LIST,
     .read = read_levels,
     .expected = "a list with a rate for each level"},
    {0},
};

static const jf_field agents_fields[] = {
    ENTRY_TO,
    {.key = "mode",
     AT(jf_entry, mode),
     WORD(mode_words, "\"differential\" or \"stacked\""),
     .fallback = "differential"},
    {.key = "county", AT(jf_entry, level[JF_COUNTY]), RATIO},
    {.key = "city", AT(jf_entry, level[JF_CITY]), RATIO},
    {.key = "province", AT(jf_entry, level[JF_PROVINCE]), RATIO},
    {0},
};

/* Which fields belong to which kind of share. */
static const jf_field *const entry_fields[JF_TO_COUNT] = {
    [JF_TO_DIVIDEND] = dividend_fields, [JF_TO_LOCK] = lock_fields,
    [JF_TO_REFERRAL] = referral_fields, [JF_TO_RECRUIT] = rate_fields,
    [JF_TO_CITY_PARTNER] = rate_fields, [JF_TO_AGENTS] = agents_fields,
    [JF_TO_COIN] = rate_fields,         [JF_TO_TOKEN_POOL] = rate_fields,
    [JF_TO_CREDIT_FUND] = rate_fields,
};

/* The kind decides which fields there may be, so it is read first; JF_TO_COUNT when unknown. */
static jf_to read_to(jf_check *check, const jf_json *item, jf_path path)
{
    static const char expected[] =
        "dividend, lock, referral, recruit, city_partner, agents, coin, token_pool or credit_fund";
    _Static_assert(JF_TO_COUNT == 9, "the message of read_to names every kind");
    const jf_json *to = jf_json_get(item, JF_STR("to"));
    jf_path here = jf_path_below(path, JF_STR("to"));
    if (to == NULL || to->type != JF_JSON_STRING) {
        jf_check_schema(check, here, expected, to);
        return JF_TO_COUNT;
    }
    int word = jf_word_find(to_words, to->text);
    if (word >= 0) {
        return (jf_to)word;
    }
    if (jf_word_find(later_words, to->text) >= 0) {
        jf_findings_add(check->arena, check->findings, JF_FINDING_SCHEMA, here,
                        "this kind of share is not available in this version; leave the entry out");
    } else {
        jf_check_schema(check, here, expected, to);
    }
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
            JF_ASSERT(entry_fields[entry->to] != NULL);
            jf_fields_read(check, item, here, entry_fields[entry->to], entry);
        }
    }
}

static const jf_field rebate_fields[] = {
    {.key = "min",
     AT(jf_policy, rebate_min),
     .fallback = "0.03",
     DECIMAL(1, JF_PPM_ONE, "a decimal string above 0 and up to 1, at most 6 decimals")},
    {.key = "max",
     AT(jf_policy, rebate_max),
     .fallback = "0.2",
     DECIMAL(1, JF_PPM_ONE, "a decimal string above 0 and up to 1, at most 6 decimals")},
    {0},
};

static const jf_field points_fields[] = {
    {.key = "member", AT(jf_policy, points_member), MULTIPLE, .fallback = "1"},
    {.key = "shop", AT(jf_policy, points_shop), MULTIPLE, .fallback = "1"},
    {.key = "hold_days", AT(jf_policy, hold_days), DAYS, .fallback = "0"},
    {0},
};

static const jf_field credit_fields[] = {
    {.key = "enabled", AT(jf_policy, credit.enabled), BOOL, .fallback = "false"},
    {.key = "max", AT(jf_policy, credit.max), AMOUNT, .fallback = "500.00"},
    {.key = "fraction", AT(jf_policy, credit.fraction), RATIO, .fallback = "0.2"},
    {.key = "earns_points", AT(jf_policy, credit.earns_points), BOOL, .fallback = "false"},
    {0},
};

static const jf_field token_fields[] = {
    {.key = "mint", AT(jf_policy, token.mint), MULTIPLE, .fallback = "0.7"},
    {.key = "sell_fee",
     AT(jf_policy, token.sell_fee),
     .fallback = "0.2",
     DECIMAL(-JF_PPM_ONE, JF_PPM_ONE, "a decimal string from 0 to 1, at most 6 decimals")},
    {.key = "exit_multiple",
     AT(jf_policy, token.exit_multiple),
     .fallback = "3",
     DECIMAL(1, 1000 * JF_PPM_ONE, "a decimal string above 0 and up to 1000, at most 6 decimals")},
    {.key = "exit_scope",
     AT(jf_policy, token.exit_scope),
     WORD(exit_scope_words, "\"member\" or \"lot\""),
     .fallback = "member"},
    {.key = "exit_fee", AT(jf_policy, token.exit_fee), RATIO, .fallback = "0.2"},
    {.key = "sell_price",
     AT(jf_policy, token.sell_price),
     WORD(sell_price_words, "\"day\" or \"spot\""),
     .fallback = "day"},
    {.key = "initial_price",
     AT(jf_policy, token.initial_price),
     .fallback = "1.000000",
     DECIMAL(1, (int64_t)JF_PPM_ONE *JF_PPM_ONE,
             "a decimal string above 0 and up to 1000000, at most 6 decimals")},
    {0},
};

static const jf_field policy_fields[] = {
    {.key = "name",
     AT(jf_policy, name),
     .kind = JF_FIELD_TEXT,
     .valid = name_valid,
     .expected = "a text of 1 to 64 bytes"},
    {.key = "timezone",
     AT(jf_policy, timezone),
     .kind = JF_FIELD_TEXT,
     .valid = zone_name_valid,
     .expected = "the name of a time zone like \"Asia/Shanghai\"",
     .fallback = "Asia/Shanghai"},
    {.key = "rebate", .kind = JF_FIELD_BLOCK, .fields = rebate_fields, .expected = "an object"},
    {.key = "points", .kind = JF_FIELD_BLOCK, .fields = points_fields, .expected = "an object"},
    {.key = "pools",
     .kind = JF_FIELD_LIST,
     .read = read_pools,
     .fallback = "",
     .expected = "a list of pools"},
    {.key = "allocation",
     .kind = JF_FIELD_LIST,
     .read = read_entries,
     .fallback = "",
     .expected = "a list of entries"},
    {.key = "refund_days", AT(jf_policy, refund_days), DAYS, .fallback = "7"},
    {.key = "credit", .kind = JF_FIELD_BLOCK, .fields = credit_fields, .expected = "an object"},
    {.key = "token", .kind = JF_FIELD_BLOCK, .fields = token_fields, .expected = "an object"},
    {0},
};

void jf_policy_fields(jf_check *check, const jf_json *document)
{
    JF_ASSERT(document->type == JF_JSON_OBJECT);
    JF_ASSERT(check->policy->pool_count == 0 && check->policy->entry_count == 0);
    jf_fields_read(check, document, (jf_path){""}, policy_fields, check->policy);
}
