/*
 * The report's part about rewards, tax, chain stores and old debts (spec
 * sections 9, 12, 13): who takes part, what waits in pots, and how old debts go
 * down month by month.
 *
 * Old debts are told from the postings of the one account that counters them,
 * read backwards, so the pages cost as many steps as such debts have moved.
 */
#include "app/journal.h"
#include "app/report_rows.h"
#include "app/why.h"
#include "base/check.h"
#include "core/ledger.h"
#include "core/program.h"

static const char *pick(bool chinese, const char *en, const char *zh)
{
    JF_ASSERT(en && zh);
    return chinese ? zh : en;
}

static bool same_month(jf_day a, jf_day b)
{
    int year_a, month_a, year_b, month_b, day;
    jf_day_civil(a, &year_a, &month_a, &day);
    jf_day_civil(b, &year_b, &month_b, &day);
    return year_a == year_b && month_a == month_b;
}

/* One movement of all old debts, newest first: into the month that it fell in. */
static void note_legacy(jf_report *r, const jf_journal_row *journal, const jf_posting_row *p)
{
    jf_legacy_month *last = r->legacy;
    if (!last || !same_month(last->day, journal->day)) {
        jf_legacy_month *month = JF_NEW(&r->arena, jf_legacy_month);
        *month = (jf_legacy_month){.day = journal->day, .open = -p->balance, .next = last};
        r->legacy = last = month;
    }
    bool recorded = (p->why & 255) == JF_WHY_LEGACY && p->amount < 0;
    int64_t *sum = recorded ? &last->recorded : &last->spent;
    if (!jf_add(*sum, recorded ? -p->amount : p->amount, sum))
        *sum = INT64_MAX;
}

/* The posting of the account in a journal, or NULL: the last, when there are several. */
static const jf_posting_row *posting_on(const jf_posting_row *rows, uint32_t count, jf_slot slot)
{
    for (uint32_t i = count; i-- > 0;)
        if (rows[i].owner == JF_PLATFORM && rows[i].slot == slot)
            return &rows[i];
    return NULL;
}

/* The months come out oldest first, as they are put in front of each other. */
void jf_report_legacy(jf_report *r)
{
    jf_slot slot = JF_SLOT(LEGACY_OPEN);
    const jf_account *account = jf_world_account(&r->reader.world, JF_PLATFORM, slot);
    uint64_t number = account ? account->last : 0;
    jf_arena scratch;
    jf_arena_init(&scratch, 0);
    while (number != 0) {
        jf_journal_row journal;
        jf_posting_row *rows;
        uint32_t count;
        jf_arena_reset(&scratch);
        if (!jf_reader_journal(&r->reader, &scratch, number, &journal))
            break;
        bool read = jf_journal_postings(&scratch, journal.postings, &rows, &count);
        const jf_posting_row *p = read ? posting_on(rows, count, slot) : NULL;
        if (!p || p->before >= number) {
            jf_reader_damaged(&r->reader, number);
            break;
        }
        note_legacy(r, &journal, p);
        number = p->before;
    }
    jf_arena_free(&scratch);
}

static uint32_t enrolled_in(const jf_world *w, jf_to to)
{
    const jf_listed *listed;
    uint32_t count = 0;
    for (uint64_t at = 0; (listed = jf_map_next(&w->listed, &at)) != NULL;)
        count += listed->slot == JF_POOL_SLOT(STANDING, (uint32_t)to);
    return count;
}

static int64_t pot_of(const jf_world *w, jf_to to)
{
    return jf_balance(w, JF_PLATFORM, JF_POOL_SLOT(POT, (uint32_t)to));
}

/* The programs that somebody is enrolled in, or whose pot holds something. */
static bool program_shown(const jf_world *w, jf_to to)
{
    return jf_reward_info_of(to) && (pot_of(w, to) > 0 || enrolled_in(w, to) > 0);
}

static void month_text(jf_buf *out, jf_day day)
{
    int year, month, mday;
    jf_day_civil(day, &year, &month, &mday);
    jf_buf_int(out, year);
    jf_buf_c(out, month < 10 ? "-0" : "-");
    jf_buf_int(out, month);
}

static void legacy_json(const jf_report *r, jf_jw *w)
{
    const int64_t *totals = r->reader.world.state.totals;
    if (!r->legacy)
        return;
    jf_jw_open(w, "old_debts", '{');
    jf_jw_decimal(w, "owed", totals[JF_ACCOUNT_LEGACY_OWED], 2);
    jf_jw_decimal(w, "coins", totals[JF_ACCOUNT_LEGACY_COINS], 2);
    jf_jw_open(w, "months", '[');
    for (const jf_legacy_month *m = r->legacy; m; m = m->next) {
        char space[24];
        jf_buf month = {space, 0, sizeof space, NULL};
        month_text(&month, m->day);
        jf_jw_open(w, NULL, '{');
        jf_jw_str(w, "month", jf_buf_view(&month));
        jf_jw_decimal(w, "recorded", m->recorded, 2);
        jf_jw_decimal(w, "spent", m->spent, 2);
        jf_jw_decimal(w, "open", m->open, 2);
        jf_jw_close(w, '}');
    }
    jf_jw_close(w, ']');
    jf_jw_close(w, '}');
}

