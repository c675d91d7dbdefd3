/*
 * Walking the chains of an owner's accounts (statement.h, walk.h): postings become
 * rows, each met once.
 *
 * Crediting is undone on the way back: a position's `credited` of today, less
 * what newer journals brought, is what it was after the journal being read.
 */
#include "app/statement.h"

#include <string.h>

#include "app/journal_find.h"
#include "app/pool_next.h"
#include "app/walk.h"
#include "base/check.h"
#include "base/sort.h"
#include "core/format.h"
#include "core/pool.h"
#include "core/release.h"
#include "core/step.h"

typedef struct walk {
    jf_statement *s;
    jf_walk back;
    jf_statement_row *last;
    bool over; /* the journals from here on are of days before those asked for */
} walk;

static jf_store_result refuse(jf_statement *s, const char *format, jf_str name)
{
    jf_format(s->error.message, sizeof s->error.message, format, JF_STR_ARG(name));
    return JF_STORE_NONE;
}

/* ------------------------------------------------------------ whose accounts */

/* "dividend:POOL:3" in its parts; absent parts are empty. */
typedef struct fund_name {
    jf_str kind, pool, cohort;
} fund_name;

static jf_str cut_at_colon(jf_str *rest)
{
    uint32_t n = 0;
    while (n < rest->n && rest->p[n] != ':')
        n++;
    jf_str part = {rest->p, n};
    uint32_t skip = n < rest->n ? n + 1 : n;
    *rest = (jf_str){rest->p + skip, rest->n - skip};
    return part;
}

static fund_name fund_name_of(jf_str text)
{
    fund_name name;
    name.kind = cut_at_colon(&text);
    name.pool = cut_at_colon(&text);
    name.cohort = text;
    return name;
}

/* The kind of platform account that is called so, or JF_ACCOUNT_KINDS. */
static jf_account_kind fund_kind(jf_str wire)
{
    for (int kind = 0; kind < JF_ACCOUNT_KINDS; kind++) {
        const jf_account_type *type = jf_account_type_of((jf_account_kind)kind);
        if (type->platform && jf_str_eq(wire, jf_str_of(type->wire)))
            return (jf_account_kind)kind;
    }
    return JF_ACCOUNT_KINDS;
}

static bool cohort_is(jf_str text, uint32_t cohort)
{
    char digits[16];
    jf_buf number = {digits, 0, sizeof digits, NULL};
    jf_buf_int(&number, cohort);
    JF_ASSERT(number.p == digits);
    return text.n == 0 || jf_str_eq(text, jf_buf_view(&number));
}

static bool fund_has(const jf_world *w, const fund_name *name, jf_account_kind kind, jf_slot slot)
{
    if (jf_slot_kind(slot) != kind)
        return false;
    bool pool = name->pool.n == 0 || jf_str_eq(name->pool, jf_slot_name(w, slot));
    return pool && cohort_is(name->cohort, jf_slot_cohort(slot));
}

/* Is there such a pool, program or store, for accounts that there are several of? */
static bool part_known(const jf_world *w, jf_per per, jf_str name)
{
    if (per == JF_PER_POOL || per == JF_PER_COHORT)
        return jf_pool_named(w, name) != NULL;
    for (int to = 0; per == JF_PER_PROGRAM && to < JF_TO_COUNT; to++)
        if (jf_str_eq(name, jf_str_of(jf_to_wire((jf_to)to))))
            return true;
    for (uint32_t i = 0; per == JF_PER_CHAIN && i < w->state.chains; i++)
        if (jf_str_eq(name, w->chains[i]))
            return true;
    return false;
}

/* A fund exists when its kind does, and the pool where one is named. */
static jf_store_result find_fund(jf_statement *s)
{
    const jf_world *w = &s->reader.world;
    fund_name name = fund_name_of(s->query.name);
    jf_account_kind kind = fund_kind(name.kind);
    if (kind == JF_ACCOUNT_KINDS)
        return refuse(s,
                      "there is no fund \"%.*s\"; expected the name of a platform account, like"
                      " revenue, credit_fund, voucher_reserve or dividend:POOL (docs/statement.md)",
                      s->query.name);
    jf_per per = jf_account_type_of(kind)->per;
    bool deep = name.cohort.n > 0 && per != JF_PER_COHORT;
    if (deep || (name.pool.n > 0 && !part_known(w, per, name.pool)))
        return refuse(s,
                      "there is no fund \"%.*s\"; expected the name of a pool, program or store"
                      " behind the colon, and only where a fund has several",
                      s->query.name);
    s->party = &w->platform;
    return JF_STORE_OK;
}

