/*
 * What is only read: the query behind the address, whether the caller may see
 * it, and from the lookup's answer to the exchange's. What each route reads is
 * below; it runs in a lookup's thread.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "app/browse.h"
#include "app/outlook.h"
#include "app/permit.h"
#include "app/report.h"
#include "app/settlement.h"
#include "app/shop_names.h"
#include "app/statement.h"
#include "app/token_history.h"
#include "base/check.h"
#include "base/id.h"
#include "base/line.h"
#include "server/state.h"

/* --- the query -------------------------------------------------------------------------- */

typedef struct query_reading {
    jf_exchange *x;
    const char *seen[12];
    uint32_t count;
} query_reading;

static bool query_refuse(jf_exchange *x, const char *name, const char *expected)
{
    if (x->status == 0)
        jf_answer_refusal(x, JF_E_BAD_REQUEST, jf_str_of(name), jf_str_of(expected));
    return false;
}

/* Is the name one of the words of the route's column? */
static bool query_knows(const char *words, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = words; n > 0 && (at = strstr(at, name)) != NULL; at += n)
        if ((at == words || at[-1] == ' ') && strchr(" !@", at[n]))
            return true;
    return false;
}

/* Is a word with `!` behind it missing? */
static void query_complete(query_reading *reading)
{
    jf_exchange *x = reading->x;
    for (const char *at = x->route->query; *at; at += *at == ' ') {
        size_t n = strcspn(at, " ");
        bool given = at[n - 1] != '!';
        for (uint32_t i = 0; i < reading->count && !given; i++)
            given = strlen(reading->seen[i]) == n - 1 && !memcmp(reading->seen[i], at, n - 1);
        if (!given && x->status == 0)
            jf_answer_refusal(x, JF_E_BAD_REQUEST, (jf_str){at, (uint32_t)n - 1},
                              JF_STR("missing"));
        at += n;
    }
}

static bool query_number(jf_exchange *x, const char *name, jf_str value, uint64_t *out)
{
    return jf_number_parse(value, out) || query_refuse(x, name, "expected a whole number");
}

static bool query_format(jf_exchange *x, jf_str value, jf_format *out)
{
    static const char *const names[JF_FORMATS] = {"json", "csv", "xlsx"};
    for (int i = 0; i < JF_FORMATS; i++)
        if (jf_str_eq(value, jf_str_of(names[i]))) {
            *out = (jf_format)i;
            return true;
        }
    return query_refuse(x, "format", "expected json, csv or xlsx");
}

static bool query_state(jf_exchange *x, jf_str value)
{
    jf_query *q = &x->query;
    if (strstr(x->route->query, "state@order"))
        return jf_order_state_of(value, &q->orders.state) ||
               query_refuse(x, "state", "expected held, matured or refunded");
    q->state = jf_withdrawal_state_of(value, &q->in_state);
    return q->state || query_refuse(x, "state", "expected requested, approved, paid or rejected");
}

static bool query_kind(jf_exchange *x, jf_str value)
{
    jf_query *q = &x->query;
    if (strstr(x->route->query, "kind@money")) {
        bool paid = jf_str_eq(value, JF_STR("paid"));
        q->money = paid ? JF_MONEY_PAID : JF_MONEY_REFUNDED;
        return paid || jf_str_eq(value, JF_STR("refunded")) ||
               query_refuse(x, "kind", "expected paid or refunded");
    }
    q->parties.of_kind = jf_shop_kind_of(value, &q->parties.shop_kind);
    return q->parties.of_kind || query_refuse(x, "kind", "expected a kind of shop");
}

/* A member's or a shop's. */
static bool query_account(jf_exchange *x, jf_str value)
{
    jf_query *q = &x->query;
    for (int kind = 0; kind < JF_ACCOUNT_KINDS && !q->account; kind++) {
        const jf_account_type *type = jf_account_type_of((jf_account_kind)kind);
        q->account = !type->platform && jf_str_eq(value, jf_str_of(type->wire));
        q->account_kind = (jf_account_kind)kind;
    }
    return q->account || query_refuse(x, "account", "expected an account of a member or shop");
}

static bool query_day(jf_exchange *x, const char *name, jf_str value, bool *given, jf_day *out)
{
    *given = jf_day_parse(value, out);
    return *given || query_refuse(x, name, "expected a day like 2024-03-01");
}

/* Where an id goes; NULL: the parameter is none. */
static jf_str *query_id(jf_query *q, const char *name)
{
    const struct {
        const char *name;
        jf_str *to;
    } ids[] = {{"id", &q->id},
               {"find", &q->parties.find},
               {"home", &q->parties.home},
               {"referrer", &q->parties.referrer},
               {"tied", &q->parties.tied},
               {"member", &q->orders.member},
               {"shop", &q->orders.shop}};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (!strcmp(name, ids[i].name))
            return ids[i].to;
    return NULL;
}

