/*
 * The states of a payment and the thread that looks at what is due (cashier.h).
 */
#include "app/cashier.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/json.h"

#define LOOK_EVERY_S 1
#define MINUTE_US INT64_C(60000000)

struct jf_cashier {
    jf_cashier_options options;
    pthread_t thread;
    pthread_mutex_t mutex; /* around `stop` */
    pthread_cond_t tick;
    bool stop;
};

/* --- the order ----------------------------------------------------------------------------- */

/* A command that this thread waits for. */
typedef struct waiting {
    jf_job job;
    pthread_mutex_t mutex;
    pthread_cond_t done;
    bool is_done;
} waiting;

static void job_done(jf_job *job)
{
    waiting *w = (waiting *)((char *)job - offsetof(waiting, job));
    pthread_mutex_lock(&w->mutex);
    w->is_done = true;
    pthread_cond_signal(&w->done);
    pthread_mutex_unlock(&w->mutex);
}

/* False when the writer has failed or is closing: nothing is known of the command then. */
static bool command_run(jf_writer *writer, jf_arena *arena, jf_str line, jf_code *code,
                        jf_str *answer)
{
    waiting w = {.job = {.text = line, .done = job_done}};
    int failed = pthread_mutex_init(&w.mutex, NULL) || pthread_cond_init(&w.done, NULL);
    JF_ASSERT(!failed);
    jf_buf_init(&w.job.answers, arena);
    bool taken = jf_writer_submit(writer, &w.job);
    pthread_mutex_lock(&w.mutex);
    while (taken && !w.is_done)
        pthread_cond_wait(&w.done, &w.mutex);
    pthread_mutex_unlock(&w.mutex);
    *answer = jf_buf_view(&w.job.answers);
    pthread_cond_destroy(&w.done);
    pthread_mutex_destroy(&w.mutex);
    *code = w.job.code;
    return taken && !w.job.failed;
}

/* The same text whenever it is made, for the id is answered again only for the same content. */
static jf_str order_line(jf_arena *arena, const jf_desk_payment *p)
{
    jf_jw w;
    jf_buf line, at;
    jf_buf_init(&line, arena);
    jf_buf_init(&at, arena);
    jf_instant_print(&at, p->paid);
    jf_jw_init(&w, &line);
    jf_jw_open(&w, NULL, '{');
    jf_jw_c(&w, "cmd", "order.pay");
    jf_jw_str(&w, "id", p->id);
    jf_jw_str(&w, "member", p->member);
    jf_jw_str(&w, "shop", p->shop);
    jf_jw_decimal(&w, "amount", p->amount, 2);
    jf_jw_decimal(&w, "voucher", p->voucher, 2);
    jf_jw_decimal(&w, "credit", p->credit, 2);
    jf_jw_bool(&w, "scan", p->scan);
    jf_jw_str(&w, "at", jf_buf_view(&at));
    jf_jw_close(&w, '}');
    return jf_buf_view(&line);
}

/* --- one step from each state ------------------------------------------------------------- */

typedef enum step_result {
    STEP_ON,   /* it moved, or somebody else moved it: look again */
    STEP_STAY, /* nothing more can be done now */
    STEP_FAILED,
} step_result;

/* NONE: somebody else moved it, or it is to be paid and another payment of its charge was. */
static jf_store_result moved(jf_cashier *c, const jf_desk_payment *p, jf_payment_state to,
                             const char *reason, jf_store_error *error)
{
    jf_payment_move m = {
        .from = p->state, .to = to, .reason = jf_str_of(reason), .at = c->options.clock()};
    if (to == JF_PAYMENT_PAID || (to == JF_PAYMENT_RETURNING && p->state != JF_PAYMENT_PAID))
        m.paid = m.at; /* the money has only just come */
    return jf_desk_payment_move(c->options.desk, p->id, &m, error);
}

static step_result move(jf_cashier *c, const jf_desk_payment *p, jf_payment_state to,
                        const char *reason, jf_store_error *error)
{
    return moved(c, p, to, reason, error) == JF_STORE_FAILED ? STEP_FAILED : STEP_ON;
}