static jf_store_result find_owner(jf_statement *s)
{
    if (s->query.of == JF_STATEMENT_FUND)
        return find_fund(s);
    jf_party_kind kind = s->query.of == JF_STATEMENT_MEMBER ? JF_PARTY_MEMBER : JF_PARTY_SHOP;
    s->party = jf_reader_party(&s->reader, kind, s->query.name);
    if (jf_reader_result(&s->reader, &s->error) != JF_STORE_OK)
        return JF_STORE_FAILED;
    return s->party ? JF_STORE_OK : jf_reader_nobody(kind, s->query.name, &s->error);
}

static int by_slot(const void *a, const void *b)
{
    const jf_account *x = *(const jf_account *const *)a, *y = *(const jf_account *const *)b;
    return (x->slot > y->slot) - (x->slot < y->slot);
}

/* Of one account, positions are followed too: why something was credited stands there. */
static bool is_wanted(const jf_statement *s, jf_slot slot)
{
    jf_account_kind kind = jf_slot_kind(slot);
    return (!s->query.settles || kind == JF_ACCOUNT_RECEIVABLE || kind == JF_ACCOUNT_VOUCHERS) &&
           (!s->query.one || kind == s->query.kind || kind == JF_ACCOUNT_POSITION);
}

static void collect_accounts(jf_statement *s)
{
    bool fund = s->query.of == JF_STATEMENT_FUND;
    fund_name name = fund_name_of(s->query.name);
    jf_account_kind kind = fund ? fund_kind(name.kind) : JF_ACCOUNT_KINDS;
    uint32_t room = 0;
    for (const jf_account *a = s->party->accounts; a; a = a->next)
        room++;
    s->accounts = JF_NEW_ARRAY(&s->arena, const jf_account *, room);
    for (const jf_account *a = s->party->accounts; a; a = a->next)
        if (a->row.exists && is_wanted(s, a->slot) &&
            (!fund || fund_has(&s->reader.world, &name, kind, a->slot)))
            s->accounts[s->account_count++] = a;
    JF_ASSERT(s->account_count <= room);
    jf_sort(s->accounts, s->account_count, sizeof *s->accounts, by_slot);
    s->ends = JF_NEW_ARRAY(&s->arena, int64_t, room);
    for (uint32_t i = 0; i < s->account_count; i++)
        s->ends[i] = s->accounts[i]->balance;
}

/* ------------------------------------------------------------ one journal */

/* Money and coins that repay a debt came from elsewhere. */
static bool is_crediting(const jf_posting_row *p)
{
    jf_reason reason = (jf_reason)(p->why & 255);
    jf_account_kind kind = jf_slot_kind(p->slot);
    bool other = kind == JF_ACCOUNT_DEBT_CNY || kind == JF_ACCOUNT_DEBT_COIN;
    return reason == JF_WHY_CREDITING || (reason == JF_WHY_REPAY && !other);
}

/* What the owner's postings behind an UNCLAIMED posting bring: received or repaid with. */
static int64_t owner_due(const walk *w, const jf_movement *m, uint32_t from, uint32_t *end)
{
    int64_t due = 0;
    uint32_t i = from;
    *end = from;
    for (; i < m->count && is_crediting(&m->postings[i]); i++) {
        const jf_posting_row *p = &m->postings[i];
        if (jf_slot_kind(p->slot) == JF_ACCOUNT_UNCLAIMED)
            break;
        bool mine = p->owner == w->s->party->no;
        if (mine && !(p->amount < 0 ? jf_sub(due, p->amount, &due) : jf_add(due, p->amount, &due)))
            return 0;
    }
    *end = i;
    JF_ASSERT(due >= 0);
    return due;
}

/*
 * A refund that took points of the owner takes what was credited for them too,
 * right behind: vouchers that it still has, and a debt for the rest.
 */
