/*
 * Random commands, and after each of them the books must be right.
 *
 * A stream made from a seed (property_commands.h) goes to an engine on a memory
 * store, one command a batch; an oracle with books of its own (property_books.h
 * and what includes it) looks at every journal and answer. The same stream goes to
 * an engine on SQLite with batches of random size, little memory, and now and
 * then a new start: it must answer the same. At the end the audit is clean, and
 * memory, SQLite and a replay have the same state hash.
 *
 * JF_SEED=N runs that seed alone; from 100 on (SCENE_PRESETS) a stream starts with
 * a preset. With sanitizers there are fewer steps.
 */
#include <stdlib.h>
#include <unistd.h>

#include "app/audit.h"

#include "property_checks.h"
#include "property_commands.h"
#include "tap.h"

#define STEPS 3000
#define STEPS_SANITIZED 1200
#define AUDIT_EVERY 1000
#define EVERYBODY_EVERY 100

/* From SCENE_PRESETS on, one for each preset. */
static const uint64_t seeds[] = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 100, 101, 102, 103};

/* How many commands of each kind were accepted and refused, over all runs. */
static uint32_t accepted[JF_COMMAND_KINDS], refused[JF_COMMAND_KINDS], codes[JF_CODE_COUNT];
static uint64_t periods, finished, dust_sweeps, scans, shop_buyers, voucher_orders, matured;
static uint64_t credit_orders, partial_refunds, held_refunds, late_refunds, clawbacks, lossy;
static uint64_t exits, lot_exits, emptied, in_debt, credit_refunds;
static uint64_t program_rows[JF_TO_COUNT], preset_orders[256], preset_periods;
static uint64_t mixed, months_paid, cut_pots, empty_pots, promotions, discounts, free_orders, taxed,
    dividends;
static uint32_t repeated;

/* One stream on two stores. */
typedef struct run {
    uint64_t seed;
    uint32_t steps;
    scene scene;
    books books;
    jf_store *memory, *sqlite;
    jf_engine *first, *second;
    char path[256];
    jf_arena answers; /* texts of `said` */
    jf_str *said;     /* by step: what the first engine answered */
    jf_code code;     /* of the last answer of the first */
    bool again;
    uint32_t step, heard; /* answers of the second so far */
    jf_arena json;
} run;

static bool store_failed(run *r, const jf_store_error *error)
{
    return complain(&r->books, "the store failed: %s", error->message);
}

static void first_answers(void *context, const jf_answer *answer)
{
    run *r = context;
    r->said[r->step] = jf_str_dup(&r->answers, answer->text);
    r->code = answer->code;
    r->again = answer->again;
}

static void second_answers(void *context, const jf_answer *answer)
{
    run *r = context;
    uint32_t step = (uint32_t)(uintptr_t)answer->ticket;
    if (step != r->heard++)
        complain(&r->books, "SQLite: answer %u came when %u was due", step, r->heard - 1);
    else if (!jf_str_eq(answer->text, r->said[step]))
        complain(&r->books, "SQLite answered step %u with %.200s, memory with %.200s", step,
                 answer->text.p, r->said[step].p);
}

static bool second_open(run *r)
{
    jf_store_error error;
    char url[300];
    jf_engine_options options = {.batch = 1 + scene_below(&r->scene, 64),
                                 .memory = scene_chance(&r->scene, 50) ? 200000 : 0,
                                 .foreground = scene_chance(&r->scene, 20),
                                 .answer = second_answers,
                                 .context = r};
    snprintf(url, sizeof url, "sqlite:%s/books.db", r->path);
    if (jf_store_open(&r->sqlite, url, JF_OPEN_WRITE, &error) != JF_STORE_OK ||
        jf_engine_open(&r->second, r->sqlite, &options, &error) != JF_STORE_OK)
        return store_failed(r, &error);
    return true;
}

static void second_close(run *r)
{
    jf_engine_close(r->second);
    jf_store_close(r->sqlite);
    r->second = NULL;
    r->sqlite = NULL;
}