/* The payer has paid: unless somebody else has paid the same charge, whose payment alone counts. */
static step_result paid(jf_cashier *c, const jf_desk_payment *p, jf_store_error *error)
{
    jf_store_result result = moved(c, p, JF_PAYMENT_PAID, "", error);
    if (result == JF_STORE_NONE && p->charge > 0)
        return move(c, p, JF_PAYMENT_RETURNING, "charge_paid", error);
    return result == JF_STORE_FAILED ? STEP_FAILED : STEP_ON;
}

static step_result from_channel(jf_cashier *c, const jf_desk_payment *p, jf_channel_state state,
                                jf_store_error *error)
{
    switch (state) {
    case JF_CHANNEL_PAID:
        return paid(c, p, error);
    case JF_CHANNEL_FAILED:
        return move(c, p, JF_PAYMENT_FAILED, "", error);
    case JF_CHANNEL_CLOSED:
        return move(c, p, JF_PAYMENT_CLOSED, "", error);
    case JF_CHANNEL_PENDING:
        break;
    }
    return STEP_STAY;
}

static step_result step_pending(jf_cashier *c, const jf_desk_payment *p, jf_store_error *error)
{
    jf_channel *channel = c->options.channel;
    jf_channel_state state = JF_CHANNEL_PENDING;
    if (p->cash == 0)
        return paid(c, p, error);
    if (!channel)
        return STEP_STAY;
    jf_store_result result = channel->ops->query(channel, p->id, &state, error);
    bool over = c->options.clock().us >= p->until.us;
    if (result == JF_STORE_OK && state == JF_CHANNEL_PENDING && over)
        result = channel->ops->close(channel, p->id, &state, error);
    if (result == JF_STORE_NONE) /* the start died before the channel was asked */
        return over ? move(c, p, JF_PAYMENT_CLOSED, "", error) : STEP_STAY;
    return result == JF_STORE_OK ? from_channel(c, p, state, error) : STEP_FAILED;
}

static step_result step_paid(jf_cashier *c, jf_arena *arena, const jf_desk_payment *p)
{
    jf_code code;
    jf_str answer;
    jf_store_error error;
    if (!command_run(c->options.writer, arena, order_line(arena, p), &code, &answer))
        return STEP_STAY;
    if (code == JF_OK)
        return move(c, p, JF_PAYMENT_DONE, "", &error);
    return move(c, p, JF_PAYMENT_RETURNING, jf_code_wire(code), &error);
}

/* Money that came although we had closed. */
static step_result step_closed(jf_cashier *c, const jf_desk_payment *p, jf_store_error *error)
{
    jf_channel_state state;
    jf_channel *channel = c->options.channel;
    if (!channel)
        return STEP_STAY;
    jf_store_result result = channel->ops->query(channel, p->id, &state, error);
    if (result == JF_STORE_FAILED)
        return STEP_FAILED;
    bool came = result == JF_STORE_OK && state == JF_CHANNEL_PAID;
    return came ? move(c, p, JF_PAYMENT_RETURNING, "late", error) : STEP_STAY;
}

static step_result step_returning(jf_cashier *c, const jf_desk_payment *p, jf_store_error *error)
{
    jf_channel *channel = c->options.channel;
    if (p->cash == 0)
        return move(c, p, JF_PAYMENT_RETURNED, "", error);
    if (!channel)
        return STEP_STAY;
    jf_store_result result = channel->ops->refund(channel, p->id, p->id, p->cash, error);
    if (result == JF_STORE_OK)
        return move(c, p, JF_PAYMENT_RETURNED, "", error);
    return result == JF_STORE_NONE ? STEP_STAY : STEP_FAILED;
}

static step_result step(jf_cashier *c, jf_arena *arena, const jf_desk_payment *p,
                        jf_store_error *error)
{
    switch (p->state) {
    case JF_PAYMENT_PENDING:
        return step_pending(c, p, error);
    case JF_PAYMENT_PAID:
        return step_paid(c, arena, p);
    case JF_PAYMENT_CLOSED:
        return step_closed(c, p, error);
    case JF_PAYMENT_RETURNING:
        return step_returning(c, p, error);
    case JF_PAYMENT_DONE:
    case JF_PAYMENT_FAILED:
    case JF_PAYMENT_RETURNED:
    case JF_PAYMENT_STATES:
        break;
    }
    return STEP_STAY;
}

