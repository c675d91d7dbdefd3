/*
 * Journals and postings: the one door through which balances change.
 */
#include "core/ledger.h"

#include <string.h>

#include "base/check.h"

static const jf_reason_info reasons[JF_REASONS] = {
#define JF_REASON(NAME, wire, section, en, zh) [JF_WHY_##NAME] = {wire, section, en, zh},
#include "core/reasons.def"
#undef JF_REASON
};

_Static_assert(JF_REASONS <= 256, "a posting has eight bits for the reason");

const jf_reason_info *jf_reason_info_of(jf_reason reason)
{
    JF_ASSERT(reason < JF_REASONS);
    return &reasons[reason];
}

void jf_journal_begin(jf_step *s, jf_journal_kind kind, uint64_t subject)
{
    JF_ASSERT(s->journal == NULL);
    jf_world *w = s->w;
    jf_touch(w, &w->state.row);
    jf_journal *journal = JF_NEW(&w->batch, jf_journal);
    *journal = (jf_journal){
        .number = ++w->state.journals, .kind = kind, .day = s->day, .subject = subject};
    if (w->last_journal)
        w->last_journal->next = journal;
    else
        w->first_journal = journal;
    w->last_journal = journal;
    s->journal = journal;
}

static jf_posting *posting_added(jf_step *s)
{
    jf_journal *j = s->journal;
    if (j->count == j->room) {
        uint32_t room = j->room ? 4 * j->room : 16;
        jf_posting *wider = JF_NEW_ARRAY(&s->w->batch, jf_posting, room);
        if (j->count)
            memcpy(wider, j->postings, sizeof *wider * j->count);
        j->postings = wider;
        j->room = room;
    }
    return &j->postings[j->count++];
}

void jf_post(jf_step *s, uint32_t owner, jf_slot slot, int64_t amount, uint32_t why)
{
    JF_ASSERT(s->journal != NULL);
    if (amount == 0 || s->overflow)
        return;
    const jf_account_type *type = jf_account_type_of(jf_slot_kind(slot));
    JF_ASSERT(type->platform == (owner == JF_PLATFORM));
    jf_account *account = jf_world_open_account(s->w, owner, slot);
    int64_t balance, total;
    int64_t *totals = s->w->state.totals;
    if (!jf_add(account->balance, amount, &balance) ||
        !jf_add(totals[jf_slot_kind(slot)], amount, &total)) {
        s->overflow = true;
        return;
    }
    jf_touch(s->w, &account->row);
    *posting_added(s) = (jf_posting){account, owner, slot, amount, balance, account->last, why};
    totals[jf_slot_kind(slot)] = total;
    if (jf_is_listed(jf_slot_kind(slot)))
        jf_world_put_listed(s->w, owner, slot);
    account->row.exists = true;
    account->balance = balance;
    account->last = s->journal->number;
}

static bool sign_holds(jf_sign sign, int64_t balance)
{
    if (sign == JF_SIGN_NONNEG)
        return balance >= 0;
    if (sign == JF_SIGN_NONPOS)
        return balance <= 0;
    return true;
}

void jf_journal_end(jf_step *s)
{
    JF_ASSERT(s->journal != NULL);
    if (!s->overflow) {
        jf_i128 sums[JF_UNIT_COUNT] = {0};
        for (uint32_t i = 0; i < s->journal->count; i++) {
            const jf_posting *p = &s->journal->postings[i];
            const jf_account_type *type = jf_account_type_of(jf_slot_kind(p->slot));
            sums[type->unit] += p->amount;
            JF_ASSERT(sign_holds(type->sign, p->account->balance));
        }
        for (int unit = 0; unit < JF_UNIT_COUNT; unit++)
            JF_ASSERT(sums[unit] == 0);
    }
    s->journal = NULL;
}

int64_t jf_balance(const jf_world *w, uint32_t owner, jf_slot slot)
{
    const jf_account *account = jf_world_account(w, owner, slot);
    return account ? account->balance : 0;
}