static void clawback_of(walk *w, const jf_movement *m, uint32_t at, jf_crediting *list)
{
    const jf_posting_row *points = &m->postings[at];
    jf_walk_cursor *position = jf_walk_cursor_of(&w->back, points->slot);
    uint32_t end = at + 1;
    int64_t taken = 0;
    for (; end < m->count && m->postings[end].why == points->why; end++) {
        const jf_posting_row *p = &m->postings[end];
        jf_account_kind kind = jf_slot_kind(p->slot);
        if (kind == JF_ACCOUNT_POSITION)
            break;
        bool mine = p->owner == points->owner &&
                    (kind == JF_ACCOUNT_VOUCHERS || kind == JF_ACCOUNT_CLAWBACK_DEBT);
        if (mine &&
            !(p->amount < 0 ? jf_sub(taken, p->amount, &taken) : jf_add(taken, p->amount, &taken)))
            return;
    }
    int64_t before;
    if (taken <= 0 || !position || !jf_add(position->credited, taken, &before))
        return;
    jf_crediting c = {jf_slot_pool(points->slot), jf_slot_cohort(points->slot), points->balance,
                      before, position->credited};
    JF_ASSERT(end <= m->count && c.before > c.after);
    position->credited = before;
    for (uint32_t k = at + 1; k < end; k++)
        list[k] = c;
}

/*
 * For each posting of the owner that credits: the position behind it. A crediting
 * is an UNCLAIMED posting and what follows it; a sweep has one for all holders.
 */
static jf_crediting *creditings_of(walk *w, const jf_movement *m)
{
    jf_crediting *list = JF_NEW_ARRAY(&w->back.scratch, jf_crediting, m->count);
    for (uint32_t i = m->count; i-- > 0;) { /* refunds credit first: they are undone before */
        const jf_posting_row *p = &m->postings[i];
        if (p->why == JF_WHY_REFUND && p->owner == w->s->party->no &&
            jf_slot_kind(p->slot) == JF_ACCOUNT_POSITION)
            clawback_of(w, m, i, list);
    }
    for (uint32_t i = 0; i < m->count; i++) {
        const jf_posting_row *p = &m->postings[i];
        bool begins =
            (p->why & 255) == JF_WHY_CREDITING && jf_slot_kind(p->slot) == JF_ACCOUNT_UNCLAIMED;
        if (!begins)
            continue;
        uint32_t pool = jf_slot_pool(p->slot), cohort = jf_slot_cohort(p->slot), end;
        int64_t due = owner_due(w, m, i + 1, &end);
        jf_walk_cursor *position =
            jf_walk_cursor_of(&w->back, jf_slot_of(JF_ACCOUNT_POSITION, pool, cohort));
        if (due == 0 || !position || position->credited < due)
            continue;
        jf_crediting c = {pool, cohort, position->account->balance, position->credited - due,
                          position->credited};
        position->credited -= due;
        for (uint32_t k = i + 1; k < end; k++)
            list[k] = c;
    }
    return list;
}

/* A command's local time of day; empty where the zone or the time is not known. */
static jf_str local_time(jf_statement *s, jf_str at)
{
    jf_instant instant;
    if (!s->reader.zone_known || !jf_instant_parse(at, &instant))
        return JF_STR_NONE;
    jf_day day = jf_zone_day(&s->reader.zone, instant);
    int64_t second = (instant.us - jf_zone_start(&s->reader.zone, day).us) / 1000000;
    char *text = jf_arena_alloc(&s->arena, 9);
    int64_t parts[3] = {second / 3600 % 24, second / 60 % 60, second % 60};
    for (int i = 0; i < 3; i++) {
        text[3 * i] = (char)('0' + parts[i] / 10);
        text[3 * i + 1] = (char)('0' + parts[i] % 10);
        text[3 * i + 2] = ':';
    }
    JF_ASSERT(second >= 0);
    return (jf_str){text, 8};
}

static jf_str id_of(jf_statement *s, uint32_t party)
{
    const jf_party *found = jf_reader_party_no(&s->reader, party);
    return found ? found->id : JF_STR_NONE;
}

/* The rows point to the order's row and its parties' ids, which live as long as the reader. */
static void row_order(jf_statement *s, const jf_movement *m, jf_statement_row *row)
{
    row->order = jf_movement_order(&s->reader, m);
    if (!row->order)
        return;
    row->buyer = id_of(s, row->order->buyer);
    row->shop = id_of(s, row->order->shop);
}

/* The kind of share of the policy entry that a posting names. */
static jf_to share_of(const jf_statement *s, const jf_movement *m, const jf_order *order,
                      uint32_t why)
{
    const jf_world *w = &s->reader.world;
    const jf_policy *policy = order && order->version >= 1 && order->version <= w->state.policies
                                  ? w->policies[order->version - 1]
                                  : jf_world_policy(w, m->journal->day);
    uint32_t number = why >> 8;
    JF_ASSERT(m->journal != NULL);
    return policy && number > 0 && number <= policy->entry_count ? policy->entries[number - 1].to
                                                                 : JF_TO_COUNT;
}