jf_store_result jf_cashier_look(jf_cashier *c, jf_arena *arena, jf_str id, jf_desk_payment *payment,
                                jf_store_error *error)
{
    for (step_result went = STEP_ON; went == STEP_ON;) {
        jf_store_result result = jf_desk_payment_find(c->options.desk, arena, id, payment, error);
        if (result != JF_STORE_OK)
            return result;
        went = step(c, arena, payment, error);
        if (went == STEP_FAILED)
            return JF_STORE_FAILED;
    }
    return JF_STORE_OK;
}

/* --- the start ------------------------------------------------------------------------------ */

jf_store_result jf_cashier_start(jf_cashier *c, jf_arena *arena, jf_desk_payment *p,
                                 jf_store_error *error)
{
    jf_channel *channel = c->options.channel;
    JF_ASSERT(p->amount > 0 && p->voucher <= p->amount && p->credit <= p->voucher);
    p->cash = p->amount - p->voucher;
    p->state = JF_PAYMENT_PENDING;
    p->created = c->options.clock();
    p->until.us = p->created.us + JF_PAYMENT_MINUTES * MINUTE_US;
    jf_str id = p->id;
    jf_store_result result = jf_desk_payment_add(c->options.desk, p, error);
    bool known = result == JF_STORE_NONE;
    if (known)
        result = jf_desk_payment_find(c->options.desk, arena, id, p, error);
    /* Also when it is known: whoever started it may have died before the channel was asked. */
    if (result == JF_STORE_OK && p->state == JF_PAYMENT_PENDING && p->cash > 0 && channel)
        result = channel->ops->open(channel, id, p->cash, p->until, error);
    if (result == JF_STORE_OK)
        result = jf_cashier_look(c, arena, id, p, error);
    return result == JF_STORE_OK && known ? JF_STORE_NONE : result;
}

/* --- refunds --------------------------------------------------------------------------------- */

/* The cash that the answer of an order.refund gives back. */
static int64_t cash_of(jf_arena *arena, jf_str answer)
{
    jf_json *json;
    int64_t cash = 0;
    bool read = jf_json_parse(arena, answer, &json, NULL);
    JF_ASSERT(read);
    const jf_json *member = jf_json_get(jf_json_get(json, JF_STR("result")), JF_STR("cash"));
    JF_ASSERT(member && member->type == JF_JSON_STRING);
    read = jf_decimal_parse(member->text, 2, &cash) == JF_DECIMAL_OK;
    JF_ASSERT(read);
    return cash;
}

/* The books answer, for the first time or again; *answer is what they say. */
static step_result back_ask(jf_cashier *c, jf_arena *arena, const jf_desk_back *back,
                            jf_str *answer, jf_store_error *error)
{
    jf_code code;
    if (!command_run(c->options.writer, arena, back->command, &code, answer))
        return STEP_FAILED;
    if (back->state != JF_BACK_ASKED)
        return STEP_ON;
    jf_back_state to = code == JF_OK ? JF_BACK_DUE : JF_BACK_REFUSED;
    int64_t cash = code == JF_OK ? cash_of(arena, *answer) : 0;
    const jf_back_move move = {JF_BACK_ASKED, to, cash, c->options.clock()};
    return jf_desk_back_move(c->options.desk, back->id, &move, error) == JF_STORE_FAILED
               ? STEP_FAILED
               : STEP_ON;
}

/* NONE of the channel is somebody's to look at: it stays due, and is tried again. */
static step_result back_send(jf_cashier *c, const jf_desk_back *back, jf_store_error *error)
{
    jf_channel *channel = c->options.channel;
    jf_store_result result = JF_STORE_OK;
    if (back->state != JF_BACK_DUE)
        return STEP_ON;
    if (back->amount > 0)
        result = channel
                     ? channel->ops->refund(channel, back->payment, back->id, back->amount, error)
                     : JF_STORE_NONE;
    const jf_back_move move = {JF_BACK_DUE, JF_BACK_SENT, back->amount, c->options.clock()};
    if (result == JF_STORE_OK)
        result = jf_desk_back_move(c->options.desk, back->id, &move, error);
    return result == JF_STORE_FAILED ? STEP_FAILED : STEP_ON;
}