/* What a list is asked for; whatever is none of these is a number. */
static bool query_wish(jf_exchange *x, const char *name, jf_str value, uint64_t *number)
{
    jf_query *q = &x->query;
    if (!strcmp(name, "from"))
        return query_day(x, name, value, &q->orders.since, &q->orders.from);
    if (!strcmp(name, "to"))
        return query_day(x, name, value, &q->orders.until, &q->orders.to);
    if (!strcmp(name, "amount"))
        return jf_decimal_parse(value, 2, &q->orders.least) == JF_DECIMAL_OK ||
               query_refuse(x, name, "expected an amount like 100.00");
    if (!strcmp(name, "region")) {
        q->parties.region = value;
        return jf_region_valid(value) || query_refuse(x, name, "expected 2, 4 or 6 digits");
    }
    if (!strcmp(name, "kind"))
        return query_kind(x, value);
    return query_number(x, name, value, number);
}

static bool query_value(jf_exchange *x, const char *name, jf_str value)
{
    jf_query *q = &x->query;
    bool key = !strcmp(name, "after") && strstr(x->route->query, "after@id");
    jf_str *id = key ? &q->after_id : query_id(q, name);
    if (id) {
        *id = value;
        return jf_id_valid(value) || query_refuse(x, name, "expected an id");
    }
    if (!strcmp(name, "month")) {
        q->month = jf_month_parse(value, &q->from, &q->to);
        return q->month || query_refuse(x, name, "expected a month like 2024-03");
    }
    if (!strcmp(name, "name")) {
        q->called = value;
        return (value.n > 0 && jf_line_fits(value, JF_SHOP_NAME_MAX)) ||
               query_refuse(x, name, "expected the beginning of a name");
    }
    if (!strcmp(name, "format"))
        return query_format(x, value, &q->format);
    if (!strcmp(name, "account"))
        return query_account(x, value);
    if (!strcmp(name, "state"))
        return query_state(x, value);
    return query_wish(x, name, value,
                      !strcmp(name, "limit")    ? &q->limit
                      : !strcmp(name, "before") ? &q->before
                                                : &q->after);
}

/* Ends the walk over the parameters. */
static enum MHD_Result refused(jf_exchange *x, const char *name, const char *expected)
{
    return query_refuse(x, name, expected) ? MHD_YES : MHD_NO;
}

static enum MHD_Result query_note(void *context, enum MHD_ValueKind kind, const char *name,
                                  size_t name_n, const char *value, size_t value_n)
{
    query_reading *reading = context;
    jf_exchange *x = reading->x;
    (void)kind;
    if (strlen(name) != name_n || !query_knows(x->route->query, name))
        return refused(x, name, "this address knows no such parameter");
    for (uint32_t i = 0; i < reading->count; i++)
        if (!strcmp(reading->seen[i], name))
            return refused(x, name, "expected once");
    JF_ASSERT(reading->count < sizeof reading->seen / sizeof *reading->seen);
    reading->seen[reading->count++] = name;
    jf_str text = {value ? value : "", value ? (uint32_t)value_n : 0};
    return query_value(x, name, text) ? MHD_YES : MHD_NO;
}

static bool query_read(jf_exchange *x)
{
    query_reading reading = {.x = x};
    MHD_get_connection_values_n(x->connection, MHD_GET_ARGUMENT_KIND, query_note, &reading);
    if (x->query.limit > JF_PAGE_LIMIT_MAX)
        query_refuse(x, "limit", "expected at most 500");
    if (x->status == 0)
        query_complete(&reading);
    return x->status == 0;
}

/* --- the exchange --------------------------------------------------------------------- */

static jf_str param(const jf_exchange *x, jf_str name)
{
    for (uint32_t i = 0; i < x->param_count; i++)
        if (jf_str_eq(x->param_names[i], name))
            return x->params[i];
    return JF_STR_NONE;
}

static jf_str named_by_path(const void *context, jf_str field)
{
    return param(context, field);
}

void jf_exchange_found(jf_exchange *x)
{
    const jf_lookup_job *job = &x->lookup;
    if (job->result == JF_STORE_OK && x->found_type)
        jf_answer_text(x, x->route->success, x->found_type, jf_buf_view(&x->found));
    else if (job->result == JF_STORE_OK)
        jf_answer_json(x, x->route->success, jf_buf_view(&x->found));
    else if (job->result == JF_STORE_NONE)
        jf_answer_refusal(x, JF_E_NOT_FOUND, x->param_count ? x->param_names[0] : JF_STR_NONE,
                          jf_str_of(job->error.message));
    else
        jf_answer_problem(x, JF_P_READ, "`jifen audit` says more");
}

