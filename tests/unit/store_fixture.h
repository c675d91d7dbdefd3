/*
 * What the tests of the stores share: batches to commit, and rows as text.
 *
 * A row is compared as one line that shows every column, so a column that is
 * lost, swapped or cut shows in the failed test's answer.
 */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "store/store.h"
#include "tap.h"

#define TEXT_MAX 600

/* A folder of the test's own, and names in it. */
typedef struct test_folder {
    char path[200];
} test_folder;

static inline test_folder folder_make(void)
{
    test_folder folder;
    const char *tmp = getenv("TMPDIR");
    snprintf(folder.path, sizeof folder.path, "%s/jifen-store-XXXXXX", tmp != NULL ? tmp : "/tmp");
    JF_ASSERT(mkdtemp(folder.path) != NULL);
    return folder;
}

static inline void folder_remove(const test_folder *folder)
{
    char command[300];
    snprintf(command, sizeof command, "rm -rf '%s'", folder->path);
    JF_ASSERT(system(command) == 0);
}

typedef struct test_path {
    char text[300];
} test_path;

static inline test_path path_in(const test_folder *folder, const char *name)
{
    test_path path;
    snprintf(path.text, sizeof path.text, "%s/%s", folder->path, name);
    return path;
}

/* Opens, or says why not and ends the test program: nothing after it would make sense. */
static inline jf_store *store_open(const char *url, jf_open_mode mode)
{
    jf_store *store;
    jf_store_error error;
    if (jf_store_open(&store, url, mode, &error) != JF_STORE_OK) {
        tap_diag("%s", error.message);
        exit(1);
    }
    return store;
}

static inline jf_store *sqlite_open(const char *path, jf_open_mode mode)
{
    char url[320];
    snprintf(url, sizeof url, "sqlite:%s", path);
    return store_open(url, mode);
}

static inline const char *party_text(char out[TEXT_MAX], const jf_party *p)
{
    snprintf(out, TEXT_MAX,
             "%s no=%u kind=%d id=%.*s region=%u phone=%.*s referrer=%u home=%u sell=%d:%" PRId64
             "/%" PRId64 " shop_kind=%d owner=%u recruiter=%u city_partner=%u rebate=%" PRId64
             " max_voucher=%" PRId64,
             p->row.exists ? "party" : "no party", p->no, p->kind, JF_STR_ARG(p->id), p->region,
             JF_STR_ARG(p->phone), p->referrer, p->home, p->sell_day.n, p->sell_over, p->sell_under,
             p->shop_kind, p->owner, p->recruiter, p->city_partner, p->rebate.v, p->max_voucher.v);
    return out;
}

static inline const char *account_text(char out[TEXT_MAX], const jf_account *a)
{
    snprintf(out, TEXT_MAX,
             "%s owner=%u slot=%u balance=%" PRId64 " credited=%" PRId64 " last=%" PRIu64,
             a->row.exists ? "account" : "no account", a->owner, a->slot, a->balance, a->credited,
             a->last);
    return out;
}

static inline const char *order_text(char out[TEXT_MAX], const jf_order *o)
{
    int n = snprintf(
        out, TEXT_MAX,
        "%s %" PRIu64 " id=%.*s buyer=%u shop=%u version=%u base=%d due=%d held=%d cash_shop=%d "
        "amount=%" PRId64 " rebate=%" PRId64 "/%" PRId64 " rest=%" PRId64 " voucher=%" PRId64
        " credit=%" PRId64 " points=%" PRId64 "/%" PRId64 " minted=%" PRId64 "@%" PRId64
        " refunded=%" PRId64 "/%" PRId64 " legacy=%" PRId64,
        o->row.exists ? "order" : "no order", o->number, JF_STR_ARG(o->id), o->buyer, o->shop,
        o->version, o->base_day.n, o->due_day.n, o->held, o->cash_shop, o->amount.v, o->rebate.v,
        o->rebate_voucher.v, o->rest.v, o->voucher.v, o->credit.v, o->buyer_points.v,
        o->shop_points.v, o->minted.v, o->token_price, o->refunded.v, o->refunded_held.v,
        o->legacy.v);
    for (uint32_t i = 0; i < o->part_count && n < TEXT_MAX; i++) {
        const jf_part *p = &o->parts[i];
        n += snprintf(out + n, (size_t)(TEXT_MAX - n), " %u:%d>%u.%u=%" PRId64, p->entry, p->to,
                      p->owner, p->slot, p->amount);
    }
    return out;
}

