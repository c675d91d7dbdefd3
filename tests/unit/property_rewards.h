/*
 * The reward programs of the oracle of test_property.c (spec section 9,
 * docs/rewards.md), in plain words: what an order pays to whom, whose turnover it
 * counts for, what a pot holds, and what the end of a month makes of it.
 *
 * Standings, turnovers and pots are kept from commands and answers; relations
 * are those of the moment of payment. Everything is looked for among all members.
 */
#ifndef TESTS_PROPERTY_REWARDS_H
#define TESTS_PROPERTY_REWARDS_H

#include "property_books.h"

/* The party of an id, or 0: nothing is known of it. */
static uint32_t known_no(const books *b, const jf_json *command, const char *key)
{
    jf_str id = text_of(command, key);
    uint32_t index = id.n ? index_of(id) : BOOKS_PARTIES;
    if (index >= BOOKS_PARTIES)
        return 0;
    return id.p[0] == 's' ? b->shop_no[index] : b->member_no[index];
}

/* The number of a program by its name, JF_TO_COUNT for other kinds of share. */
static uint32_t program_named(jf_str name)
{
    for (uint32_t to = JF_TO_STAFF; to < JF_TO_COUNT; to++)
        if (jf_str_eq(name, jf_str_of(jf_to_wire((jf_to)to))))
            return to;
    return JF_TO_COUNT;
}

static bool has_pot(uint32_t program)
{
    return program == JF_TO_TEAM || program == JF_TO_PERFORMANCE || program == JF_TO_SHAREHOLDERS;
}

/* ------------------------------------------------------------------------
 * An order.
 */

/* What an order should pay by its programs, in the order of the policy. */
typedef struct reward_row {
    uint32_t program, who; /* who: 0 for a pot */
    int64_t amount;
} reward_row;

typedef struct reward_rows {
    reward_row list[BOOKS_PARTS];
    uint32_t count;
} reward_rows;

static void row_add(reward_rows *rows, uint32_t program, uint32_t who, int64_t amount)
{
    if (amount > 0)
        rows->list[rows->count++] = (reward_row){program, who, amount};
}

static void count_add(book_order *o, uint32_t program, uint32_t who)
{
    if (o->paid > 0)
        o->counts[o->count_count++] = (book_count){program, who};
}

/* Rates are taken of what this margin would have cost without consumption coins. */
static int64_t order_base(const books *b, const book_order *o, const book_entry *e)
{
    int64_t rho = b->party[o->shop].rebate;
    if (!e->of_amount)
        return o->rebate;
    return o->legacy > 0 && rho > 0 ? part(o->rebate, JF_PPM_ONE, rho) : o->amount;
}

static int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Rates are totals, so an upline gets what nobody nearer has had; the first equal gets `peer`. */
static void level_rows(const books *b, const book_order *o, const book_entry *e, int64_t base,
                       reward_rows *rows)
{
    int64_t best = 0, had = 0;
    bool equal_paid = false;
    uint32_t up = b->party[o->buyer].referrer;
    for (int64_t i = 0; i < e->depth && up; i++, up = b->party[up].referrer) {
        int64_t grade = lesser(b->standing[JF_TO_LEVEL][up], e->rate_count);
        if (grade > best) {
            int64_t rate = e->rates[grade - 1];
            row_add(rows, JF_TO_LEVEL, up, part(base, rate - had, JF_PPM_ONE));
            had = rate;
            best = grade;
        } else if (grade > 0 && grade == best && !equal_paid) {
            row_add(rows, JF_TO_LEVEL, up, part(base, e->peer, JF_PPM_ONE));
            equal_paid = true;
        }
    }
}

static void manager_rows(const books *b, book_order *o, const book_entry *e, int64_t base,
                         reward_rows *rows)
{
    uint32_t who = b->party[o->shop].manager;
    int64_t grade = lesser(b->standing[JF_TO_MANAGER][who], e->rate_count);
    if (grade == 0)
        return;
    row_add(rows, JF_TO_MANAGER, who, part(base, e->rates[grade - 1], JF_PPM_ONE));
    count_add(o, JF_TO_MANAGER, who);
}