bool jf_exchange_may(const jf_exchange *x)
{
    return jf_permit_read(&x->caller, x->route->who, named_by_path, x);
}

void jf_handle_read(jf_exchange *x)
{
    if (!jf_exchange_may(x))
        jf_answer_problem(x, JF_P_FORBIDDEN,
                          "none of the caller's roles may see this, or not of "
                          "this one");
    else if (query_read(x))
        jf_exchange_look_up(x, x->route->read, jf_exchange_found);
}

/* --- what is read ----------------------------------------------------------------------- */

static jf_store_result statement(jf_exchange *x, jf_store *store, jf_statement_of of,
                                 jf_store_error *error)
{
    const jf_query *q = &x->query;
    jf_statement_query query = {.of = of,
                                .name = x->params[0],
                                .limit = q->limit,
                                .before = q->before,
                                .one = q->account,
                                .kind = q->account_kind,
                                .month = q->month,
                                .from = q->from,
                                .to = q->to};
    jf_statement page;
    jf_store_result result = jf_statement_init(&page, store, &query);
    if (result == JF_STORE_OK)
        jf_statement_json(&page, &x->found);
    *error = page.error;
    jf_statement_free(&page);
    return result;
}

jf_store_result jf_read_member_statement(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return statement(x, store, JF_STATEMENT_MEMBER, error);
}

jf_store_result jf_read_shop_statement(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return statement(x, store, JF_STATEMENT_SHOP, error);
}

/* What a shop is called, as a file may be called: in UTF-8, by RFC 8187. */
static void file_name_add(jf_buf *out, jf_str name)
{
    static const char digits[] = "0123456789ABCDEF";
    for (uint32_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];
        if (strchr("/\\:*?\"<>|", c)) {
            jf_buf_char(out, '-');
        } else if (isalnum(c)) {
            jf_buf_char(out, (char)c);
        } else {
            jf_buf_char(out, '%');
            jf_buf_char(out, digits[c >> 4]);
            jf_buf_char(out, digits[c & 15]);
        }
    }
}

/*
 * The file's name says the shop and the month: its id, which has no character that a header minds,
 * and for those who read more than that, what it is called.
 */
static void settlement_file(jf_exchange *x, jf_str called, const char *ending)
{
    jf_buf name;
    jf_buf_init(&name, &x->arena);
    jf_buf_c(&name, "attachment; filename=\"settlement-");
    jf_buf_str(&name, x->params[0]);
    jf_buf_char(&name, '-');
    jf_month_print(&name, x->query.from);
    jf_buf_c(&name, ending);
    jf_buf_char(&name, '"');
    if (called.n > 0) {
        jf_buf_c(&name, "; filename*=UTF-8''");
        file_name_add(&name, called);
        jf_buf_char(&name, '-');
        jf_month_print(&name, x->query.from);
        jf_buf_c(&name, ending);
    }
    jf_buf_char(&name, '\0');
    x->disposition = name.p;
}

static jf_store_result settlement_write(jf_exchange *x, const jf_settlement *s,
                                        jf_store_error *error)
{
    bool chinese = jf_exchange_chinese(x);
    switch (x->query.format) {
    case JF_FORMAT_CSV:
        settlement_file(x, s->name, ".csv");
        x->found_type = "text/csv; charset=utf-8";
        jf_settlement_csv(s, chinese, &x->found);
        return JF_STORE_OK;
    case JF_FORMAT_XLSX:
        settlement_file(x, s->name, ".xlsx");
        x->found_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        return jf_settlement_xlsx(s, chinese, &x->found, error);
    case JF_FORMAT_JSON:
    case JF_FORMATS:
        break;
    }
    jf_settlement_json(s, &x->found);
    return JF_STORE_OK;
}

jf_store_result jf_read_settlement(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    jf_settlement s;
    const jf_query *q = &x->query;
    jf_desk_shop profile = {.shop = x->params[0]};
    jf_desk *desk = jf_exchange_desk(x);
    jf_store_result result = jf_settlement_init(&s, store, x->params[0], q->from, q->to, error);
    if (result == JF_STORE_OK &&
        jf_desk_shop_find(desk, &x->arena, x->params[0], &profile, error) == JF_STORE_FAILED)
        result = JF_STORE_FAILED;
    s.name = profile.name;
    if (result == JF_STORE_OK)
        result = settlement_write(x, &s, error);
    jf_settlement_free(&s);
    return result;
}

jf_store_result jf_read_fund_statement(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return statement(x, store, JF_STATEMENT_FUND, error);
}

