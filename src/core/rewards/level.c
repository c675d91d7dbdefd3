/*
 * level: grades along the buyer's line of referrers (级差奖, spec section 9).
 *
 * Differential (级差): the rate of a grade is a total, so an upline gets the
 * rate of its grade less the highest that an upline nearer to the buyer had.
 * Peer bonus (平级奖): the first upline that has the same grade as the one who
 * set the highest rate gets `peer` instead, once. At most `levels` uplines are
 * looked at; a third is refused by law (JF-PYR-01).
 */
#include "base/check.h"
#include "core/policy_kinds.h"
#include "core/program.h"

/* How far the line has been paid. */
typedef struct line {
    jf_ppm top;    /* the highest rate so far */
    int64_t grade; /* that had it; 0: nobody yet */
    bool peer_paid;
} line;

static int64_t grade_of(const jf_sale *sale, const jf_entry *entry, const jf_party *who)
{
    int64_t grade = jf_standing(sale->w, who, JF_TO_LEVEL);
    return grade < (int64_t)entry->levels ? grade : (int64_t)entry->levels;
}

/* What an upline of that grade gets, and the line moves on. */
static int64_t upline_share(const jf_sale *sale, const jf_entry *entry, int64_t grade, line *l,
                            jf_shares *out)
{
    if (grade == 0)
        return 0;
    jf_ppm rate = entry->level[grade - 1];
    if (grade > l->grade) {
        jf_ppm own = {rate.v - l->top.v};
        JF_ASSERT(own.v >= 0);
        l->top = rate;
        l->grade = grade;
        return jf_share_of(sale, entry, own, out);
    }
    if (grade < l->grade || l->peer_paid)
        return 0;
    l->peer_paid = true;
    return jf_share_of(sale, entry, entry->peer, out);
}

static void allocate(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
{
    line l = {.top = {0}};
    const jf_party *up = sale->buyer;
    JF_ASSERT(entry->levels >= 1 && entry->to == JF_TO_LEVEL);
    for (int32_t i = 0; i < entry->depth && up->referrer; i++) {
        up = jf_world_party_no(sale->w, up->referrer);
        int64_t share = upline_share(sale, entry, grade_of(sale, entry, up), &l, out);
        jf_share_pay(out, JF_TO_LEVEL, up, JF_ACCOUNT_PENDING_WALLET, share);
    }
    jf_ppm rest = {entry->level[entry->levels - 1].v - l.top.v};
    jf_share_vacant(out, jf_share_of(sale, entry, rest, out));
    if (!l.peer_paid)
        jf_share_vacant(out, jf_share_of(sale, entry, entry->peer, out));
}

static int64_t total(const jf_entry *entry)
{
    JF_ASSERT(entry->levels <= JF_POLICY_LEVELS);
    return entry->levels ? entry->level[entry->levels - 1].v + entry->peer.v : 0;
}

static void check(jf_check *c, const jf_entry *entry, jf_path path)
{
    jf_check_rising(c, entry, path, NULL);
}

static uint32_t uplines(const jf_entry *entry)
{
    JF_ASSERT(entry->depth >= 0);
    return (uint32_t)entry->depth;
}

static const jf_field fields[] = {
    JF_ENTRY,
    JF_ENTRY_RATES("rates", "a list with a rate for each grade"),
    JF_ENTRY_DEPTH,
    {.key = "peer", JF_AT(jf_entry, peer), JF_RATIO, .fallback = "0"},
    {0},
};

const jf_program jf_program_level = {.fields = fields,
                                     .total = total,
                                     .check = check,
                                     .allocate = allocate,
                                     .uplines = uplines,
                                     .graded = true,
                                     .wallet = true};
