/*
 * The audit of the chain: journals one by one, from the first to the last.
 *
 * Numbers are dense; each hash is of its journal and the hash before; business
 * days come in order; every accepted command has its journal. The contents are
 * the postings' file. What rows must agree with later is noted in marks.
 */
#include <string.h>

#include "app/audit_work.h"
#include "base/check.h"

/* A number far beyond the journals that were read is damage, and gets no mark. */
#define MARKS_AHEAD ((uint64_t)1 << 22)
#define MARKS_FIRST 4096

jf_mark *jf_audit_mark(const jf_audit_work *work, uint64_t number)
{
    return number >= 1 && number < work->mark_room ? &work->marks[number] : NULL;
}

jf_mark jf_audit_id_mark(jf_command_kind kind, jf_str id)
{
    JF_ASSERT(kind < JF_COMMAND_KINDS);
    jf_mark hash = jf_map_mix(jf_str_hash(id) + (uint64_t)kind);
    return (hash & ~JF_MARK_FLAGS) | (JF_MARK_FLAGS + 1); /* never 0: that is no id */
}

/* The mark of a journal being read, or NULL for a number that cannot be. */
static jf_mark *mark_open(jf_audit_work *work, uint64_t number)
{
    JF_ASSERT(number > 0 && work->seen > 0);
    if (number > work->seen + MARKS_AHEAD) {
        return NULL;
    }
    if (number >= work->mark_room) {
        uint64_t room = work->mark_room ? 2 * work->mark_room : MARKS_FIRST;
        while (room <= number) {
            room *= 2;
        }
        jf_mark *wider = JF_NEW_ARRAY(&work->kept, jf_mark, room);
        if (work->mark_room > 0) {
            memcpy(wider, work->marks, sizeof *wider * work->mark_room);
        }
        work->marks = wider;
        work->mark_room = room;
    }
    JF_ASSERT(number < work->mark_room);
    return &work->marks[number];
}

static bool hash_eq(jf_hash a, jf_hash b)
{
    return memcmp(a.b, b.b, sizeof a.b) == 0;
}

/*
 * One change breaks the chain at one place: a journal whose stored hash was
 * changed is reported itself, and the one behind it is then measured against
 * the hash that it should have had.
 */
static void check_hash(jf_audit_work *work, const jf_journal_row *j, bool after_gap)
{
    bool doubtful = !hash_eq(work->made, work->stored);
    jf_hash made = jf_journal_hash(work->sha, j, work->stored);
    if (!hash_eq(made, j->hash) && doubtful) {
        jf_hash other = jf_journal_hash(work->sha, j, work->made);
        made = hash_eq(other, j->hash) ? other : made;
    }
    if (after_gap) {
        made = j->hash; /* what it was chained to is gone; nothing to measure against */
    } else if (!hash_eq(made, j->hash)) {
        jf_audit_find(work, JF_AUDIT_CHAIN_BROKEN,
                      "journal %llu: its hash is not that of its contents and the hash before",
                      (unsigned long long)j->number);
    }
    work->stored = j->hash;
    work->made = made;
}

/* True when something may be missing before this journal. */
static bool check_number(jf_audit_work *work, const jf_journal_row *j)
{
    bool gap = j->number != work->number + 1;
    JF_ASSERT(j->number > 0 && work->seen <= work->number);
    if (gap) {
        jf_audit_find(work, JF_AUDIT_JOURNAL_MISSING,
                      "journal %llu comes after journal %llu; expected %llu",
                      (unsigned long long)j->number, (unsigned long long)work->number,
                      (unsigned long long)work->number + 1);
    }
    check_hash(work, j, gap);
    work->number = j->number;
    work->seen++;
    return gap;
}

/* Is it a day.close? Its journal stands behind the closing of its own day. */
static bool closes_day(const jf_journal_row *j)
{
    static const char start[] = "{\"cmd\":\"day.close\"";
    return j->command.n >= sizeof start - 1 && memcmp(j->command.p, start, sizeof start - 1) == 0;
}