static inline const char *lot_text(char out[TEXT_MAX], const jf_lot *l)
{
    snprintf(out, TEXT_MAX,
             "%s %" PRIu64 " since=%" PRIu64 " owner=%u %.*s %.*s minted=%" PRId64 " units=%" PRId64
             " spend=%" PRId64 " sold=%" PRId64 " burnt=%" PRId64 " proceeds=%" PRId64,
             l->row.exists ? "lot" : "no lot", l->order, l->since, l->owner,
             JF_STR_ARG(l->member_id), JF_STR_ARG(l->order_id), l->minted.v, l->units.v, l->spend.v,
             l->sold.v, l->burnt.v, l->proceeds.v);
    return out;
}

static inline const char *withdrawal_text(char out[TEXT_MAX], const jf_withdrawal *w)
{
    snprintf(out, TEXT_MAX, "%s id=%.*s party=%u amount=%" PRId64 " state=%d",
             w->row.exists ? "withdrawal" : "no withdrawal", JF_STR_ARG(w->id), w->party,
             w->amount.v, w->state);
    return out;
}

static inline const char *idem_text(char out[TEXT_MAX], const jf_idem *i)
{
    snprintf(out, TEXT_MAX, "%s kind=%d id=%.*s number=%" PRIu64 " command=%.*s result=%.*s",
             i->row.exists ? "idem" : "no idem", i->kind, JF_STR_ARG(i->id), i->number,
             JF_STR_ARG(i->command), JF_STR_ARG(i->result));
    return out;
}

static inline const char *journal_text(char out[TEXT_MAX], const jf_journal_row *j)
{
    snprintf(out, TEXT_MAX,
             "journal %" PRIu64 " day=%d kind=%d subject=%" PRId64
             " command=%.*s result=%.*s postings=%.*s hash=%02x%02x..%02x",
             j->number, j->day.n, j->kind, (int64_t)j->subject, JF_STR_ARG(j->command),
             JF_STR_ARG(j->result), JF_STR_ARG(j->postings), j->hash.b[0], j->hash.b[1],
             j->hash.b[31]);
    return out;
}

static inline jf_hash hash_of_number(uint64_t number)
{
    return jf_sha256_of(&number, sizeof number);
}

/*
 * Batch number n, n = 1, 2, …: member "m-n" with a wallet, paid an order
 * "o-n", which minted a lot, asked for a withdrawal "o-n", and cash stands at
 * -n. All that it holds says n.
 */
typedef struct small_batch {
    char id[24], order_id[24], command[200];
    jf_state state;
    jf_party party;
    jf_account account[2];
    jf_order order;
    jf_lot lot;
    jf_withdrawal withdrawal;
    jf_idem idem;
    jf_journal_row journal;
    jf_changes changes;
} small_batch;

static inline jf_str text_print(char *out, size_t size, const char *format, uint64_t n)
{
    snprintf(out, size, format, n);
    return jf_str_of(out);
}

