/*
 * The engine: the one write path. Commands go in, in order; they are decided
 * in batches on the working set, each batch becomes one transaction of the
 * store, and answers come out, in order, once they are durable.
 *
 * On a durable store a second thread commits batch n while batch n + 1 is
 * decided. An answer is handed out only when its batch and all before it are
 * committed. If a commit fails, no later answer is ever handed out, and every
 * call returns JF_STORE_FAILED with the message.
 */
#ifndef JF_APP_ENGINE_H
#define JF_APP_ENGINE_H

#include "core/ahead.h"
#include "core/step.h"
#include "store/store.h"

typedef struct jf_engine jf_engine;

/* One answer: {"ok":true,"result":{…}} or {"ok":false,"error":{…}}; valid during the call. */
typedef struct jf_answer {
    jf_code code;
    bool again;   /* the id was known: the first answer, nothing changed */
    jf_str text;  /* without a newline */
    void *ticket; /* as given to the submit call */
} jf_answer;

typedef void (*jf_answer_fn)(void *context, const jf_answer *answer);

typedef struct jf_engine_options {
    uint32_t batch;        /* commands a batch holds at most; 0: 512 */
    size_t memory;         /* bytes of parties and orders kept between batches; 0: 512 MiB */
    bool foreground;       /* commit in the calling thread even when another would pay */
    bool no_order_answers; /* results of new orders are {}: they follow from the order's row */
    jf_answer_fn answer;   /* may be NULL */
    void *context;
} jf_engine_options;

#define JF_BATCH_DEFAULT 512

jf_store_result jf_engine_open(jf_engine **out, jf_store *store, const jf_engine_options *options,
                               jf_store_error *error);

/* One line of the command stream. The line need not outlive the call. */
jf_store_result jf_engine_line(jf_engine *engine, jf_str line, void *ticket, jf_store_error *error);

/* A command that the caller filled in and sealed (jf_command_seal). */
jf_store_result jf_engine_command(jf_engine *engine, const jf_command *command, void *ticket,
                                  jf_store_error *error);

/*
 * A hint: this command will be submitted after JF_AHEAD - 1 others (core/ahead.h), so that what
 * it reads is in the processor's cache by then. It need not outlive the call, nor ever come.
 */
void jf_engine_expect(jf_engine *engine, const jf_command *command);

/*
 * What a line would be answered now, were it sent under a new id: answered like
 * jf_engine_line, in order, but nothing of it is kept, so no journal, no id.
 * order.pay also says `limits`, the vouchers that the bill could take and the
 * credit on top of them; order.refund says `back`, what it would post, added up by account:
 * [{kind,owner,account,pool?,cohort?,…,unit,amount}]; token.sell says the fee, the price that
 * the sale is settled at, and the units left after it. Other commands are bad_request.
 */
jf_store_result jf_engine_try(jf_engine *engine, jf_str line, void *ticket, jf_store_error *error);

/*
 * What a read command answers now, before anything that is submitted later: the
 * result in the arena of *out, nothing batched. The code is the rules'.
 */
jf_store_result jf_engine_read(jf_engine *engine, const jf_command *command, jf_buf *out,
                               jf_code *code, jf_store_error *error);

/* Commit everything submitted and hand out all answers. */
jf_store_result jf_engine_flush(jf_engine *engine, jf_store_error *error);

/* The working set, for reading between calls. */
const jf_world *jf_engine_world(const jf_engine *engine);

/* Flushes nothing: what was not committed is dropped. The store stays open. */
void jf_engine_close(jf_engine *engine);

#endif