static void team_counts(const books *b, book_order *o, const book_entry *e)
{
    uint32_t up = b->party[o->buyer].referrer;
    for (int64_t i = 0; i < e->depth && up; i++, up = b->party[up].referrer)
        if (b->standing[JF_TO_TEAM][up] > 0)
            count_add(o, JF_TO_TEAM, up);
}

static void entry_rows(const books *b, book_order *o, const book_entry *e, reward_rows *rows)
{
    const book_party *shop = &b->party[o->shop], *buyer = &b->party[o->buyer];
    int64_t base = order_base(b, o, e), share = part(base, e->rate, JF_PPM_ONE);
    bool member = !buyer->shop;
    if (e->program == JF_TO_STAFF && b->standing[JF_TO_STAFF][shop->staff] > 0)
        row_add(rows, e->program, shop->staff, share);
    if (e->program == JF_TO_LEVEL && member)
        level_rows(b, o, e, base, rows);
    if (e->program == JF_TO_MANAGER)
        manager_rows(b, o, e, base, rows);
    if (has_pot(e->program) && (member || e->program != JF_TO_TEAM))
        row_add(rows, e->program, 0, share);
    if (e->program == JF_TO_TEAM && member)
        team_counts(b, o, e);
    if (e->program == JF_TO_PERFORMANCE && b->standing[JF_TO_PERFORMANCE][shop->staff] > 0)
        count_add(o, JF_TO_PERFORMANCE, shop->staff);
    if (e->program == JF_TO_HOME_OWNER && member && buyer->home && buyer->home != o->shop)
        row_add(rows, e->program, b->party[buyer->home].owner, share);
}

/* The rows of the answer that are a program's are those that it should pay, and no others. */
static bool know_rewards(books *b, const jf_json *result, book_order *o)
{
    reward_rows rows = {.count = 0};
    uint32_t seen = 0;
    for (uint32_t i = 0; i < o->policy->entry_count; i++)
        entry_rows(b, o, &o->policy->entries[i], &rows);
    for (const jf_json *row = jf_json_get(result, JF_STR("allocation"))->child; row;
         row = row->next) {
        uint32_t program = program_named(text_of(row, "to"));
        const reward_row *due = &rows.list[seen];
        if (program == JF_TO_COUNT)
            continue;
        if (seen++ >= rows.count || due->program != program ||
            due->amount != decimal_of(row, "amount", 2) || due->who != known_no(b, row, "who"))
            return complain(b, "%s pays %lld of order %llu, expected otherwise",
                            jf_to_wire((jf_to)program), (long long)decimal_of(row, "amount", 2),
                            (unsigned long long)o->number);
    }
    for (uint32_t i = 0; i < rows.count; i++)
        b->program_rows[rows.list[i].program]++;
    return same(b, seen, rows.count, "shares of programs of order", (int64_t)o->number);
}

/* It matures: pots fill and turnovers count, less what was refunded before. */
static void order_rewards(books *b, const book_order *o)
{
    int64_t paid = o->paid - part(o->paid, o->refunded, o->amount);
    for (uint32_t i = 0; i < o->part_count; i++) {
        const book_part *p = &o->parts[i];
        int64_t amount = p->amount - part(p->amount, o->refunded, o->amount);
        if (p->to != TO_POT)
            continue;
        b->pot_waits[p->who] -= amount;
        b->pot[p->who] += amount;
    }
    for (uint32_t i = 0; i < o->count_count; i++)
        b->turnover[o->counts[i].program][o->counts[i].who] += paid;
}

/* A pot gives back what it holds; the rest of `amount` is a loss. */
static void pot_gives_back(books *b, const book_order *o, uint32_t program, int64_t amount)
{
    if (o->waits) {
        b->pot_waits[program] -= amount;
        return;
    }
    int64_t given = lesser(b->pot[program], amount);
    b->pot[program] -= given;
    b->lost += amount - given;
    b->empty_pots += given < amount;
}