static inline jf_changes *small_batch_make(small_batch *b, uint64_t n)
{
    *b = (small_batch){0};
    jf_str id = text_print(b->id, sizeof b->id, "m-%" PRIu64, n);
    jf_str order_id = text_print(b->order_id, sizeof b->order_id, "o-%" PRIu64, n);
    jf_str command = text_print(b->command, sizeof b->command,
                                "{\"cmd\":\"order.pay\",\"id\":\"o-%" PRIu64 "\"}", n);
    uint32_t no = (uint32_t)n;
    b->state = (jf_state){.open_day = {20000}, .parties = no, .journals = n};
    b->state.totals[JF_ACCOUNT_CASH] = -(int64_t)n;
    b->party = (jf_party){.row.exists = true, .kind = JF_PARTY_MEMBER, .no = no, .id = id};
    b->account[0] = (jf_account){.row.exists = true,
                                 .owner = no,
                                 .slot = jf_slot_of(JF_ACCOUNT_WALLET, 0, 0),
                                 .balance = 1,
                                 .last = n};
    b->account[1] = (jf_account){.row.exists = true,
                                 .slot = jf_slot_of(JF_ACCOUNT_CASH, 0, 0),
                                 .balance = -(int64_t)n,
                                 .last = n};
    b->order = (jf_order){.row.exists = true, .number = n, .id = order_id, .buyer = no, .shop = no};
    b->lot = (jf_lot){.row.exists = true,
                      .owner = no,
                      .order = n,
                      .since = n,
                      .member_id = id,
                      .order_id = order_id,
                      .minted = {(int64_t)n},
                      .units = {(int64_t)n}};
    b->withdrawal =
        (jf_withdrawal){.row.exists = true, .id = order_id, .party = no, .amount = {(int64_t)n}};
    b->idem = (jf_idem){.row.exists = true, .kind = JF_CMD_ORDER_PAY, .id = order_id, .number = n};
    b->journal = (jf_journal_row){.number = n,
                                  .day = {20000},
                                  .command = command,
                                  .postings = JF_STR("[[0,0,-1,-1,0,0]]"),
                                  .hash = hash_of_number(n)};
    b->changes = (jf_changes){.state = &b->state,
                              .head = b->journal.hash,
                              .parties = 1,
                              .party = &b->party,
                              .accounts = 2,
                              .account = b->account,
                              .orders = 1,
                              .order = &b->order,
                              .lots = 1,
                              .lot = &b->lot,
                              .withdrawals = 1,
                              .withdrawal = &b->withdrawal,
                              .idems = 1,
                              .idem = &b->idem,
                              .journals = 1,
                              .journal = &b->journal};
    return &b->changes;
}

/* How many batches a store has, or -1 when what it holds is not exactly batches 1 to n. */
static inline bool small_journal_check(void *context, const void *row)
{
    uint64_t *count = context;
    const jf_journal_row *journal = row;
    jf_hash expected = hash_of_number(journal->number);
    if (journal->number != *count + 1 || memcmp(&journal->hash, &expected, sizeof expected) != 0) {
        *count = UINT64_MAX;
        return false;
    }
    ++*count;
    return true;
}

static inline bool count_row(void *context, const void *row)
{
    (void)row;
    ++*(uint64_t *)context;
    return true;
}

static inline int64_t small_batches_in(jf_store *store)
{
    jf_store_error error;
    jf_world w;
    jf_world_init(&w);
    jf_hash head;
    uint64_t journals = 0, rows = 0;
    bool good =
        store->ops->load(store, &w, &head, &error) == JF_STORE_OK &&
        store->ops->journal_scan(store, 0, small_journal_check, &journals, &error) == JF_STORE_OK;
    for (jf_table table = JF_TABLE_PARTY; good && table <= JF_TABLE_IDEM; table++) {
        good = store->ops->scan(store, table, count_row, &rows, &error) == JF_STORE_OK;
    }
    uint64_t n = w.state.journals;
    const jf_account *cash = jf_world_account(&w, JF_PLATFORM, jf_slot_of(JF_ACCOUNT_CASH, 0, 0));
    jf_hash last = hash_of_number(n);
    good = good && journals == n && w.state.parties == n &&
           w.state.totals[JF_ACCOUNT_CASH] == -(int64_t)n && w.lots.count == n &&
           rows == (n > 0 ? 6 * n + 1 : 0) &&
           (n == 0 || (cash != NULL && cash->balance == -(int64_t)n &&
                       memcmp(&head, &last, sizeof last) == 0));
    jf_world_free(&w);
    return good ? (int64_t)n : -1;
}

#endif
