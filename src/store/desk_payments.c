/*
 * Payments on the desk (desk.h). A state is only left from the state that it was
 * seen in, so that of two who look at once one goes on.
 */
#include "base/check.h"
#include "store/desk_work.h"
#include "store/rows.h"

_Static_assert(JF_PAYMENT_PENDING == 0 && JF_PAYMENT_PAID == 1 && JF_PAYMENT_DONE == 2 &&
                   JF_PAYMENT_RETURNING == 5,
               "the index payment_due and the statements here are made for these states");

const char *jf_payment_state_wire(jf_payment_state state)
{
    static const char *const names[JF_PAYMENT_STATES] = {
        [JF_PAYMENT_PENDING] = "pending",   [JF_PAYMENT_PAID] = "paid",
        [JF_PAYMENT_DONE] = "done",         [JF_PAYMENT_FAILED] = "failed",
        [JF_PAYMENT_CLOSED] = "closed",     [JF_PAYMENT_RETURNING] = "returning",
        [JF_PAYMENT_RETURNED] = "returned",
    };
    JF_ASSERT(state < JF_PAYMENT_STATES);
    return names[state];
}

jf_store_result jf_desk_payment_add(jf_desk *desk, const jf_desk_payment *p, jf_store_error *error)
{
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "INSERT INTO payment SELECT ?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,"
                            "coalesce(max(no),0)+1,?10,?14 FROM payment WHERE true"
                            " ON CONFLICT DO NOTHING");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    const int64_t numbers[] = {p->amount, p->voucher,    p->credit,   p->cash,   p->scan,
                               p->state,  p->created.us, p->until.us, p->paid.us};
    jf_desk_bind(stmt, 1, p->id);
    jf_desk_bind(stmt, 2, p->member);
    jf_desk_bind(stmt, 3, p->shop);
    for (int i = 0; i < 9; i++)
        sqlite3_bind_int64(stmt, 4 + i, numbers[i]);
    jf_desk_bind(stmt, 13, p->reason);
    sqlite3_bind_int64(stmt, 14, p->charge);
    return jf_desk_run(desk, stmt, error);
}

#define COLUMNS                                                                                    \
    "SELECT id,member,shop,amount,voucher,credit,cash,scan,state,created,until,paid,reason,no,"    \
    "moved,charge FROM payment "

/* Texts are valid until the statement goes on. */
static bool payment_view(sqlite3_stmt *stmt, jf_desk_payment *p)
{
    int64_t state = sqlite3_column_int64(stmt, 8);
    if (state < 0 || state >= JF_PAYMENT_STATES)
        return false;
    *p = (jf_desk_payment){.id = jf_desk_text(stmt, 0),
                           .member = jf_desk_text(stmt, 1),
                           .shop = jf_desk_text(stmt, 2),
                           .amount = sqlite3_column_int64(stmt, 3),
                           .voucher = sqlite3_column_int64(stmt, 4),
                           .credit = sqlite3_column_int64(stmt, 5),
                           .cash = sqlite3_column_int64(stmt, 6),
                           .scan = sqlite3_column_int(stmt, 7) != 0,
                           .state = (jf_payment_state)state,
                           .created = {sqlite3_column_int64(stmt, 9)},
                           .until = {sqlite3_column_int64(stmt, 10)},
                           .paid = {sqlite3_column_int64(stmt, 11)},
                           .reason = jf_desk_text(stmt, 12),
                           .no = sqlite3_column_int64(stmt, 13),
                           .moved = {sqlite3_column_int64(stmt, 14)},
                           .charge = sqlite3_column_int64(stmt, 15)};
    return true;
}

static bool payment_read(sqlite3_stmt *stmt, jf_arena *arena, jf_desk_payment *p)
{
    if (!payment_view(stmt, p))
        return false;
    p->id = jf_str_dup(arena, p->id);
    p->member = jf_str_dup(arena, p->member);
    p->shop = jf_str_dup(arena, p->shop);
    p->reason = jf_str_dup(arena, p->reason);
    return true;
}

typedef struct payments {
    bool (*fn)(void *context, const jf_desk_payment *payment);
    void *context;
    bool damaged;
} payments;

static bool payment_row(void *reading, sqlite3_stmt *stmt)
{
    payments *to = reading;
    jf_desk_payment payment;
    to->damaged = !payment_view(stmt, &payment);
    return !to->damaged && to->fn(to->context, &payment);
}

jf_store_result jf_desk_payment_scan(jf_desk *desk, jf_str member, int64_t before,
                                     bool (*fn)(void *context, const jf_desk_payment *payment),
                                     void *context, jf_store_error *error)
{
    payments to = {fn, context, false};
    const char *sql = member.n > 0 ? COLUMNS "WHERE no<?1 AND member=?2 ORDER BY no DESC"
                                   : COLUMNS "WHERE no<?1 ORDER BY no DESC";
    jf_store_result result = jf_desk_rows_below(desk, sql, before, member, payment_row, &to, error);
    return to.damaged ? jf_store_fail(error, "the desk: a payment is damaged") : result;
}