/* ------------------------------------------------------------------------
 * The end of a month.
 */

/* Somebody who takes part: has a standing, or a turnover. */
typedef struct reward_claim {
    uint32_t who;
    jf_i128 weight, rest; /* of a pot that is split */
    int64_t pays;
} reward_claim;

static uint32_t claims_of(const books *b, uint32_t program, reward_claim *list)
{
    uint32_t count = 0;
    for (uint32_t no = 1; no <= b->parties; no++)
        if (b->standing[program][no] != 0 || b->turnover[program][no] != 0)
            list[count++] = (reward_claim){.who = no};
    return count;
}

/* Largest remainder: one more for whoever lost most by the floor, ties to the smaller id. */
static void claims_split(const books *b, reward_claim *list, uint32_t count, int64_t amount)
{
    jf_i128 sum = 0;
    int64_t left = amount;
    for (uint32_t i = 0; i < count; i++)
        sum += list[i].weight;
    if (sum == 0)
        return;
    for (uint32_t i = 0; i < count; i++) {
        list[i].pays = (int64_t)(amount * list[i].weight / sum);
        list[i].rest = amount * list[i].weight % sum;
        left -= list[i].pays;
    }
    for (; left > 0; left--) {
        reward_claim *most = &list[0];
        for (uint32_t i = 1; i < count; i++)
            if (list[i].rest > most->rest ||
                (list[i].rest == most->rest &&
                 jf_str_cmp(b->party[list[i].who].id, b->party[most->who].id) < 0))
                most = &list[i];
        most->pays++;
        most->rest = -1;
    }
}

/* How many of the bars of a program a turnover reaches: they rise. */
static uint32_t bars_of(const book_entry *e, int64_t turnover)
{
    uint32_t reached = 0;
    for (uint32_t i = 0; i < e->rate_count; i++)
        reached += turnover >= e->bars[i];
    return reached;
}

/* A leader claims the tier's rate of the team's turnover; all claims together fit the pot. */
static void team_claims(books *b, const book_entry *e, reward_claim *list, uint32_t count)
{
    jf_i128 sum = 0;
    int64_t pot = b->pot[JF_TO_TEAM];
    for (uint32_t i = 0; i < count; i++) {
        int64_t turnover = b->turnover[JF_TO_TEAM][list[i].who];
        uint32_t tier = b->standing[JF_TO_TEAM][list[i].who] > 0 ? bars_of(e, turnover) : 0;
        if (tier > 0)
            list[i].pays = part(turnover, e->rates[tier - 1], JF_PPM_ONE);
        sum += list[i].pays;
    }
    b->cut_pots += sum > pot;
    for (uint32_t i = 0; i < count && sum > pot; i++)
        list[i].pays = (int64_t)((jf_i128)list[i].pays * pot / sum);
}

static void month_claims(books *b, const book_entry *e, reward_claim *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        int64_t *standing = &b->standing[e->program][list[i].who];
        int64_t turnover = b->turnover[e->program][list[i].who];
        if (e->program == JF_TO_STAFF)
            list[i].pays = e->base_pay * *standing;
        if (e->program == JF_TO_MANAGER && *standing > 0) {
            uint32_t grade = bars_of(e, turnover);
            b->promotions += grade > *standing;
            *standing = grade > 0 ? grade : 1;
        }
        list[i].weight = *standing;
        if (e->program == JF_TO_PERFORMANCE)
            list[i].weight = turnover > 0 ? (jf_i128)turnover * *standing : 0;
    }
    if (e->program == JF_TO_TEAM)
        team_claims(b, e, list, count);
    else if (has_pot(e->program))
        claims_split(b, list, count, b->pot[e->program]);
}

static bool last_of_month(int32_t day)
{
    int year, month, mday;
    jf_day_civil((jf_day){day + 1}, &year, &month, &mday);
    return mday == 1;
}