static bool second_flush(run *r)
{
    jf_store_error error;
    if (jf_engine_flush(r->second, &error) != JF_STORE_OK)
        return store_failed(r, &error);
    return r->books.complaint[0] == '\0';
}

static bool run_open(run *r, uint64_t seed, uint32_t steps)
{
    jf_store_error error;
    const char *where = getenv("TMPDIR");
    jf_engine_options options = {.batch = 1, .answer = first_answers, .context = r};
    *r = (run){.seed = seed, .steps = steps};
    scene_init(&r->scene, seed);
    books_init(&r->books);
    jf_arena_init(&r->answers, 0);
    jf_arena_init(&r->json, 0);
    r->said = JF_NEW_ARRAY(&r->answers, jf_str, steps);
    snprintf(r->path, sizeof r->path, "%s/jifen-property.XXXXXX", where ? where : "/tmp");
    if (!mkdtemp(r->path))
        return complain(&r->books, "no folder %s can be made", r->path);
    if (jf_store_memory_open(&r->memory, &error) != JF_STORE_OK ||
        jf_engine_open(&r->first, r->memory, &options, &error) != JF_STORE_OK)
        return store_failed(r, &error);
    return second_open(r);
}

static void run_close(run *r)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-lock"};
    jf_engine_close(r->first);
    jf_store_close(r->memory);
    second_close(r);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char name[300];
        snprintf(name, sizeof name, "%s/books.db%s", r->path, endings[i]);
        unlink(name);
    }
    rmdir(r->path);
    books_free(&r->books);
    scene_free(&r->scene);
    jf_arena_free(&r->answers);
    jf_arena_free(&r->json);
}

/* ------------------------------------------------------------------------
 * One step.
 */

static jf_command_kind kind_of(const jf_json *command)
{
    jf_str name = text_of(command, "cmd");
    jf_command_kind kind = 0;
    while (!jf_str_eq(name, jf_str_of(jf_command_info_of(kind)->wire)))
        kind++;
    return kind;
}

/* An id that comes again is answered with the first result, or conflicts. */
static bool check_repeat(run *r)
{
    const scene *s = &r->scene;
    jf_str before = r->said[s->old[s->again_of].step], now = r->said[r->step];
    repeated += s->again;
    if (s->conflicts)
        return same(&r->books, r->code, JF_E_ID_CONFLICT, "the answer to another content", 0);
    if (!r->again || !jf_str_eq(before, now))
        return complain(&r->books, "a repeated command answers %.200s instead of %.200s", now.p,
                        before.p);
    return true;
}

