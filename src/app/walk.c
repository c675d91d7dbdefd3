/*
 * Cursors on the chains of an owner's accounts (walk.h).
 */
#include "app/walk.h"

#include "base/check.h"
#include "base/sort.h"
#include "store/rows.h"

#define UNMOVED_PAGE 256 /* orders that are asked for at once */

void jf_walk_init(jf_walk *w, jf_reader *reader, const jf_account *const *accounts, uint32_t count)
{
    *w = (jf_walk){.reader = reader, .count = count};
    w->cursors = JF_NEW_ARRAY(&reader->world.config, jf_walk_cursor, count);
    for (uint32_t i = 0; i < count; i++) {
        const jf_account *a = accounts[i];
        JF_ASSERT(i == 0 || (accounts[i - 1]->slot < a->slot && accounts[0]->owner == a->owner));
        w->cursors[i] = (jf_walk_cursor){a, a->last, a->credited};
        w->owner = a->owner;
    }
    jf_arena_init(&w->scratch, 0);
}

static int by_slot(const void *a, const void *b)
{
    const jf_account *x = *(const jf_account *const *)a, *y = *(const jf_account *const *)b;
    return (x->slot > y->slot) - (x->slot < y->slot);
}

void jf_walk_party(jf_walk *w, jf_reader *reader, const jf_party *party,
                   bool (*takes)(jf_slot slot))
{
    uint32_t count = 0;
    for (const jf_account *a = party->accounts; a; a = a->next)
        count++;
    const jf_account **list = JF_NEW_ARRAY(&reader->world.config, const jf_account *, count);
    count = 0;
    for (const jf_account *a = party->accounts; a; a = a->next)
        if (a->row.exists && takes(a->slot))
            list[count++] = a;
    jf_sort(list, count, sizeof *list, by_slot);
    jf_walk_init(w, reader, list, count);
}

static void unmoved_read(jf_walk *w, uint64_t before)
{
    jf_reader *r = w->reader;
    w->unmoved.before = before;
    w->unmoved.count = w->unmoved_at = 0;
    if (r->result == JF_STORE_OK)
        r->result = r->store->ops->unmoved(r->store, &w->unmoved, &r->error);
}

void jf_walk_unmoved(jf_walk *w, uint32_t party, uint64_t before)
{
    JF_ASSERT(party != JF_PLATFORM);
    w->unmoved = (jf_unmoved){.party = party, .limit = UNMOVED_PAGE};
    w->unmoved.numbers = JF_NEW_ARRAY(&w->reader->world.config, uint64_t, UNMOVED_PAGE);
    unmoved_read(w, before);
}

/* The next of them; 0: there is none. */
static uint64_t unmoved_newest(const jf_walk *w)
{
    return w->unmoved_at < w->unmoved.count ? w->unmoved.numbers[w->unmoved_at] : 0;
}

static void unmoved_step(jf_walk *w, uint64_t number)
{
    if (unmoved_newest(w) == number && ++w->unmoved_at == w->unmoved.limit)
        unmoved_read(w, number);
}

static bool is_unmoved(const jf_walk *w, const jf_order *order)
{
    uint32_t parties[2], count = order ? jf_order_unmoved(order, parties) : 0;
    for (uint32_t i = 0; i < count; i++)
        if (parties[i] == w->owner)
            return true;
    return false;
}

/* On to the next refund of an order that moved nothing of the owner. */
static void refund_step(jf_walk *w, uint64_t before)
{
    jf_reader *r = w->reader;
    w->refund = 0;
    while (w->refund == 0 && w->refunds > 0 && r->result == JF_STORE_OK) {
        uint64_t number = r->refunds[--w->refunds].number;
        if ((before == 0 || number < before) &&
            is_unmoved(w, jf_reader_refund_order(r, w->refunds)))
            w->refund = number;
    }
}

void jf_walk_refunds(jf_walk *w, uint64_t before)
{
    if (unmoved_newest(w) == 0) /* an order is older than its refunds */
        return;
    w->owner = w->unmoved.party;
    jf_reader_refunds(w->reader);
    w->refunds = w->reader->refund_count;
    refund_step(w, before);
}

void jf_walk_free(jf_walk *w)
{
    jf_arena_free(&w->scratch);
}

