/*
 * What must be settled before a member leaves, and leaving (closing.h).
 */
#include "app/closing.h"

#include <string.h>

#include "app/people_work.h"
#include "app/reader.h"
#include "app/statement.h"
#include "base/check.h"
#include "base/json.h"

static jf_identity_result refuse(jf_closing *c, const char *field, const char *why)
{
    c->field = field;
    c->why = why;
    return JF_IDENTITY_STATE;
}

/* --- the books ------------------------------------------------------------------------------ */

/* Amounts are decimals; a missing one is 0. */
static bool is_zero(const jf_json *object, const char *name)
{
    const jf_json *value = object ? jf_json_get(object, jf_str_of(name)) : NULL;
    if (!value)
        return true;
    for (uint32_t i = 0; i < value->text.n; i++)
        if (value->text.p[i] >= '1' && value->text.p[i] <= '9')
            return false;
    return value->count == 0; /* a list: of shares */
}

/* What account.get says they have. */
static jf_identity_result account_settled(jf_closing *c, const jf_json *account)
{
    static const char *const values[] = {"vouchers", "points", "coins", "tokens", "shares"};
    static const char *const waiting[] = {"vouchers", "points", "coins", "token_pool"};
    static const char *const old[] = {"owed", "coins"};
    const jf_json *pending = jf_json_get(account, JF_STR("pending"));
    const jf_json *legacy = jf_json_get(account, JF_STR("legacy"));
    bool nothing = true;
    if (!is_zero(account, "wallet") || !is_zero(pending, "wallet"))
        return refuse(c, "member",
                      "there is money in the wallet, or on its way into it: withdraw "
                      "it first");
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        nothing &= is_zero(account, values[i]);
    for (size_t i = 0; i < sizeof waiting / sizeof *waiting; i++)
        nothing &= is_zero(pending, waiting[i]);
    for (size_t i = 0; i < sizeof old / sizeof *old; i++)
        nothing &= is_zero(legacy, old[i]);
    if (nothing || c->forfeit)
        return JF_IDENTITY_OK;
    return refuse(c, "forfeit",
                  "there are vouchers, points, coins, units, shares or old debts "
                  "left: use them first, or say that they are given up");
}

static jf_identity_result balances_settled(jf_closing *c, jf_store *store, jf_store_error *error)
{
    jf_arena arena;
    jf_json *account;
    jf_statement page;
    jf_statement_query query = {.of = JF_STATEMENT_MEMBER, .name = c->member, .limit = 1};
    jf_identity_result result = JF_IDENTITY_FAILED;
    jf_arena_init(&arena, 0);
    jf_store_result read = jf_statement_init(&page, store, &query);
    *error = page.error;
    if (read == JF_STORE_OK && jf_json_parse(&arena, page.now, &account, NULL))
        result = account_settled(c, account);
    else if (read == JF_STORE_NONE)
        result = JF_IDENTITY_NO_PARTY;
    jf_statement_free(&page);
    jf_arena_free(&arena);
    return result;
}

typedef struct withdrawals {
    uint32_t party;
    bool open;
} withdrawals;

static bool withdrawal_note(void *context, const void *row)
{
    withdrawals *w = context;
    const jf_withdrawal *withdrawal = row;
    bool open =
        withdrawal->state == JF_WITHDRAWAL_REQUESTED || withdrawal->state == JF_WITHDRAWAL_APPROVED;
    w->open = open && withdrawal->party == w->party;
    return !w->open;
}

static jf_identity_result withdrawals_settled(jf_closing *c, jf_store *store, jf_store_error *error)
{
    jf_reader r;
    withdrawals w = {0};
    jf_reader_open(&r, store);
    const jf_party *party = jf_reader_party(&r, JF_PARTY_MEMBER, c->member);
    w.party = party ? party->no : 0;
    jf_reader_scan(&r, JF_TABLE_WITHDRAWAL, withdrawal_note, &w);
    jf_store_result result = jf_reader_result(&r, error);
    jf_reader_close(&r);
    if (result != JF_STORE_OK)
        return JF_IDENTITY_FAILED;
    return w.open ? refuse(c, "member", "a withdrawal is on its way: wait until it is paid")
                  : JF_IDENTITY_OK;
}

/* --- the desk ------------------------------------------------------------------------------ */

static bool payment_note(void *context, const jf_desk_payment *p)
{
    bool *open = context;
    *open = p->state == JF_PAYMENT_PENDING || p->state == JF_PAYMENT_PAID ||
            p->state == JF_PAYMENT_RETURNING;
    return !*open;
}

static bool ask_note(void *context, const jf_desk_ask *ask)
{
    bool *open = context;
    *open = jf_str_eq(ask->state, JF_STR("open"));
    return !*open;
}