/* The journal of a program's month: what it should have done, in the oracle's books. */
static bool month_ended(books *b, uint64_t program, int32_t day)
{
    reward_claim list[BOOKS_PARTIES];
    const book_policy *policy = policy_on(b, day);
    uint32_t count = program < JF_TO_COUNT ? claims_of(b, (uint32_t)program, list) : 0;
    if (count == 0 || !last_of_month(day) || b->months_seen >> program & 1)
        return complain(b, "a month of program %u ends on a wrong day", (unsigned)program);
    b->months_seen |= 1u << program;
    for (uint32_t i = 0; i < policy->entry_count; i++)
        if (policy->entries[i].program == program)
            month_claims(b, &policy->entries[i], list, count);
    for (uint32_t i = 0; i < count; i++) {
        int64_t *turnover = &b->turnover[program][list[i].who];
        *(program == JF_TO_STAFF ? &b->revenue : &b->pot[program]) -= list[i].pays;
        b->party[list[i].who].money += list[i].pays;
        b->months_paid += list[i].pays > 0;
        *turnover = lesser(*turnover, 0); /* what refunds took below nothing is carried on */
        books_touch(b, list[i].who);
    }
    return true;
}

/* A day is closed: no program with anybody in it was left out of a month's end. */
static bool months_ended(books *b, int32_t day)
{
    reward_claim list[BOOKS_PARTIES];
    uint32_t seen = b->months_seen;
    b->months_seen = 0;
    for (uint32_t to = JF_TO_STAFF; last_of_month(day) && to < JF_TO_COUNT; to++)
        if (to != JF_TO_LEVEL && to != JF_TO_HOME_OWNER && !(seen >> to & 1) &&
            claims_of(b, to, list) > 0)
            return complain(b, "no month of %s ends on day %d", jf_to_wire((jf_to)to), day);
    return true;
}

/* ------------------------------------------------------------------------
 * After each step.
 */

static bool check_standings(books *b, uint32_t no)
{
    bool fine = true;
    for (uint32_t to = JF_TO_STAFF; fine && to < JF_TO_COUNT; to++)
        fine = same(b, book_balance(b, no, JF_POOL_SLOT(STANDING, to)), b->standing[to][no],
                    "standing of party", no) &&
               same(b, book_balance(b, no, JF_POOL_SLOT(TURNOVER, to)), b->turnover[to][no],
                    "turnover of party", no);
    return fine;
}

static bool check_pots(books *b)
{
    bool fine = same(b, b->kinds[JF_ACCOUNT_STANDING] + b->kinds[JF_ACCOUNT_STANDINGS_GIVEN], 0,
                     "standings", 0) &&
                same(b, b->kinds[JF_ACCOUNT_TURNOVER] + b->kinds[JF_ACCOUNT_TURNOVER_COUNTED], 0,
                     "turnovers", 0);
    for (uint32_t to = JF_TO_STAFF; fine && to < JF_TO_COUNT; to++)
        fine = same(b, book_balance(b, 0, JF_POOL_SLOT(POT, to)), b->pot[to], "the pot of program",
                    to) &&
               same(b, book_balance(b, 0, JF_POOL_SLOT(PENDING_POT, to)), b->pot_waits[to],
                    "pending in the pot of program", to);
    return fine;
}

/* account.get: the programs in which somebody has something, and no others. */
static bool check_shown_rewards(books *b, uint32_t no, const jf_json *result)
{
    const jf_json *list = jf_json_get(result, JF_STR("rewards"));
    uint32_t expected = 0, shown = 0;
    for (uint32_t to = JF_TO_STAFF; to < JF_TO_COUNT; to++)
        expected += b->standing[to][no] != 0 || b->turnover[to][no] != 0;
    for (const jf_json *row = list ? list->child : NULL; row; row = row->next, shown++) {
        uint32_t to = program_named(text_of(row, "program"));
        if (to == JF_TO_COUNT ||
            !same(b, integer_of(row, "weight"), b->standing[to][no], "shown weight of", no) ||
            !same(b, decimal_of(row, "turnover", 2), b->turnover[to][no], "shown turnover of", no))
            return complain(b, "party %u is shown in a program that is none", no);
    }
    return same(b, shown, expected, "shown programs of", no);
}

#endif
