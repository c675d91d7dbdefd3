/*
 * The presets of spec section 16, as the documents that an operator could have
 * written. What a document does not say is the default of section 3; hold_days
 * equals refund_days in all, so that nothing matures while it can be refunded.
 */
#include <string.h>

#include "base/check.h"
#include "core/policy.h"

/* Readable here, one line as a text: the preprocessor joins the lines by single blanks. */
#define JSON_TEXT(...) #__VA_ARGS__

typedef struct preset {
    const char *name;
    const char *document;
} preset;

/* clang-format off */
static const preset presets[] = {
    {"wodian", JSON_TEXT(
        {"name": "wodian",
         "rebate": {"min": "0.03", "max": "0.2"},
         "points": {"member": "1", "shop": "1", "hold_days": 7},
         "pools": [
            {"name": "member", "sides": ["member"], "rule": "share", "rate": "0.005",
             "metric": "flow", "first_threshold": "1000000.00", "min_days": 10, "cap": "5"},
            {"name": "shop", "sides": ["shop"], "rule": "share", "rate": "0.005",
             "metric": "flow", "first_threshold": "10000000.00", "min_days": 9, "cap": "5"}],
         "allocation": [
            {"to": "dividend", "pool": "member", "base": "rebate", "rate": "0.2"},
            {"to": "dividend", "pool": "shop", "base": "rebate", "rate": "0.2"},
            {"to": "lock", "base": "rebate", "rate": "0.05"},
            {"to": "referral", "base": "rebate", "levels": ["0.03", "0.02"]},
            {"to": "recruit", "base": "rebate", "rate": "0.05"},
            {"to": "city_partner", "base": "rebate", "rate": "0.1"},
            {"to": "agents", "base": "rebate", "mode": "differential",
             "county": "0.02", "city": "0.04", "province": "0.06"},
            {"to": "coin", "base": "rebate", "rate": "0.05"}],
         "refund_days": 7})},
    {"zhongdian", JSON_TEXT(
        {"name": "zhongdian",
         "points": {"hold_days": 7},
         "pools": [
            {"name": "joint", "sides": ["member", "shop"], "rule": "compound", "rate": "0.005",
             "metric": "cumulative", "first_threshold": "400.00", "min_days": 0, "cap": "5"}],
         "allocation": [
            {"to": "dividend", "pool": "joint", "base": "rebate", "rate": "0.4"},
            {"to": "lock", "base": "amount", "rate": "0.01"},
            {"to": "recruit", "base": "amount", "rate": "0.003"},
            {"to": "agents", "base": "amount", "mode": "differential",
             "county": "0.001", "city": "0.002", "province": "0.003"},
            {"to": "credit_fund", "base": "rebate", "rate": "0.02"}],
         "refund_days": 7,
         "credit": {"enabled": true}})},
    {"mall", JSON_TEXT(
        {"name": "mall",
         "rebate": {"min": "0.7", "max": "0.7"},
         "points": {"hold_days": 7},
         "allocation": [
            {"to": "token_pool", "base": "amount", "rate": "0.3"},
            {"to": "referral", "base": "amount", "levels": ["0.2", "0.1"]}],
         "refund_days": 7,
         "token": {"exit_multiple": "3"}})},
    {"local", JSON_TEXT(
        {"name": "local",
         "rebate": {"min": "0.2", "max": "0.2"},
         "points": {"hold_days": 7},
         "allocation": [
            {"to": "token_pool", "base": "rebate", "rate": "0.8"},
            {"to": "referral", "base": "amount", "levels": ["0.003", "0.002"]},
            {"to": "recruit", "base": "amount", "rate": "0.005"},
            {"to": "agents", "base": "amount", "mode": "differential",
             "county": "0.001", "city": "0.002", "province": "0.003"}],
         "refund_days": 7,
         "token": {"exit_multiple": "1.2"}})},
};
/* clang-format on */

#define PRESETS (sizeof(presets) / sizeof(presets[0]))

bool jf_preset_find(jf_str name, jf_str *document)
{
    JF_ASSERT(document != NULL);
    for (uint32_t i = 0; i < PRESETS; i++) {
        if (jf_str_eq(jf_str_of(presets[i].name), name)) {
            *document = jf_str_of(presets[i].document);
            JF_ASSERT(document->n > 0);
            return true;
        }
    }
    return false;
}

const char *jf_preset_name(uint32_t i)
{
    return i < PRESETS ? presets[i].name : NULL;
}
