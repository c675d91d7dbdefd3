/*
 * What the server says of itself: health, metrics, and its own description.
 */
#include "base/check.h"
#include "server/openapi.h"
#include "server/state.h"
#include "server/stream.h"

void jf_handle_health(jf_exchange *x)
{
    jf_answer_json(x, 200, JF_STR("{\"status\":\"ok\"}\n"));
}

/* Ready while the books can be written and the server is not about to end. */
void jf_handle_ready(jf_exchange *x)
{
    jf_writer_counts counts;
    jf_writer_counts_get(x->server->options.writer, &counts);
    if (counts.failed)
        jf_answer_problem(x, JF_P_STORE, "nothing is accepted; see the server's log");
    else
        jf_answer_json(x, 200, JF_STR("{\"status\":\"ready\"}\n"));
}

void jf_handle_metrics(jf_exchange *x)
{
    jf_buf out;
    jf_writer_counts counts;
    jf_server *server = x->server;
    jf_buf_init(&out, &x->arena);
    jf_writer_counts_get(server->options.writer, &counts);
    server->figures.swept = server->swept;
    jf_figures_print(&server->figures, &counts, jf_peers_count(&server->peers),
                     jf_streams_count(server), &out);
    jf_answer_text(x, 200, "text/plain; version=0.0.4; charset=utf-8", jf_buf_view(&out));
}

void jf_handle_openapi(jf_exchange *x)
{
    jf_buf out;
    jf_buf_init(&out, &x->arena);
    jf_openapi_print(x->server->options.version, &out);
    jf_answer_json(x, 200, jf_buf_view(&out));
}
