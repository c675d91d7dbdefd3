/*
 * Rules of law and of fair dealing that the fields of a policy can break: the
 * JF-… rows of findings.def. They read what the document says, never what an
 * operator means by it; an acknowledgement of a warning is made elsewhere.
 *
 * Shares of rate 0 pay nobody and are passed over, with one exception: a third
 * referral level is refused however little it pays (spec section 9).
 */
#include "core/policy_read.h"

#include "base/check.h"
#include "core/program.h"

static void add(jf_check *check, jf_finding_kind kind, jf_path field)
{
    JF_ASSERT(field.text[0] != '\0');
    jf_findings_add(check->arena, check->findings, kind, field, NULL);
}

/* JF-PYR-01, -02, -06: how far up the line of referrers money goes, and by what measure. */
static void lint_uplines(jf_check *check, const jf_entry *entry, uint32_t i)
{
    const jf_program *program = jf_program_of(entry->to);
    uint32_t uplines = program->uplines ? program->uplines(entry) : 0;
    JF_ASSERT(uplines <= JF_POLICY_LEVELS);
    if (uplines > 2) {
        add(check, JF_FINDING_PYR_01, jf_path_of("allocation[%u].levels", i));
    } else if (uplines == 2) {
        add(check, JF_FINDING_PYR_02, jf_path_of("allocation[%u].levels", i));
    }
    if (program->graded) {
        add(check, JF_FINDING_PYR_06, jf_path_of("allocation[%u].to", i));
    }
}

/* JF-APP-01 for the token pool, JF-TAX-01 once, at the first entry that pays a wallet. */
static void lint_entries(jf_check *check)
{
    const jf_policy *p = check->policy;
    bool taxed = p->withholding.v > 0;
    for (uint32_t i = 0; i < p->entry_count; i++) {
        const jf_entry *entry = &p->entries[i];
        if (entry->to == JF_TO_COUNT) {
            continue;
        }
        bool pays = jf_entry_total(entry) > 0;
        lint_uplines(check, entry, i);
        if (entry->to == JF_TO_TOKEN_POOL && pays) {
            add(check, JF_FINDING_APP_01, jf_path_of("allocation[%u].to", i));
        }
        if (!taxed && pays && jf_program_of(entry->to)->wallet) {
            taxed = true;
            add(check, JF_FINDING_TAX_01, jf_path_of("allocation[%u].to", i));
        }
    }
    JF_ASSERT(p->entry_count <= JF_POLICY_ENTRIES);
}

/*
 * JF-RET-02: growth sets the tranches of a compound pool, and the day of every
 * release where it has a target above 0. JF-RET-06: cap * rho_max *
 * points.member >= 1, exactly.
 */
static void lint_pools(jf_check *check)
{
    const jf_policy *p = check->policy;
    JF_ASSERT(p->pool_count <= JF_POLICY_POOLS);
    jf_i128 one = (jf_i128)JF_PPM_ONE * JF_PPM_ONE * JF_PPM_ONE;
    for (uint32_t i = 0; i < p->pool_count; i++) {
        const jf_pool_policy *pool = &p->pools[i];
        if (pool->name.n == 0) {
            continue;
        }
        if (pool->rule == JF_RULE_COMPOUND) {
            add(check, JF_FINDING_RET_02, jf_path_of("pools[%u].rule", i));
        } else if (pool->growth_target.v > 0) {
            add(check, JF_FINDING_RET_02, jf_path_of("pools[%u].growth_target", i));
        }
        jf_i128 ceiling = (jf_i128)pool->cap.v * p->rebate_max.v * p->points_member.v;
        JF_ASSERT(ceiling >= 0);
        if (pool->members && ceiling >= one) {
            add(check, JF_FINDING_RET_06, jf_path_of("pools[%u].cap", i));
        }
    }
}

void jf_policy_lint(jf_check *check)
{
    JF_ASSERT(check->policy != NULL && check->findings != NULL);
    lint_pools(check);
    lint_entries(check);
}