static jf_identity_result payments_settled(jf_identity *identity, jf_closing *c,
                                           jf_store_error *error)
{
    bool paying = false, asking = false;
    jf_desk *desk = identity->desk;
    if (jf_desk_payment_scan(desk, c->member, 0, payment_note, &paying, error) != JF_STORE_OK ||
        jf_desk_ask_scan(desk, c->member, JF_STR_NONE, 0, ask_note, &asking, error) != JF_STORE_OK)
        return JF_IDENTITY_FAILED;
    if (paying)
        return refuse(c, "member", "a payment is on its way: wait until it has come through");
    return asking ? refuse(c, "member", "a refund was asked for: wait until it is decided")
                  : JF_IDENTITY_OK;
}

static bool role_note(void *context, const jf_desk_role *row)
{
    jf_role role;
    jf_closing *c = context;
    if (row->role.n == 0 ||
        (jf_role_of(row->role, &role) && jf_role_scope(role) == JF_SCOPE_MEMBER &&
         jf_str_eq(row->scope, c->member)))
        return true;
    (void)refuse(c, "member", "you hold other roles too: have them taken away first");
    return false;
}

/* Somebody of a shop or the office does not leave by closing a member's account. */
static jf_identity_result roles_settled(jf_identity *identity, jf_closing *c, int64_t no,
                                        jf_store_error *error)
{
    jf_desk_whose whose = {.person = no};
    if (jf_desk_role_scan(identity->desk, &whose, role_note, c, error) != JF_STORE_OK)
        return JF_IDENTITY_FAILED;
    return c->why ? JF_IDENTITY_STATE : JF_IDENTITY_OK;
}

/* --- leaving -------------------------------------------------------------------------------- */

static jf_identity_result proven(jf_identity *identity, jf_closing *c, int64_t *no,
                                 jf_store_error *error)
{
    jf_arena arena;
    jf_desk_person person;
    jf_oneself *self = &c->self;
    jf_credentials again = {.name = self->name, .password = self->password, .again = true};
    jf_arena_init(&arena, 0);
    pthread_mutex_lock(&identity->signing);
    jf_identity_result result = jf_identity_result_of(
        jf_desk_person_find(identity->desk, &arena, self->name, &person, error));
    if (result == JF_IDENTITY_OK) {
        *no = person.no;
        result = jf_person_prove(identity, &person, &again, self->now, &self->wait_s, error);
    }
    pthread_mutex_unlock(&identity->signing);
    jf_arena_free(&arena);
    return result;
}

static jf_identity_result settled(jf_identity *identity, jf_store *store, jf_closing *c, int64_t no,
                                  jf_store_error *error)
{
    jf_identity_result result = roles_settled(identity, c, no, error);
    if (result == JF_IDENTITY_OK)
        result = payments_settled(identity, c, error);
    if (result == JF_IDENTITY_OK)
        result = withdrawals_settled(c, store, error);
    return result == JF_IDENTITY_OK ? balances_settled(c, store, error) : result;
}

static jf_identity_result note(jf_identity *identity, const jf_closing *c, const char *outcome,
                               jf_store_error *error)
{
    jf_desk_act act = {.at = c->self.now,
                       .who = c->self.name,
                       .act = JF_STR("close"),
                       .subject = c->member,
                       .outcome = jf_str_of(outcome)};
    return jf_identity_result_of(jf_desk_act_add(identity->desk, &act, error));
}

/* Nobody else acts for a member who has left, either. */
static jf_identity_result leave(jf_identity *identity, const jf_closing *c, int64_t no,
                                jf_store_error *error)
{
    jf_jw w;
    jf_buf roles;
    jf_buf_init(&roles, NULL);
    jf_jw_init(&w, &roles);
    jf_jw_open(&w, NULL, '[');
    for (int role = 0; role < JF_ROLES; role++)
        if (jf_role_scope((jf_role)role) == JF_SCOPE_MEMBER)
            jf_jw_c(&w, NULL, jf_role_wire((jf_role)role));
    jf_jw_close(&w, ']');
    jf_desk_leaving leaving = {
        .person = no, .member = c->member, .roles = jf_buf_view(&roles), .at = c->self.now};
    jf_store_result result = jf_desk_person_close(identity->desk, &leaving, error);
    jf_buf_free(&roles);
    return jf_identity_result_of(result);
}

jf_identity_result jf_member_close(jf_identity *identity, jf_store *store, jf_closing *c,
                                   jf_store_error *error)
{
    int64_t no = 0;
    c->field = "password";
    c->why = NULL;
    jf_identity_result result = proven(identity, c, &no, error);
    if (result == JF_IDENTITY_OK)
        result = settled(identity, store, c, no, error);
    if (result != JF_IDENTITY_OK) {
        jf_identity_result noted = note(identity, c, "refused", error);
        return noted == JF_IDENTITY_OK ? result : noted;
    }
    result = note(identity, c, c->forfeit ? "forfeit" : "sent", error);
    if (result == JF_IDENTITY_OK)
        result = leave(identity, c, no, error);
    jf_identity_changed(identity);
    return result;
}
