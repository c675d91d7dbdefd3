/*
 * The policy: one JSON document that fixes every rate and rule (spec section
 * 3), read into a struct that the rules use, and the findings of its check.
 *
 * Pools are named in the document; the struct refers to them by the world's
 * pool number, which stays the same over all versions.
 */
#ifndef JF_CORE_POLICY_H
#define JF_CORE_POLICY_H

#include "base/day.h"
#include "base/json.h"
#include "base/units.h"
#include "core/error.h"
#include "core/share_kind.h"

#define JF_POLICY_POOLS 16   /* pools in one document */
#define JF_POLICY_ENTRIES 32 /* allocation entries in one document */
#define JF_POLICY_LEVELS 8   /* rates and bars of an entry; more than 2 uplines are a finding */
#define JF_WORLD_POOLS 64    /* pools over all versions of one database */
#define JF_DEFAULT_ZONE "Asia/Shanghai"
#define JF_TO_PLATFORM (-1) /* vacant_to: platform revenue */

typedef enum jf_rule { JF_RULE_SHARE, JF_RULE_COMPOUND } jf_rule;
typedef enum jf_metric { JF_METRIC_FLOW, JF_METRIC_CUMULATIVE } jf_metric;
typedef enum jf_base { JF_BASE_REBATE, JF_BASE_AMOUNT } jf_base;
typedef enum jf_lock_scope { JF_LOCK_ANY, JF_LOCK_OTHER } jf_lock_scope;
typedef enum jf_agent_mode { JF_AGENTS_DIFFERENTIAL, JF_AGENTS_STACKED } jf_agent_mode;
typedef enum jf_agent_level { JF_COUNTY, JF_CITY, JF_PROVINCE, JF_AGENT_LEVELS } jf_agent_level;

typedef struct jf_pool_policy {
    jf_str name;
    uint32_t pool;       /* the world's number; filled in when the policy is activated */
    bool members, shops; /* the sides it takes */
    jf_rule rule;
    jf_metric metric;
    jf_ppm rate, growth_target, growth_floor, growth_cap, cap;
    jf_point first_threshold;
    int32_t min_days, max_days, periods;
} jf_pool_policy;

typedef struct jf_entry {
    jf_to to;
    jf_base base;
    jf_ppm rate;    /* entries without levels */
    int32_t pool;   /* dividend: index into jf_policy.pools */
    int32_t vacant; /* index into jf_policy.pools, or JF_TO_PLATFORM */
    jf_lock_scope scope;
    jf_agent_mode mode;
    jf_ppm
        level[JF_POLICY_LEVELS]; /* of referral levels, grades or tiers; agents by jf_agent_level */
    uint32_t levels;
    jf_cny bar[JF_POLICY_LEVELS]; /* turnover that a grade or tier asks for */
    uint32_t bars;
    int32_t depth;   /* uplines that a program reaches */
    jf_ppm peer;     /* level: for an upline of the same grade */
    jf_cny base_pay; /* staff: a month's, for a standing of 1 */
} jf_entry;

typedef struct jf_credit_policy {
    bool enabled, earns_points;
    jf_voucher max;
    jf_ppm fraction;
} jf_credit_policy;

typedef enum jf_exit_scope { JF_EXIT_MEMBER, JF_EXIT_LOT } jf_exit_scope;
typedef enum jf_sell_price { JF_SELL_DAY, JF_SELL_SPOT } jf_sell_price;

typedef struct jf_token_policy {
    jf_ppm mint, sell_fee, exit_multiple, exit_fee;
    jf_exit_scope exit_scope;
    jf_sell_price sell_price;
    int64_t initial_price; /* CNY per unit, in millionths: "1.000000" is 1000000 */
} jf_token_policy;

typedef struct jf_policy {
    uint32_t version; /* 1, 2, … in the order of policy.set */
    jf_day from;      /* in force from this business day on */
    jf_str name, timezone;
    jf_ppm rebate_min, rebate_max;
    jf_ppm points_member, points_shop;
    int32_t hold_days, refund_days;
    jf_pool_policy pools[JF_POLICY_POOLS];
    uint32_t pool_count;
    jf_entry entries[JF_POLICY_ENTRIES];
    uint32_t entry_count;
    jf_credit_policy credit;
    jf_token_policy token;
    jf_ppm withholding;  /* tax withheld from withdrawals of members (section 9) */
    jf_ppm legacy_ratio; /* of a bill that consumption coins may pay (section 12) */
    jf_str document;     /* the canonical JSON text it was read from */
} jf_policy;

typedef enum jf_severity { JF_NOTICE, JF_WARNING, JF_ERROR_FINDING } jf_severity;

/* A row of findings.def, and the field of the document that it is about. */
typedef struct jf_finding {
    const char *id;
    jf_severity severity;
    char field[64];
    const char *citation;
    const char *en, *zh;
    char detail[160]; /* what was expected, where there is more to say */
} jf_finding;

typedef struct jf_findings {
    jf_finding *list;
    uint32_t count, errors;
} jf_findings;

/*
 * Read a document (or, for a JSON string, a preset by name; JF_E_NOT_FOUND if
 * there is none). `previous` is the latest version set so far or NULL: its
 * pools must all be kept (pool_dropped) and its time zone. The findings are
 * complete whatever they are; the policy is usable when findings->errors is 0.
 * Missing fields take the values of section 3. `version`, `from` and the pool
 * numbers are the caller's to fill in.
 */
jf_code jf_policy_read(jf_arena *arena, const jf_json *document, const jf_policy *previous,
                       jf_policy *out, jf_findings *findings, jf_error *error);

/* The text of a preset's document; false when there is none of that name. */
bool jf_preset_find(jf_str name, jf_str *document);
/* Preset number i, or NULL after the last. */
const char *jf_preset_name(uint32_t i);

/* Findings as a JSON array: id, severity, field, citation, en, zh. */
void jf_findings_write(jf_jw *w, const char *key, const jf_findings *findings);

#endif
