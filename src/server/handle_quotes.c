/*
 * Quotes: what a command would be answered now. The writer tries it on the books
 * as they are and takes it back, so the answer is the rules' own.
 */
#include "server/state.h"

/* Only tried, so it is nobody's; the command wants one. */
#define QUOTE_ID "quote"

static void finish_quote(jf_exchange *x)
{
    jf_str result;
    if (jf_exchange_result(x, &result))
        jf_answer_json(x, x->route->success, result);
}

/* The command of that name with the path's parameter and the fields of the body. */
static void quote(jf_exchange *x, const char *command)
{
    jf_jw w;
    jf_buf line, at;
    jf_json *body;
    if (!jf_exchange_fields(x, &body))
        return;
    jf_buf_init(&line, &x->arena);
    jf_buf_init(&at, &x->arena);
    jf_instant_print(&at, x->server->options.clock());
    jf_jw_init(&w, &line);
    jf_jw_open(&w, NULL, '{');
    jf_jw_c(&w, "cmd", command);
    jf_jw_c(&w, "id", QUOTE_ID);
    jf_jw_str(&w, "at", jf_buf_view(&at));
    jf_jw_key(&w, x->param_names[0]);
    jf_jw_str(&w, NULL, x->params[0]);
    for (const jf_json *field = body->child; field; field = field->next) {
        jf_jw_key(&w, field->key);
        if (field->type == JF_JSON_STRING)
            jf_jw_str(&w, NULL, field->text);
        else
            jf_jw_bool(&w, NULL, field->type == JF_JSON_TRUE);
    }
    jf_jw_close(&w, '}');
    jf_exchange_wait(x, jf_buf_view(&line), finish_quote);
    x->job.tries = true;
}

void jf_handle_quote(jf_exchange *x)
{
    quote(x, "order.pay");
}

void jf_handle_sale_quote(jf_exchange *x)
{
    quote(x, "token.sell");
}

void jf_handle_refund_quote(jf_exchange *x)
{
    quote(x, "order.refund");
}