jf_store_result jf_read_report(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    jf_report report;
    jf_store_result result = jf_report_init(&report, store);
    if (result == JF_STORE_OK)
        jf_report_json(&report, &x->found);
    *error = report.error;
    jf_report_free(&report);
    return result;
}

jf_store_result jf_read_member_outlook(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return jf_outlook(store, JF_PARTY_MEMBER, x->params[0], &x->found, error);
}

jf_store_result jf_read_shop_outlook(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return jf_outlook(store, JF_PARTY_SHOP, x->params[0], &x->found, error);
}

static jf_page page_of(const jf_exchange *x, uint64_t from)
{
    return (jf_page){.limit = x->query.limit, .from = from};
}

jf_store_result jf_read_members(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return jf_browse_parties(store, JF_PARTY_MEMBER, &x->query.parties, page_of(x, x->query.after),
                             &x->found, error);
}

jf_store_result jf_read_shops(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    if (x->query.called.n > 0)
        return jf_browse_called(store, jf_exchange_desk(x), x->query.called, &x->query.parties,
                                page_of(x, x->query.after), &x->found, error);
    return jf_browse_parties(store, JF_PARTY_SHOP, &x->query.parties, page_of(x, x->query.after),
                             &x->found, error);
}

jf_store_result jf_read_business(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return jf_browse_business(store, jf_exchange_desk(x), page_of(x, x->query.after), &x->found,
                              error);
}

jf_store_result jf_read_withdrawals(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    uint32_t state = x->query.state ? x->query.in_state : JF_WITHDRAWAL_STATES;
    return jf_browse_withdrawals(store, state, x->query.limit, x->query.after_id, &x->found, error);
}

jf_store_result jf_read_member(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    jf_desk_profile profile;
    jf_desk *desk = jf_exchange_desk(x);
    if (jf_desk_profile_find(desk, &x->arena, x->params[0], &profile, error) != JF_STORE_OK)
        return JF_STORE_FAILED;
    return jf_browse_party(store, JF_PARTY_MEMBER, x->params[0], profile.phone, &x->found, error);
}

jf_store_result jf_read_terms(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return jf_browse_terms(store, &x->found, error);
}

/* Its limit is days: of a year as of a quarter. */
jf_store_result jf_read_token_history(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return jf_token_history(store, x->query.limit, &x->found, error);
}

jf_store_result jf_read_closes(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return jf_browse_closes(store, x->params[0], page_of(x, x->query.before), &x->found, error);
}

jf_store_result jf_read_seats(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    const jf_query *q = &x->query;
    return jf_browse_seats(store, q->parties.region, q->orders.member, &x->found, error);
}

jf_store_result jf_read_find(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return jf_browse_id(store, x->query.id, &x->found, error);
}

jf_store_result jf_read_policies(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return jf_browse_policies(store, &x->found, error);
}

jf_store_result jf_read_journals(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return jf_browse_journals(store, page_of(x, x->query.before), &x->found, error);
}

jf_store_result jf_read_journal(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    uint64_t number;
    if (jf_number_parse(x->params[0], &number))
        return jf_browse_journal(store, number, &x->found, error);
    snprintf(error->message, sizeof error->message, "expected the number of a journal");
    return JF_STORE_NONE;
}

jf_store_result jf_read_orders(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return jf_browse_all_orders(store, &x->query.orders, page_of(x, x->query.before), &x->found,
                                error);
}

jf_store_result jf_read_order(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return jf_browse_order(store, x->params[0], &x->found, error);
}

jf_store_result jf_read_member_orders(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return jf_browse_orders(store, JF_PARTY_MEMBER, x->params[0], NULL, page_of(x, x->query.before),
                            &x->found, error);
}

jf_store_result jf_read_shop_orders(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return jf_browse_orders(store, JF_PARTY_SHOP, x->params[0], NULL, page_of(x, x->query.before),
                            &x->found, error);
}

jf_store_result jf_read_shop_days(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return jf_browse_days(store, x->params[0], page_of(x, x->query.before), &x->found, error);
}

jf_store_result jf_read_member_withdrawn(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return jf_browse_withdrawn(store, JF_PARTY_MEMBER, x->params[0], page_of(x, x->query.before),
                               &x->found, error);
}

jf_store_result jf_read_shop_withdrawn(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return jf_browse_withdrawn(store, JF_PARTY_SHOP, x->params[0], page_of(x, x->query.before),
                               &x->found, error);
}

jf_store_result jf_read_fans(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return jf_browse_bound(store, JF_RELATION_HOME, x->params[0], page_of(x, x->query.after),
                           &x->found, error);
}

jf_store_result jf_read_invited(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return jf_browse_bound(store, JF_RELATION_REFERRER, x->params[0], page_of(x, x->query.after),
                           &x->found, error);
}