/* What the first engine said and wrote is held against the oracle's books. */
static bool check_step(run *r, jf_str line)
{
    books *b = &r->books;
    jf_json *command, *answer;
    jf_arena_reset(&r->json);
    if (!jf_json_parse(&r->json, line, &command, NULL) ||
        !jf_json_parse(&r->json, r->said[r->step], &answer, NULL))
        return complain(b, "the answer is not JSON: %.200s", r->said[r->step].p);
    jf_command_kind kind = kind_of(command);
    const jf_command_info *info = jf_command_info_of(kind);
    const jf_world *w = jf_engine_world(r->first);
    uint64_t before = b->journals;
    bool changes = r->code == JF_OK && !r->again && info->id_use != JF_ID_USE_READ;
    (r->code == JF_OK ? accepted : refused)[kind]++;
    codes[r->code]++;
    if (!r->again && !check_memo_code(b, kind, command, r->code))
        return false;
    if (!books_read_journals(b, r->memory))
        return false;
    if (!changes && b->journals != before)
        return complain(b, "a journal was written, but nothing was accepted");
    if ((r->scene.again || r->scene.conflicts) && !check_repeat(r))
        return false;
    const jf_json *result = jf_json_get(answer, JF_STR("result"));
    if (changes && !books_know(b, kind, command, result, w->state.open_day.n))
        return false;
    if (kind == JF_CMD_ACCOUNT_GET && r->code == JF_OK && !check_account(b, w, command, result))
        return false;
    if (kind == JF_CMD_FUNDS_GET && !check_funds_shown(b, result))
        return false;
    if (r->code != JF_OK && (kind == JF_CMD_MEMBER_CREATE || kind == JF_CMD_SHOP_CREATE))
        scene_forget(&r->scene, kind == JF_CMD_MEMBER_CREATE);
    if (changes && kind == JF_CMD_POLICY_SET)
        scene_policy_set(&r->scene);
    if (changes && info->id_use == JF_ID_USE_OWN_ID)
        scene_remember(&r->scene, line, r->step);
    if (changes && kind >= JF_CMD_WITHDRAW_APPROVE && kind <= JF_CMD_WITHDRAW_REJECT)
        scene_withdrawn(&r->scene, index_of(text_of(command, "id")),
                        kind == JF_CMD_WITHDRAW_APPROVE);
    if (changes && kind == JF_CMD_ORDER_PAY)
        scene_paid(&r->scene, index_of(text_of(command, "id")), decimal_of(command, "amount", 2));
    if (changes && kind == JF_CMD_ORDER_REFUND)
        scene_refunded(&r->scene, index_of(text_of(command, "order")),
                       decimal_of(command, "amount", 2));
    return books_check(b, w);
}

static bool both_say(run *r, jf_str line)
{
    jf_store_error error;
    void *ticket = (void *)(uintptr_t)r->step;
    if (jf_engine_line(r->first, line, ticket, &error) != JF_STORE_OK ||
        jf_engine_flush(r->first, &error) != JF_STORE_OK ||
        jf_engine_line(r->second, line, ticket, &error) != JF_STORE_OK)
        return store_failed(r, &error);
    return true;
}

/* Now and then the second engine commits early, or starts anew from its file. */
static bool disturb(run *r)
{
    if (scene_below(&r->scene, 50) == 0 && !second_flush(r))
        return false;
    if (scene_below(&r->scene, 400) > 0)
        return true;
    if (!second_flush(r))
        return false;
    second_close(r);
    return second_open(r);
}

static bool audit_clean(run *r, jf_store *store, bool replay, jf_hash *state)
{
    jf_audit audit;
    jf_store_error error;
    jf_audit_init(&audit);
    jf_store_result result =
        jf_audit_run(&audit, store, &(jf_audit_options){.replay = replay}, &error);
    bool fine = result == JF_STORE_OK || store_failed(r, &error);
    for (uint32_t i = 0; fine && i < audit.count; i++)
        if (strcmp(audit.list[i].severity, "error") == 0)
            fine = complain(&r->books, "the audit of %s finds %s: %.300s", store->ops->scheme,
                            audit.list[i].id, audit.list[i].text.p);
    *state = audit.state_hash;
    jf_audit_free(&audit);
    return fine;
}

static bool run_step(run *r)
{
    jf_hash state;
    books_name_holders(&r->books, &r->scene);
    jf_str line = scene_next(&r->scene, r->step);
    if (!both_say(r, line) || !check_step(r, line) || !disturb(r))
        return false;
    if (r->step % EVERYBODY_EVERY == 0 && !check_everybody(&r->books, jf_engine_world(r->first)))
        return false;
    if (r->step % AUDIT_EVERY == AUDIT_EVERY - 1 && !audit_clean(r, r->memory, false, &state))
        return false;
    return r->books.complaint[0] == '\0';
}

/* ------------------------------------------------------------------------
 * The end of a stream.
 */

static bool hashes_same(run *r, jf_hash a, jf_hash b, const char *what)
{
    return memcmp(&a, &b, sizeof a) == 0 ||
           complain(&r->books, "memory and %s differ in their state hash", what);
}