static void add_row(walk *w, const jf_movement *m, uint32_t at, const jf_crediting *crediting)
{
    jf_statement *s = w->s;
    const jf_posting_row *p = &m->postings[at];
    jf_statement_row *row = JF_NEW(&s->arena, jf_statement_row);
    *row = (jf_statement_row){
        .journal = m->journal->number,
        .day = m->journal->day,
        .kind = m->journal->kind,
        .slot = p->slot,
        .amount = p->amount,
        .balance = p->balance,
        .at = jf_str_dup(&s->arena, m->at),
        .time = local_time(s, m->at),
        .cmd = jf_str_dup(&s->arena, m->cmd),
        .id = jf_str_dup(&s->arena, m->id),
        .refunded =
            jf_movement_is(m, "order.refund") ? jf_str_dup(&s->arena, m->amount) : JF_STR_NONE,
    };
    if (m->journal->kind == JF_JOURNAL_CLOSE) {
        row->pool = jf_slot_pool((jf_slot)m->journal->subject);
        row->period = jf_slot_cohort((jf_slot)m->journal->subject);
    }
    row_order(s, m, row);
    row->to = share_of(s, m, row->order, p->why);
    jf_why_of(&s->reader, &s->arena, m, at, crediting, &row->why);
    if (w->last)
        w->last->next = row;
    else
        s->rows = row;
    w->last = row;
    s->row_count++;
}

/* A journal behind the days that are asked for: what it moved is not in their end. */
static void ends_take(const walk *w, const jf_movement *m)
{
    for (uint32_t i = m->count; i-- > 0;) {
        const jf_posting_row *p = &m->postings[i];
        const jf_walk_cursor *c =
            p->owner == w->s->party->no ? jf_walk_cursor_of(&w->back, p->slot) : NULL;
        if (c)
            w->s->ends[c - w->back.cursors] = p->balance - p->amount;
    }
}

/* Rows of the journal being read, the last posting first; with show false only crediting is undone.
 */
static void show_journal(walk *w, bool show)
{
    jf_statement *s = w->s;
    jf_movement m = {
        .journal = &w->back.journal, .postings = w->back.postings, .count = w->back.posting_count};
    if (s->query.month) {
        w->over = m.journal->day.n < s->query.from.n;
        bool behind = m.journal->day.n > s->query.to.n;
        if (behind)
            ends_take(w, &m);
        show = show && !w->over && !behind;
    }
    const jf_crediting *creditings = creditings_of(w, &m);
    if (show) /* what its command says costs more than the rest */
        jf_walk_movement(&w->back, &m);
    for (uint32_t i = m.count; show && i-- > 0;) {
        const jf_posting_row *p = &m.postings[i];
        bool asked = !s->query.one || jf_slot_kind(p->slot) == s->query.kind;
        if (asked && p->owner == s->party->no && jf_walk_cursor_of(&w->back, p->slot))
            add_row(w, &m, i, creditings[i].cohort ? &creditings[i] : NULL);
    }
}

/* ------------------------------------------------------------ the page */

static void walk_page(walk *w)
{
    jf_statement *s = w->s;
    uint64_t limit = s->query.limit ? s->query.limit : JF_STATEMENT_LIMIT;
    limit = s->query.month ? UINT64_MAX : limit;
    uint64_t shown = 0;
    while (jf_walk_newest(&w->back) != 0) {
        if (s->row_count >= limit) {
            s->next = shown;
            return;
        }
        if (!jf_walk_next(&w->back))
            return;
        uint64_t number = w->back.journal.number;
        show_journal(w, s->query.before == 0 || number < s->query.before);
        if (s->reader.result != JF_STORE_OK || w->over)
            return;
        shown = number;
    }
}

static void walk_run(jf_statement *s)
{
    walk w = {.s = s};
    jf_walk_init(&w.back, &s->reader, s->accounts, s->account_count);
    if (s->query.settles) {
        uint64_t last = jf_journal_last_until(&s->reader, &w.back.scratch, s->query.to);
        jf_walk_begin_at(&w.back, last, s->ends);
    }
    walk_page(&w);
    jf_walk_free(&w.back);
}

/* ------------------------------------------------------------ as of now */