/* Everything happens on the open day, which only the closing of days moves on (spec section 2). */
static void check_day(jf_audit_work *work, const jf_journal_row *j, bool first)
{
    bool day_close = j->kind == JF_JOURNAL_COMMAND && closes_day(j);
    if (first) {
        work->open_day.n = j->day.n + (day_close && j->day.n < INT32_MAX);
    }
    int64_t behind = (int64_t)work->open_day.n - j->day.n;
    if (behind != (day_close ? 1 : 0)) {
        jf_audit_find(
            work, JF_AUDIT_DAY_ORDER, "journal %llu is of %s, but the open day then is %s",
            (unsigned long long)j->number, jf_audit_day(j->day).c, jf_audit_day(work->open_day).c);
    }
    if (j->kind != JF_JOURNAL_DAY) {
        return;
    }
    if (j->subject != (uint64_t)(int64_t)j->day.n) {
        jf_audit_find(work, JF_AUDIT_DAY_ORDER, "journal %llu of %s closes day number %llu",
                      (unsigned long long)j->number, jf_audit_day(j->day).c,
                      (unsigned long long)j->subject);
    }
    if (work->open_day.n < INT32_MAX) {
        work->open_day.n++;
    }
}

/* The text between a prefix and the next quote, off the front of *text; false without one. */
static bool quoted_take(jf_str *text, const char *prefix, jf_str *out)
{
    size_t n = strlen(prefix);
    if (text->n < n || memcmp(text->p, prefix, n) != 0) {
        return false;
    }
    const char *start = text->p + n;
    const char *end = memchr(start, '"', text->n - n);
    if (end == NULL) {
        return false;
    }
    JF_ASSERT(end < text->p + text->n);
    *out = (jf_str){start, (uint32_t)(end - start)};
    *text = (jf_str){end + 1, text->n - (uint32_t)(end + 1 - text->p)};
    return true;
}

/* Kind and own id of a canonical text (core/command.h): they come first. */
static bool command_head(jf_str text, jf_command_kind *kind, jf_str *id)
{
    jf_str wire;
    *id = JF_STR_NONE;
    if (!quoted_take(&text, "{\"cmd\":\"", &wire)) {
        return false;
    }
    for (int k = 0; k < JF_COMMAND_KINDS; k++) {
        const jf_command_info *info = jf_command_info_of((jf_command_kind)k);
        if (jf_str_eq(wire, jf_str_of(info->wire))) {
            *kind = (jf_command_kind)k;
            return info->id_use == JF_ID_USE_NO_ID ||
                   (info->id_use == JF_ID_USE_OWN_ID && quoted_take(&text, ",\"id\":\"", id));
        }
    }
    return false;
}

/* The next party in the order of creation is the one that the command created. Reported once. */
static void check_created(jf_audit_work *work, const jf_journal_row *j, jf_command_kind command,
                          jf_str id)
{
    jf_party_kind kind = command == JF_CMD_SHOP_CREATE ? JF_PARTY_SHOP : JF_PARTY_MEMBER;
    JF_ASSERT(command == JF_CMD_MEMBER_CREATE || command == JF_CMD_SHOP_CREATE);
    const jf_audit_party *party = jf_audit_party_of(work, ++work->created);
    if (work->created_lost) {
        return;
    }
    if (party == NULL || party->kind != kind || !jf_str_eq(party->id, id)) {
        jf_audit_find(work, JF_AUDIT_PARTY_MISSING,
                      "journal %llu created %s %.*s, but party %u is %s",
                      (unsigned long long)j->number, kind == JF_PARTY_SHOP ? "shop" : "member",
                      JF_STR_ARG(id), work->created, jf_audit_party_text(work, work->created).c);
        work->created_lost = true;
    }
}

static void check_command(jf_audit_work *work, const jf_journal_row *j)
{
    jf_command_kind kind;
    jf_str id;
    if (!command_head(j->command, &kind, &id)) {
        jf_audit_find(work, JF_AUDIT_COMMAND_WRONG,
                      "journal %llu has no command that can be accepted",
                      (unsigned long long)j->number);
        return;
    }
    work->policies_set += kind == JF_CMD_POLICY_SET;
    if (kind == JF_CMD_MEMBER_CREATE || kind == JF_CMD_SHOP_CREATE) {
        check_created(work, j, kind, id);
    }
    jf_mark *mark = mark_open(work, j->number);
    if (mark != NULL) {
        *mark |= id.n > 0 ? jf_audit_id_mark(kind, id) : 0;
        *mark |= kind == JF_CMD_ORDER_PAY ? JF_MARK_PAID : 0;
    }
}