static bool replayed(run *r, jf_hash *state)
{
    jf_store *fresh;
    jf_store_error error;
    bool agrees = false;
    if (jf_store_memory_open(&fresh, &error) != JF_STORE_OK)
        return store_failed(r, &error);
    bool fine = jf_replay(r->sqlite, fresh, &agrees, &error) == JF_STORE_OK &&
                jf_state_hash(fresh, state, &error) == JF_STORE_OK;
    if (!fine)
        store_failed(r, &error);
    else if (!agrees)
        fine = complain(&r->books, "the replay has another hash chain");
    jf_store_close(fresh);
    return fine;
}

static bool run_end(run *r)
{
    jf_hash memory, sqlite, replay;
    return second_flush(r) && same(&r->books, r->heard, r->step, "answers of SQLite", 0) &&
           check_everybody(&r->books, jf_engine_world(r->first)) &&
           audit_clean(r, r->memory, true, &memory) && audit_clean(r, r->sqlite, false, &sqlite) &&
           replayed(r, &replay) && hashes_same(r, memory, sqlite, "SQLite") &&
           hashes_same(r, memory, replay, "a replay");
}

static void add_totals(const books *b)
{
    periods += b->periods;
    finished += b->finished;
    dust_sweeps += b->dust_sweeps;
    scans += b->scans;
    shop_buyers += b->shop_buyers;
    voucher_orders += b->voucher_orders;
    matured += b->matured;
    credit_orders += b->credit_orders;
    partial_refunds += b->partial_refunds;
    held_refunds += b->held_refunds;
    late_refunds += b->late_refunds;
    clawbacks += b->clawbacks;
    lossy += b->lossy;
    exits += b->tokens.exits;
    lot_exits += b->tokens.lot_exits;
    emptied += b->tokens.emptied;
    in_debt += b->in_debt;
    credit_refunds += b->credit_refunds;
    for (uint32_t i = 0; i < JF_TO_COUNT; i++)
        program_rows[i] += b->program_rows[i];
    for (uint32_t i = 0; i < 256; i++)
        preset_orders[i] += b->preset_orders[i];
    preset_periods += b->preset_periods;
    months_paid += b->months_paid;
    cut_pots += b->cut_pots;
    empty_pots += b->empty_pots;
    promotions += b->promotions;
    discounts += b->discounts;
    mixed += b->mixed;
    free_orders += b->free_orders;
    taxed += b->taxed;
    dividends += b->dividends;
}

static void test_stream(uint64_t seed, uint32_t steps)
{
    run r;
    bool fine = run_open(&r, seed, steps);
    for (; fine && r.step < steps; r.step += fine)
        fine = run_step(&r);
    ok(fine, "seed %llu: the books are right after each of %u steps", (unsigned long long)seed,
       steps);
    if (!fine)
        tap_diag("step %u: %s; %.*s", r.step, r.books.complaint,
                 JF_STR_ARG(jf_buf_view(&r.scene.line)));
    if (fine) {
        fine = run_end(&r);
        ok(fine, "seed %llu: audits are clean; memory, SQLite and a replay agree",
           (unsigned long long)seed);
        if (!fine)
            tap_diag("%s", r.books.complaint);
    }
    add_totals(&r.books);
    run_close(&r);
}

/* ------------------------------------------------------------------------
 * Did the streams do what they are for?
 */