void jf_report_rewards_json(const jf_report *r, jf_jw *w)
{
    const jf_world *world = &r->reader.world;
    jf_jw_open(w, "rewards", '[');
    for (jf_to to = 0; to < JF_TO_COUNT; to++) {
        if (!program_shown(world, to))
            continue;
        jf_jw_open(w, NULL, '{');
        jf_jw_c(w, "program", jf_to_wire(to));
        jf_jw_int(w, "enrolled", enrolled_in(world, to));
        jf_jw_decimal(w, "pot", pot_of(world, to), 2);
        jf_jw_close(w, '}');
    }
    jf_jw_close(w, ']');
    jf_jw_decimal(w, "withheld", world->state.totals[JF_ACCOUNT_WITHHELD], 2);
    jf_jw_open(w, "stores", '[');
    for (uint32_t i = 0; i < world->state.chains; i++) {
        jf_jw_open(w, NULL, '{');
        jf_jw_str(w, "shop", world->chains[i]);
        jf_jw_int(w, "shares",
                  -jf_balance(world, JF_PLATFORM, JF_CHAIN_SLOT(SHARES_ISSUED, i + 1)));
        jf_jw_close(w, '}');
    }
    jf_jw_close(w, ']');
    legacy_json(r, w);
}

static void programs_text(const jf_report *r, jf_grid *grid, bool chinese)
{
    const jf_world *w = &r->reader.world;
    for (jf_to to = 0; to < JF_TO_COUNT; to++) {
        if (!program_shown(w, to))
            continue;
        jf_buf label;
        jf_buf_init(&label, grid->arena);
        jf_buf_c(&label, jf_share_words(to, chinese));
        jf_buf_c(&label, pick(chinese, ": enrolled", "：登记人数"));
        jf_buf_char(&label, '\0');
        jf_report_count(grid, label.p, enrolled_in(w, to));
        if (pot_of(w, to) > 0)
            jf_report_amount(grid, pick(chinese, "  waiting in its pot", "  资金池余额"),
                             pot_of(w, to), JF_UNIT_CNY, chinese);
    }
}

static void legacy_text(const jf_report *r, jf_grid *grid, bool chinese)
{
    const int64_t *totals = r->reader.world.state.totals;
    jf_report_amount(grid, pick(chinese, "not released yet", "未释放"),
                     totals[JF_ACCOUNT_LEGACY_OWED], JF_UNIT_LEGACY, chinese);
    jf_report_amount(grid, pick(chinese, "consumption coins not spent", "未使用消费币"),
                     totals[JF_ACCOUNT_LEGACY_COINS], JF_UNIT_LEGACY, chinese);
    for (const jf_legacy_month *m = r->legacy; m; m = m->next) {
        jf_buf label;
        jf_buf_init(&label, grid->arena);
        jf_buf_c(&label, pick(chinese, "open at the end of ", "月末余额 "));
        month_text(&label, m->day);
        jf_buf_char(&label, '\0');
        jf_report_amount(grid, label.p, m->open, JF_UNIT_LEGACY, chinese);
    }
}

void jf_report_rewards_text(const jf_report *r, jf_grid *grid, bool chinese)
{
    const jf_world *w = &r->reader.world;
    bool programs = false;
    for (jf_to to = 0; to < JF_TO_COUNT; to++)
        programs |= program_shown(w, to);
    if (programs) {
        jf_report_heading(grid, pick(chinese, "Reward programs", "奖励"), JF_STR_NONE);
        programs_text(r, grid, chinese);
    }
    if (w->state.totals[JF_ACCOUNT_WITHHELD] > 0) {
        jf_report_heading(grid, pick(chinese, "Tax", "税"), JF_STR_NONE);
        jf_report_amount(grid, pick(chinese, "withheld, not paid over", "已代扣未缴"),
                         w->state.totals[JF_ACCOUNT_WITHHELD], JF_UNIT_CNY, chinese);
    }
    if (w->state.chains > 0) {
        jf_report_heading(grid, pick(chinese, "Chain stores", "连锁门店"), JF_STR_NONE);
        jf_report_count(grid, pick(chinese, "stores with shareholders", "有股东的门店"),
                        w->state.chains);
    }
    if (r->legacy) {
        jf_report_heading(grid, pick(chinese, "Old debts", "旧账"), JF_STR_NONE);
        legacy_text(r, grid, chinese);
    }
}