/* As far as it goes now. A failure of the channel is no failure of the refund: it stays due. */
static jf_store_result back_look(jf_cashier *c, jf_arena *arena, jf_str id, jf_str *answer,
                                 jf_store_error *error)
{
    jf_desk_back back;
    jf_store_result result = jf_desk_back_find(c->options.desk, arena, id, &back, error);
    if (result != JF_STORE_OK)
        return result;
    if (back_ask(c, arena, &back, answer, error) == STEP_FAILED)
        return JF_STORE_FAILED;
    result = jf_desk_back_find(c->options.desk, arena, id, &back, error);
    if (result == JF_STORE_OK)
        (void)back_send(c, &back, error);
    return result;
}

jf_store_result jf_cashier_refund(jf_cashier *c, jf_arena *arena, const jf_desk_back *back,
                                  jf_str *answer, jf_store_error *error)
{
    jf_code code;
    jf_store_result result = jf_desk_back_add(c->options.desk, back, error);
    if (result == JF_STORE_FAILED)
        return result;
    /* What the rules refused was no refund: the same id may be tried again, with other content. */
    if (result == JF_STORE_NONE)
        result = jf_desk_back_again(c->options.desk, back, error);
    if (result == JF_STORE_FAILED)
        return result;
    if (result == JF_STORE_OK)
        return back_look(c, arena, back->id, answer, error);
    /* The id was used: the books know whether it was for the same. */
    return command_run(c->options.writer, arena, back->command, &code, answer) ? JF_STORE_OK
                                                                               : JF_STORE_FAILED;
}

/* --- what is due ---------------------------------------------------------------------------- */

typedef struct due {
    jf_arena arena;
    jf_str ids[256];
    uint32_t count;
} due;

static bool due_take(void *context, jf_str id)
{
    due *d = context;
    d->ids[d->count++] = jf_str_dup(&d->arena, id);
    return d->count < sizeof d->ids / sizeof *d->ids;
}

/* What cannot be looked at now is looked at in a second again. */
static void look_at_due(jf_cashier *c)
{
    due d = {.count = 0};
    jf_str answer;
    jf_store_error error;
    jf_desk_payment payment;
    jf_arena_init(&d.arena, 0);
    if (jf_desk_payment_due(c->options.desk, c->options.clock(), due_take, &d, &error) ==
        JF_STORE_OK)
        for (uint32_t i = 0; i < d.count; i++)
            (void)jf_cashier_look(c, &d.arena, d.ids[i], &payment, &error);
    d.count = 0;
    if (jf_desk_back_due(c->options.desk, due_take, &d, &error) == JF_STORE_OK)
        for (uint32_t i = 0; i < d.count; i++)
            (void)back_look(c, &d.arena, d.ids[i], &answer, &error);
    jf_arena_free(&d.arena);
}

static bool wait_or_stop(jf_cashier *c)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += LOOK_EVERY_S;
    pthread_mutex_lock(&c->mutex);
    while (!c->stop)
        if (pthread_cond_timedwait(&c->tick, &c->mutex, &until) == ETIMEDOUT)
            break;
    bool stop = c->stop;
    pthread_mutex_unlock(&c->mutex);
    return stop;
}

static void *cashier_run(void *argument)
{
    jf_cashier *c = argument;
    do
        look_at_due(c);
    while (!wait_or_stop(c));
    return NULL;
}

jf_store_result jf_cashier_open(jf_cashier **out, const jf_cashier_options *options,
                                jf_store_error *error)
{
    jf_cashier *c = jf_alloc_zero(1, sizeof *c);
    c->options = *options;
    int failed = pthread_mutex_init(&c->mutex, NULL) || pthread_cond_init(&c->tick, NULL);
    JF_ASSERT(!failed);
    if (pthread_create(&c->thread, NULL, cashier_run, c) == 0) {
        *out = c;
        return JF_STORE_OK;
    }
    pthread_cond_destroy(&c->tick);
    pthread_mutex_destroy(&c->mutex);
    free(c);
    memcpy(error->message, "this machine has no room for one thread more", 45);
    return JF_STORE_FAILED;
}

jf_channel *jf_cashier_channel(const jf_cashier *c)
{
    return c->options.channel;
}

void jf_cashier_close(jf_cashier *c)
{
    if (!c)
        return;
    pthread_mutex_lock(&c->mutex);
    c->stop = true;
    pthread_cond_signal(&c->tick);
    pthread_mutex_unlock(&c->mutex);
    pthread_join(c->thread, NULL);
    pthread_cond_destroy(&c->tick);
    pthread_mutex_destroy(&c->mutex);
    free(c);
}
