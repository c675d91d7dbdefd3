/*
 * Postings added up by account (netted.h).
 */
#include "app/netted.h"

#include "app/slot_json.h"
#include "base/check.h"
#include "base/sort.h"
#include "core/ledger.h"

/* Postings of an account become neighbours; the platform's come first. */
static int by_account(const void *a, const void *b)
{
    const jf_posting *x = a, *y = b;
    if (x->owner != y->owner)
        return x->owner < y->owner ? -1 : 1;
    return (x->slot > y->slot) - (x->slot < y->slot);
}

static void owner_json(const jf_world *w, jf_jw *reply, uint32_t no)
{
    static const char *const kinds[] = {
        [JF_PARTY_PLATFORM] = "platform", [JF_PARTY_MEMBER] = "member", [JF_PARTY_SHOP] = "shop"};
    const jf_party *owner = jf_world_party_no(w, no);
    JF_ASSERT(owner != NULL);
    jf_jw_c(reply, "kind", kinds[owner->kind]);
    jf_jw_str(reply, "owner", no == JF_PLATFORM ? JF_STR("platform") : owner->id);
}

void jf_netted_json(const jf_world *w, jf_jw *reply)
{
    jf_arena arena;
    const jf_journal *j = w->last_journal;
    JF_ASSERT(j->kind == JF_JOURNAL_COMMAND);
    jf_arena_init(&arena, 0);
    jf_posting *list = JF_NEW_ARRAY(&arena, jf_posting, j->count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < j->count; i++)
        if (j->postings[i].why != JF_WHY_CREDITING)
            list[count++] = j->postings[i];
    jf_sort(list, count, sizeof *list, by_account);
    jf_jw_open(reply, "back", '[');
    for (uint32_t i = 0, end; i < count; i = end) {
        int64_t sum = 0; /* of a balance's way from what was there to what is: it fits */
        for (end = i; end < count && by_account(&list[i], &list[end]) == 0; end++)
            sum += list[end].amount;
        if (sum == 0)
            continue;
        jf_jw_open(reply, NULL, '{');
        owner_json(w, reply, list[i].owner);
        jf_slot_json(reply, w, list[i].slot);
        jf_slot_amount_json(reply, "amount", list[i].slot, sum);
        jf_jw_close(reply, '}');
    }
    jf_jw_close(reply, ']');
    jf_arena_free(&arena);
}