static void print_counts(void)
{
    for (jf_command_kind kind = 0; kind < JF_COMMAND_KINDS; kind++)
        if (accepted[kind] + refused[kind])
            tap_diag("%-14s %6u accepted %6u refused", jf_command_info_of(kind)->wire,
                     accepted[kind], refused[kind]);
    tap_diag("%llu periods closed, %llu cohorts finished, %llu sweeps with dust, %llu maturities",
             (unsigned long long)periods, (unsigned long long)finished,
             (unsigned long long)dust_sweeps, (unsigned long long)matured);
    tap_diag("orders: %llu with vouchers, %llu by shops, %llu scanned; %u commands repeated",
             (unsigned long long)voucher_orders, (unsigned long long)shop_buyers,
             (unsigned long long)scans, repeated);
    tap_diag("refunds: %llu in part, %llu on hold, %llu late; %llu clawbacks, %llu empty funds",
             (unsigned long long)partial_refunds, (unsigned long long)held_refunds,
             (unsigned long long)late_refunds, (unsigned long long)clawbacks,
             (unsigned long long)lossy);
    tap_diag("%llu orders on credit, %llu debtors met; %llu exits, %llu of lots, %llu empty pools",
             (unsigned long long)credit_orders, (unsigned long long)in_debt,
             (unsigned long long)exits, (unsigned long long)lot_exits, (unsigned long long)emptied);
    for (uint32_t to = JF_TO_STAFF; to < JF_TO_COUNT; to++)
        tap_diag("%-14s %6llu shares", jf_to_wire((jf_to)to), (unsigned long long)program_rows[to]);
    tap_diag("%llu paid for a month, %llu pots cut, %llu found empty by refunds, %llu promotions",
             (unsigned long long)months_paid, (unsigned long long)cut_pots,
             (unsigned long long)empty_pots, (unsigned long long)promotions);
    tap_diag("%llu orders with consumption coins, %llu by them alone; %llu withdrawals taxed",
             (unsigned long long)discounts, (unsigned long long)free_orders,
             (unsigned long long)taxed);
    tap_diag("presets: %llu, %llu, %llu and %llu orders, %llu periods",
             (unsigned long long)preset_orders['w'], (unsigned long long)preset_orders['z'],
             (unsigned long long)preset_orders['m'], (unsigned long long)preset_orders['l'],
             (unsigned long long)preset_periods);
}

/* At least so many of a thousand steps. */
static void enough(uint64_t count, uint64_t steps, uint32_t per_thousand, const char *what)
{
    ok(count * 1000 >= steps * per_thousand, "enough %s: %llu of %llu steps", what,
       (unsigned long long)count, (unsigned long long)steps);
}

static void test_counts_of_programs(uint64_t steps)
{
    static const char *const presets[] = {"wodian", "zhongdian", "mall", "local"};
    for (uint32_t to = JF_TO_STAFF; to < JF_TO_COUNT; to++)
        enough(program_rows[to], steps, 2, jf_to_wire((jf_to)to));
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++)
        enough(preset_orders[(unsigned char)presets[i][0]], steps, 4, presets[i]);
    ok(preset_periods * 4000 >= steps, "periods closed under presets: %llu",
       (unsigned long long)preset_periods);
    enough(months_paid, steps, 10, "payments for a month");
    enough(discounts, steps, 4, "orders with consumption coins");
    enough(mixed, steps, 1, "orders with consumption coins and vouchers");
    ok(taxed * 2000 >= steps, "withdrawals were taxed: %llu", (unsigned long long)taxed);
    enough(dividends, steps, 3, "dividends with more than one holder");
    enough(empty_pots, steps, 1, "refunds that found an empty pot");
    ok(cut_pots * 4000 >= steps, "pots held less than was claimed: %llu",
       (unsigned long long)cut_pots);
    ok(promotions * 4000 >= steps, "managers rose: %llu", (unsigned long long)promotions);
    ok(free_orders * 8000 >= steps, "orders were paid with consumption coins alone: %llu",
       (unsigned long long)free_orders);
}