/* The statement's one row. */
static jf_store_result payment_take(jf_desk *desk, sqlite3_stmt *stmt, jf_arena *arena,
                                    jf_desk_payment *out, jf_store_error *error)
{
    int code = sqlite3_step(stmt);
    bool good = code == SQLITE_ROW && payment_read(stmt, arena, out);
    jf_store_result none = code == SQLITE_DONE ? JF_STORE_NONE : JF_STORE_FAILED;
    return jf_desk_leave(desk, stmt, good ? JF_STORE_OK : none, error);
}

jf_store_result jf_desk_payment_find(jf_desk *desk, jf_arena *arena, jf_str id,
                                     jf_desk_payment *out, jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(desk, COLUMNS "WHERE id=?1");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    jf_desk_bind(stmt, 1, id);
    return payment_take(desk, stmt, arena, out, error);
}

/* Done before paid before pending before what came to nothing; of those alike the newest. */
jf_store_result jf_desk_payment_of_charge(jf_desk *desk, jf_arena *arena, int64_t charge,
                                          jf_desk_payment *out, jf_store_error *error)
{
    JF_ASSERT(charge > 0);
    sqlite3_stmt *stmt = jf_desk_enter(
        desk, COLUMNS "WHERE charge=?1 AND charge>0"
                      " ORDER BY state=2 DESC,state=1 DESC,state=0 DESC,no DESC LIMIT 1");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    sqlite3_bind_int64(stmt, 1, charge);
    return payment_take(desk, stmt, arena, out, error);
}

static jf_store_result codes_sweep(jf_desk *desk, jf_instant now, jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(desk, "DELETE FROM scanned WHERE until<=?1");
    if (stmt)
        sqlite3_bind_int64(stmt, 1, now.us);
    return jf_desk_run(desk, stmt, error);
}

jf_store_result jf_desk_code_use(jf_desk *desk, jf_str code, jf_str payment, jf_instant until,
                                 jf_instant now, jf_store_error *error)
{
    if (codes_sweep(desk, now, error) == JF_STORE_FAILED)
        return JF_STORE_FAILED;
    /* For the same payment again it is an update that changes nothing, and is counted. */
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "INSERT INTO scanned VALUES(?1,?2,?3) ON CONFLICT DO UPDATE"
                            " SET until=excluded.until WHERE payment=excluded.payment");
    if (stmt) {
        jf_desk_bind(stmt, 1, code);
        jf_desk_bind(stmt, 2, payment);
        sqlite3_bind_int64(stmt, 3, until.us);
    }
    return jf_desk_run(desk, stmt, error);
}

jf_store_result jf_desk_payment_move(jf_desk *desk, jf_str id, const jf_payment_move *move,
                                     jf_store_error *error)
{
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "UPDATE payment SET state=?3,paid=iif(?4=0,paid,?4),moved=?6,"
                            "reason=iif(?5='',reason,?5) WHERE id=?1 AND state=?2"
                            " AND NOT(?3=1 AND charge>0 AND EXISTS(SELECT 1 FROM payment AS other"
                            " WHERE other.charge=payment.charge AND other.charge>0"
                            " AND other.state IN(1,2)))");
    if (stmt) {
        jf_desk_bind(stmt, 1, id);
        sqlite3_bind_int64(stmt, 2, move->from);
        sqlite3_bind_int64(stmt, 3, move->to);
        sqlite3_bind_int64(stmt, 4, move->paid.us);
        jf_desk_bind(stmt, 5, move->reason);
        sqlite3_bind_int64(stmt, 6, move->at.us);
    }
    return jf_desk_run(desk, stmt, error);
}

/* Rows of one column, an id. */
typedef struct ids {
    bool (*fn)(void *context, jf_str id);
    void *context;
} ids;

static bool id_row(void *reading, sqlite3_stmt *stmt)
{
    const ids *to = reading;
    return to->fn(to->context, jf_desk_text(stmt, 0));
}

jf_store_result jf_desk_payment_due(jf_desk *desk, jf_instant now,
                                    bool (*fn)(void *context, jf_str id), void *context,
                                    jf_store_error *error)
{
    ids to = {fn, context};
    sqlite3_stmt *stmt = jf_desk_enter(
        desk, "SELECT id FROM payment WHERE state IN (0,1,5) AND (state IN (1,5) OR until<=?1)");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    sqlite3_bind_int64(stmt, 1, now.us);
    return jf_desk_rows(desk, stmt, id_row, &to, error);
}

/* --- going back --------------------------------------------------------------------------- */

_Static_assert(JF_BACK_ASKED == 0 && JF_BACK_DUE == 1 && JF_BACK_SENT == 2,
               "the index back_due is made for these states");