/* The subject is an order that was paid before, and has not matured yet. */
static void check_maturity(jf_audit_work *work, const jf_journal_row *j)
{
    jf_mark *mark = jf_audit_mark(work, j->subject);
    if (mark == NULL || (*mark & JF_MARK_PAID) == 0) {
        jf_audit_find(work, JF_AUDIT_MATURITY_WRONG,
                      "journal %llu matures the order of journal %llu, which paid none",
                      (unsigned long long)j->number, (unsigned long long)j->subject);
        return;
    }
    if (*mark & JF_MARK_MATURED) {
        jf_audit_find(work, JF_AUDIT_MATURITY_WRONG,
                      "journal %llu matures the order of journal %llu once more",
                      (unsigned long long)j->number, (unsigned long long)j->subject);
    }
    JF_ASSERT(j->kind == JF_JOURNAL_MATURITY);
    *mark |= JF_MARK_MATURED;
}

/* The subject is the slot of (pool, period); periods close one after another. */
static void check_close(jf_audit_work *work, const jf_journal_row *j)
{
    uint32_t pool = jf_slot_pool((jf_slot)j->subject), period = jf_slot_cohort((jf_slot)j->subject);
    if (j->subject > UINT32_MAX || pool >= work->world.state.pools ||
        period != work->pools[pool].closes + 1) {
        jf_audit_find(work, JF_AUDIT_POOL_WRONG,
                      "journal %llu closes period %u of pool number %u, which is not its next",
                      (unsigned long long)j->number, period, pool);
        return;
    }
    JF_ASSERT(pool < JF_WORLD_POOLS && period >= 1);
    work->pools[pool].closes = period;
    work->pools[pool].last_close = j->day;
}

static void check_kind(jf_audit_work *work, const jf_journal_row *j)
{
    bool command = j->kind == JF_JOURNAL_COMMAND;
    if (command != (j->command.n > 0)) {
        jf_audit_find(work, JF_AUDIT_COMMAND_WRONG, "journal %llu of kind %s has %s command",
                      (unsigned long long)j->number, jf_journal_kind_wire(j->kind),
                      command ? "no" : "a");
        return;
    }
    if (command) {
        check_command(work, j);
    } else if (j->kind == JF_JOURNAL_MATURITY) {
        check_maturity(work, j);
    } else if (j->kind == JF_JOURNAL_CLOSE) {
        check_close(work, j);
    }
}

static bool check_journal(void *context, const void *row)
{
    jf_audit_work *work = context;
    const jf_journal_row *j = row;
    JF_ASSERT(j->kind < JF_JOURNAL_KINDS);
    bool gap = check_number(work, j);
    check_day(work, j, gap || work->seen == 1);
    check_kind(work, j);
    jf_audit_postings(work, j);
    return true;
}

/* What the state says about the chain. */
static void check_end(jf_audit_work *work)
{
    const jf_state *state = &work->world.state;
    if (!hash_eq(work->head, work->stored) && !hash_eq(work->head, work->made)) {
        jf_audit_find(work, JF_AUDIT_HEAD_WRONG,
                      "the last journal, %llu, has another hash than the one noted with the state",
                      (unsigned long long)work->number);
    }
    if (state->journals != work->seen) {
        jf_audit_find(work, JF_AUDIT_JOURNAL_COUNT,
                      "there are %llu journals; the state counts %llu",
                      (unsigned long long)work->seen, (unsigned long long)state->journals);
    }
    if (state->open_day.n != work->open_day.n) {
        jf_audit_find(work, JF_AUDIT_DAY_ORDER,
                      "the state has %s as the open day; by the journals it is %s",
                      jf_audit_day(state->open_day).c, jf_audit_day(work->open_day).c);
    }
    if (state->policies != work->policies_set) {
        jf_audit_find(work, JF_AUDIT_POLICY_COUNT,
                      "there are %u versions of the policy; commands set %u", state->policies,
                      work->policies_set);
    }
    if (work->created != work->party_count && !work->created_lost) {
        jf_audit_find(work, JF_AUDIT_PARTY_MISSING,
                      "there are %u members and shops; commands made %u", work->party_count,
                      work->created);
    }
}

jf_store_result jf_audit_chain(jf_audit_work *work, jf_store_error *error)
{
    JF_ASSERT(work->seen == 0);
    jf_store_result result =
        work->store->ops->journal_scan(work->store, 1, check_journal, work, error);
    if (result != JF_STORE_OK) {
        return result;
    }
    check_end(work);
    work->audit->journals = work->seen;
    work->audit->head = work->stored;
    return JF_STORE_OK;
}