static void test_counts(uint64_t steps)
{
    static const struct {
        jf_command_kind kind;
        uint32_t accepted, refused; /* of a thousand steps */
    } rows[] = {
        {JF_CMD_POLICY_SET, 4, 1},       {JF_CMD_MEMBER_CREATE, 20, 1},
        {JF_CMD_SHOP_CREATE, 10, 1},     {JF_CMD_SHOP_UPDATE, 5, 1},
        {JF_CMD_HOME_BIND, 1, 2},        {JF_CMD_AGENT_ASSIGN, 15, 0},
        {JF_CMD_ORDER_PAY, 200, 50},     {JF_CMD_DAY_CLOSE, 40, 5},
        {JF_CMD_FUND_INJECT, 5, 0},      {JF_CMD_COHORT_SWEEP, 5, 1},
        {JF_CMD_ACCOUNT_GET, 40, 0},     {JF_CMD_POOL_GET, 3, 0},
        {JF_CMD_FUNDS_GET, 3, 0},        {JF_CMD_ORDER_REFUND, 50, 30},
        {JF_CMD_TOKEN_SELL, 5, 10},      {JF_CMD_TOKEN_INJECT, 2, 2},
        {JF_CMD_COIN_REDEEM, 8, 8},      {JF_CMD_WITHDRAW_REQUEST, 10, 1},
        {JF_CMD_WITHDRAW_APPROVE, 4, 2}, {JF_CMD_WITHDRAW_PAID, 1, 3},
        {JF_CMD_WITHDRAW_REJECT, 2, 1},  {JF_CMD_TOKEN_GET, 3, 0},
        {JF_CMD_SHARE_ISSUE, 5, 2},      {JF_CMD_SHARE_TRANSFER, 6, 2},
        {JF_CMD_DIVIDEND_DECLARE, 6, 2}, {JF_CMD_LEGACY_IMPORT, 8, 0},
        {JF_CMD_LEGACY_GRANT, 10, 2},    {JF_CMD_REWARD_ENROLL, 20, 0},
        {JF_CMD_TAX_REMIT, 2, 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *wire = jf_command_info_of(rows[i].kind)->wire;
        char what[64];
        snprintf(what, sizeof what, "%s accepted", wire);
        enough(accepted[rows[i].kind], steps, rows[i].accepted, what);
        snprintf(what, sizeof what, "%s refused", wire);
        enough(refused[rows[i].kind], steps, rows[i].refused, what);
    }
    enough(codes[JF_E_INSUFFICIENT_VOUCHERS], steps, 10, "orders with too few vouchers");
    enough(codes[JF_E_ID_CONFLICT], steps, 5, "ids in conflict");
    enough(repeated, steps, 10, "commands repeated");
    enough(periods, steps, 30, "periods closed");
    enough(finished, steps, 10, "cohorts finished");
    enough(dust_sweeps, steps, 1, "sweeps that found dust");
    enough(matured, steps, 50, "orders that matured");
    enough(voucher_orders, steps, 20, "orders with vouchers");
    enough(shop_buyers, steps, 20, "orders by shops");
    enough(scans, steps, 30, "orders with a scan");
    enough(credit_orders, steps, 1, "orders on credit");
    /* five in the full run of 40,000 steps, as many for its length in a shorter one */
    ok(credit_refunds * 8000 >= steps, "orders on credit were refunded: %llu",
       (unsigned long long)credit_refunds);
    enough(partial_refunds, steps, 20, "refunds in part");
    enough(held_refunds, steps, 4, "refunds before maturity");
    enough(late_refunds, steps, 20, "refunds after their window");
    enough(clawbacks, steps, 10, "clawbacks of releases");
    enough(lossy, steps, 1, "refunds that found an empty fund");
    enough(in_debt, steps, 5, "moves of accounts in debt");
    enough(exits, steps, 3, "forced exits");
    enough(lot_exits, steps, 1, "forced exits of one lot");
    enough(emptied, steps, 1, "pools of units that became empty");
    test_counts_of_programs(steps);
}

int main(void)
{
    const char *seed = getenv("JF_SEED"), *sanitized = getenv("JF_SANITIZED");
    uint32_t steps = sanitized && *sanitized ? STEPS_SANITIZED : STEPS;
    if (seed && *seed) {
        test_stream(strtoull(seed, NULL, 10), steps);
        print_counts();
        return tap_plan_done();
    }
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++)
        test_stream(seeds[i], steps);
    print_counts();
    test_counts(steps * (sizeof seeds / sizeof *seeds));
    return tap_plan_done();
}