jf_store_result jf_desk_back_add(jf_desk *desk, const jf_desk_back *back, jf_store_error *error)
{
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "INSERT INTO back VALUES(?1,?2,?3,?4,?5,0) ON CONFLICT DO NOTHING");
    if (stmt) {
        jf_desk_bind(stmt, 1, back->id);
        jf_desk_bind(stmt, 2, back->payment);
        jf_desk_bind(stmt, 3, back->command);
        sqlite3_bind_int64(stmt, 4, back->state);
        sqlite3_bind_int64(stmt, 5, back->amount);
    }
    return jf_desk_run(desk, stmt, error);
}

jf_store_result jf_desk_back_again(jf_desk *desk, const jf_desk_back *back, jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(
        desk, "UPDATE back SET state=?4,payment=?2,command=?3 WHERE id=?1 AND state=?5");
    if (stmt) {
        jf_desk_bind(stmt, 1, back->id);
        jf_desk_bind(stmt, 2, back->payment);
        jf_desk_bind(stmt, 3, back->command);
        sqlite3_bind_int64(stmt, 4, JF_BACK_ASKED);
        sqlite3_bind_int64(stmt, 5, JF_BACK_REFUSED);
    }
    return jf_desk_run(desk, stmt, error);
}

jf_store_result jf_desk_back_find(jf_desk *desk, jf_arena *arena, jf_str id, jf_desk_back *out,
                                  jf_store_error *error)
{
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "SELECT id,payment,command,state,amount FROM back WHERE id=?1");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    jf_desk_bind(stmt, 1, id);
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW)
        *out = (jf_desk_back){.id = jf_str_dup(arena, jf_desk_text(stmt, 0)),
                              .payment = jf_str_dup(arena, jf_desk_text(stmt, 1)),
                              .command = jf_str_dup(arena, jf_desk_text(stmt, 2)),
                              .state = (jf_back_state)(sqlite3_column_int(stmt, 3) & 3),
                              .amount = sqlite3_column_int64(stmt, 4)};
    return jf_desk_found(desk, stmt, code, error);
}

jf_store_result jf_desk_back_move(jf_desk *desk, jf_str id, const jf_back_move *move,
                                  jf_store_error *error)
{
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "UPDATE back SET state=?3,amount=?4,moved=?5 WHERE id=?1 AND state=?2");
    if (stmt) {
        jf_desk_bind(stmt, 1, id);
        sqlite3_bind_int64(stmt, 2, move->from);
        sqlite3_bind_int64(stmt, 3, move->to);
        sqlite3_bind_int64(stmt, 4, move->amount);
        sqlite3_bind_int64(stmt, 5, move->at.us);
    }
    return jf_desk_run(desk, stmt, error);
}

typedef struct money {
    bool (*fn)(void *context, const jf_desk_money *row);
    void *context;
} money;

static bool money_row(void *reading, sqlite3_stmt *stmt)
{
    const money *to = reading;
    const jf_desk_money row = {.charge = jf_desk_text(stmt, 0),
                               .refund = jf_desk_text(stmt, 1),
                               .amount = sqlite3_column_int64(stmt, 2),
                               .at = {sqlite3_column_int64(stmt, 3)}};
    return to->fn(to->context, &row);
}

jf_store_result jf_desk_money_rows(jf_desk *desk, const char *sql, jf_instant from, jf_instant to,
                                   bool (*fn)(void *context, const jf_desk_money *row),
                                   void *context, jf_store_error *error)
{
    money rows = {fn, context};
    sqlite3_stmt *stmt = jf_desk_enter(desk, sql);
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    sqlite3_bind_int64(stmt, 1, from.us);
    sqlite3_bind_int64(stmt, 2, to.us);
    return jf_desk_rows(desk, stmt, money_row, &rows, error);
}

_Static_assert(JF_PAYMENT_RETURNED == 6 && JF_BACK_SENT == 2, "the query below says so");

jf_store_result jf_desk_money_scan(jf_desk *desk, jf_instant from, jf_instant to,
                                   bool (*fn)(void *context, const jf_desk_money *row),
                                   void *context, jf_store_error *error)
{
    static const char sql[] =
        "SELECT id,'',cash,paid FROM payment WHERE paid>=?1 AND paid<?2 AND cash>0"
        " UNION ALL SELECT id,id,cash,moved FROM payment"
        " WHERE moved>=?1 AND moved<?2 AND state=6 AND cash>0"
        " UNION ALL SELECT payment,id,amount,moved FROM back"
        " WHERE moved>=?1 AND moved<?2 AND state=2 AND amount>0 ORDER BY 4,1,2";
    return jf_desk_money_rows(desk, sql, from, to, fn, context, error);
}

jf_store_result jf_desk_back_due(jf_desk *desk, bool (*fn)(void *context, jf_str id), void *context,
                                 jf_store_error *error)
{
    ids to = {fn, context};
    sqlite3_stmt *stmt = jf_desk_enter(desk, "SELECT id FROM back WHERE state<2");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    return jf_desk_rows(desk, stmt, id_row, &to, error);
}