uint64_t jf_walk_newest(const jf_walk *w)
{
    uint64_t unmoved = unmoved_newest(w), most = unmoved > w->refund ? unmoved : w->refund;
    for (uint32_t i = 0; i < w->count; i++)
        if (w->cursors[i].next > most)
            most = w->cursors[i].next;
    return most;
}

jf_walk_cursor *jf_walk_cursor_of(const jf_walk *w, jf_slot slot)
{
    uint32_t low = 0, high = w->count;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (w->cursors[mid].account->slot < slot)
            low = mid + 1;
        else
            high = mid;
    }
    bool found = low < w->count && w->cursors[low].account->slot == slot;
    return found ? &w->cursors[low] : NULL;
}

/*
 * Every cursor on the journal goes back to what its account's first posting there
 * names; later ones name the journal itself. One that met no posting is damage.
 */
static void step_back(jf_walk *w, uint64_t number)
{
    for (uint32_t i = w->posting_count; i-- > 0;) {
        const jf_posting_row *p = &w->postings[i];
        jf_walk_cursor *c = p->owner == w->owner ? jf_walk_cursor_of(w, p->slot) : NULL;
        if (c)
            c->next = p->before;
    }
    for (uint32_t i = 0; i < w->count; i++)
        if (w->cursors[i].next >= number)
            jf_reader_damaged(w->reader, number);
}

static bool read_journal(jf_walk *w, uint64_t number)
{
    jf_arena_reset(&w->scratch);
    if (!jf_reader_journal(w->reader, &w->scratch, number, &w->journal))
        return false;
    if (!jf_journal_postings(&w->scratch, w->journal.postings, &w->postings, &w->posting_count))
        jf_reader_damaged(w->reader, number);
    return w->reader->result == JF_STORE_OK;
}

bool jf_walk_next(jf_walk *w)
{
    uint64_t number = jf_walk_newest(w);
    if (number == 0 || !read_journal(w, number))
        return false;
    step_back(w, number);
    unmoved_step(w, number);
    if (w->refund == number)
        refund_step(w, number);
    return w->reader->result == JF_STORE_OK;
}

/* The cursor goes before the journal that was read, if that moved its account. */
static void cursor_pass(const jf_walk *w, uint32_t at, int64_t *end)
{
    jf_walk_cursor *c = &w->cursors[at];
    for (uint32_t i = 0; i < w->posting_count; i++) {
        const jf_posting_row *p = &w->postings[i];
        if (p->owner == w->owner && p->slot == c->account->slot) {
            c->next = p->before;
            *end = p->balance - p->amount;
            return;
        }
    }
}

/* One step back along the chain of each cursor that is still behind `last`; are there any? */
static bool cursors_back(jf_walk *w, uint64_t last, int64_t *ends)
{
    bool any = false;
    for (uint32_t i = 0; i < w->count; i++) {
        uint64_t number = w->cursors[i].next;
        if (number <= last || !read_journal(w, number))
            continue;
        cursor_pass(w, i, &ends[i]);
        if (w->cursors[i].next >= number)
            jf_reader_damaged(w->reader, number);
        any |= w->cursors[i].next > last;
    }
    return any;
}

void jf_walk_begin_at(jf_walk *w, uint64_t last, int64_t *ends)
{
    uint64_t forward = last, newest = w->reader->world.state.journals;
    JF_ASSERT(last <= newest);
    for (uint32_t i = 0; i < w->count; i++)
        ends[i] = w->cursors[i].account->balance;
    while (cursors_back(w, last, ends) && forward < newest && read_journal(w, ++forward))
        for (uint32_t i = 0; i < w->count; i++)
            if (w->cursors[i].next > last)
                cursor_pass(w, i, &ends[i]);
}

void jf_walk_movement(jf_walk *w, jf_movement *m)
{
    *m = (jf_movement){.journal = &w->journal, .postings = w->postings, .count = w->posting_count};
    jf_json *command;
    char error[160];
    if (w->journal.command.n == 0 ||
        !jf_json_parse(&w->scratch, w->journal.command, &command, error))
        return;
    static const char *const names[] = {"cmd", "id", "at", "order", "amount", "member", "shop"};
    jf_str *fields[] = {&m->cmd, &m->id, &m->at, &m->order, &m->amount, &m->member, &m->shop};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const jf_json *field = jf_json_get(command, jf_str_of(names[i]));
        if (field && field->type == JF_JSON_STRING)
            *fields[i] = field->text;
    }
}
