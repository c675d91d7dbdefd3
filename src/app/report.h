/*
 * The network in figures: sales, funds, pools, coverage, debts, and both
 * projections of each pool.
 *
 * Coverage sets what is held (dividend funds and voucher reserve) against the
 * most that can ever be owed for points: vouchers that are out, and for every
 * unfinished cohort cap · points less what it has released. Below 1 the rest is
 * not there yet and may never be; nothing unfunded is ever released.
 */
#ifndef JF_APP_REPORT_H
#define JF_APP_REPORT_H

#include "app/pool_next.h"
#include "app/reader.h"
#include "core/projection.h"

typedef struct jf_pool_report {
    const jf_pool *pool;
    const jf_pool_policy *policy;
    uint32_t active, finished; /* cohorts that have points */
    jf_cny fund;               /* D */
    jf_voucher unclaimed;
    jf_pool_next next;
    jf_disclosure disclosure;
} jf_pool_report;

/* Old debts of one month: what was recorded, what was spent net of refunds, what is still open. */
typedef struct jf_legacy_month {
    jf_day day; /* the last in it on which something moved */
    int64_t recorded, spent, open;
    struct jf_legacy_month *next; /* the month after */
} jf_legacy_month;

/* Where rebates went: JF_TO_COUNT kinds of share, and pools behind them; the last row has none. */
#define JF_SHARE_POOLS (JF_WORLD_POOLS + 1)

typedef struct jf_report {
    jf_arena arena;
    jf_reader reader;
    const jf_policy *policy; /* in force on the open day; NULL: there is none yet */
    uint64_t members, shops, orders;
    jf_cny sales, rebates, refunded;
    jf_str funds;                 /* the result of funds.get */
    jf_str tokens;                /* the result of token.get; empty while there is no policy */
    uint64_t requested, approved; /* withdrawals on their way */
    jf_cny requested_sum, approved_sum;
    jf_pool_report *pools;
    uint32_t pool_count;
    int64_t held, vouchers_out,
        still;               /* fen: funds and reserve; vouchers; the most still to come */
    int64_t coverage;        /* ppm, floored; -1: nothing can be owed */
    int64_t equity;          /* below 0: insolvent */
    jf_legacy_month *legacy; /* oldest first; NULL: there were never old debts */
    int64_t *shares;         /* shares[to * JF_SHARE_POOLS + pool], net of refunds */
    int64_t rest;            /* the platform's part of the rebates, net of refunds */
    jf_store_error error;
} jf_report;

/* JF_STORE_FAILED: it cannot be read, with a message in report->error. Free it in any case. */
jf_store_result jf_report_init(jf_report *report, jf_store *store);
void jf_report_free(jf_report *report);

/* Part of jf_report_init: one order more in `shares` and `rest`. */
void jf_report_share(jf_report *report, const jf_order *order);

/* Part of jf_report_init: the months of old debts. */
void jf_report_legacy(jf_report *report);

/* The members are listed in docs/statement.md. */
void jf_report_json(const jf_report *report, jf_buf *out);
void jf_report_text(const jf_report *report, bool chinese, jf_buf *out);

#endif