static void add_uncredited(jf_statement *s)
{
    const jf_world *w = &s->reader.world;
    jf_uncredited_row **end = &s->uncredited;
    for (uint32_t i = 0; i < s->account_count; i++) {
        const jf_account *a = s->accounts[i];
        uint32_t pool = jf_slot_pool(a->slot), number = jf_slot_cohort(a->slot);
        if (jf_slot_kind(a->slot) != JF_ACCOUNT_POSITION || pool >= w->state.pools || number == 0)
            continue;
        const jf_cohort *cohort = jf_world_cohort(w, pool, number);
        int64_t due = cohort ? jf_entitlement(a->balance, cohort->index) - a->credited : 0;
        if (due <= 0)
            continue;
        jf_uncredited_row *row = JF_NEW(&s->arena, jf_uncredited_row);
        row->crediting = (jf_crediting){pool, number, a->balance, a->credited, a->credited + due};
        row->amount = due;
        row->arithmetic = jf_crediting_arithmetic(&s->arena, cohort, &row->crediting, due);
        s->uncredited_sum += due;
        *end = row;
        end = &row->next;
    }
}

/* What the command account.get answers: balances as if credited, and what is pending. */
static void add_now(jf_statement *s)
{
    if (s->query.of == JF_STATEMENT_FUND)
        return;
    jf_command command = {.kind = JF_CMD_ACCOUNT_GET};
    if (s->query.of == JF_STATEMENT_MEMBER)
        command.u.account_get.member = s->query.name;
    else
        command.u.account_get.shop = s->query.name;
    jf_buf reply;
    jf_error error;
    bool again;
    jf_buf_init(&reply, &s->arena);
    jf_code code = jf_step_run(&s->reader.world, &command, &reply, &again, &error);
    JF_ASSERT(code == JF_OK);
    s->now = jf_buf_view(&reply);
}

/* Which pools' figures belong on the page: those that concern the owner, or the fund. */
static bool concerns(const jf_statement *s, const jf_pool_policy *pool)
{
    if (s->query.of != JF_STATEMENT_FUND)
        return jf_pool_concerns(s->party, pool);
    fund_name name = fund_name_of(s->query.name);
    return name.pool.n == 0 || jf_str_eq(name.pool, pool->name);
}

static void add_disclosures(jf_statement *s)
{
    const jf_world *w = &s->reader.world;
    const jf_policy *policy = jf_world_policy(w, w->state.open_day);
    if (!policy)
        return;
    s->disclosures = JF_NEW_ARRAY(&s->arena, jf_disclosure, policy->pool_count);
    const jf_party *holder = s->query.of == JF_STATEMENT_FUND ? NULL : s->party;
    for (uint32_t i = 0; i < policy->pool_count; i++)
        if (concerns(s, &policy->pools[i]))
            jf_disclosure_of(w, policy, &policy->pools[i], holder,
                             &s->disclosures[s->disclosure_count++]);
    JF_ASSERT(s->disclosure_count <= policy->pool_count);
}

jf_store_result jf_statement_init(jf_statement *s, jf_store *store, const jf_statement_query *query)
{
    *s = (jf_statement){.query = *query};
    JF_ASSERT(query->name.n > 0);
    jf_arena_init(&s->arena, 0);
    jf_store_result result = jf_reader_open(&s->reader, store);
    if (result != JF_STORE_OK)
        return jf_reader_result(&s->reader, &s->error);
    result = find_owner(s);
    if (result != JF_STORE_OK)
        return result;
    collect_accounts(s);
    walk_run(s);
    if (s->reader.result == JF_STORE_OK) {
        add_uncredited(s);
        add_now(s);
        add_disclosures(s);
    }
    return jf_reader_result(&s->reader, &s->error);
}

const jf_summary_row *jf_statement_summary(const jf_statement *s, jf_arena *arena, uint32_t *count)
{
    jf_summary_row *list = JF_NEW_ARRAY(arena, jf_summary_row, s->row_count);
    *count = 0;
    for (const jf_statement_row *row = s->rows; row; row = row->next) {
        uint32_t at = 0;
        while (at < *count && (list[at].slot != row->slot || list[at].to != row->to ||
                               list[at].reason != row->why.reason))
            at++;
        if (at == *count)
            list[(*count)++] = (jf_summary_row){row->slot, row->why.reason, row->to, 0, 0};
        list[at].rows++;
        if (!jf_add(list[at].amount, row->amount, &list[at].amount))
            list[at].amount = INT64_MAX;
    }
    JF_ASSERT(*count <= s->row_count);
    return list;
}

void jf_statement_free(jf_statement *s)
{
    jf_reader_close(&s->reader);
    jf_arena_free(&s->arena);
}
