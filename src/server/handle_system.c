/*
 * What the server says of itself: health, metrics, and its own description.
 */
#include "app/reader.h"
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

/* --- where the books lie, and their backups ------------------------------------------------ */

static void backups_json(jf_jw *w, jf_backups *backups)
{
    jf_jw_open(w, "backups", '{');
    jf_jw_bool(w, "folder", backups != NULL);
    if (backups)
        jf_backups_json(backups, w);
    jf_jw_close(w, '}');
}

jf_store_result jf_read_system(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    jf_jw w;
    jf_reader reader;
    jf_writer_counts counts;
    char space[72];
    jf_buf head = {space, 0, sizeof space, NULL};
    const jf_server_options *options = &x->server->options;
    jf_writer_counts_get(options->writer, &counts);
    jf_reader_open(&reader, store);
    jf_hash_print(&head, reader.head);
    jf_jw_init(&w, &x->found);
    jf_jw_open(&w, NULL, '{');
    jf_jw_c(&w, "version", options->version);
    jf_jw_c(&w, "store", store->ops->scheme);
    jf_jw_int(&w, "journals", (int64_t)reader.world.state.journals);
    jf_jw_str(&w, "head", jf_buf_view(&head));
    jf_jw_int(&w, "waiting", counts.waiting);
    jf_backup_files(&w, options->books);
    backups_json(&w, options->backups);
    jf_jw_close(&w, '}');
    jf_store_result result = jf_reader_result(&reader, error);
    jf_reader_close(&reader);
    return result;
}

void jf_handle_backup(jf_exchange *x)
{
    jf_json *body;
    jf_backups *backups = x->server->options.backups;
    if (!jf_exchange_fields(x, &body))
        return;
    if (!backups)
        jf_answer_refusal(x, JF_E_NOT_FOUND, JF_STR("backups"),
                          JF_STR("this server was given no folder for them (--backups)"));
    else if (jf_backups_running(backups))
        jf_answer_problem(x, JF_P_BUSY, "a backup is being made; look at /v1/system");
    else if (!jf_exchange_note(x, "backup", JF_STR_NONE, "ok"))
        return; /* what is not in the trail is not done */
    else if (!jf_backups_start(backups))
        jf_answer_problem(x, JF_P_BUSY, "a backup is being made; look at /v1/system");
    else
        jf_answer_json(x, x->route->success, JF_STR("{\"running\":true}"));
}
