/*
 * Metrics and the access log (figures.h).
 */
#include "server/figures.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "server/peers.h"

/* Microseconds; the step behind the last has no end. */
static const int64_t steps[JF_LATENCY_STEPS] = {250,   500,   1000,   2500,   5000,    10000,
                                                25000, 50000, 100000, 250000, 1000000, 5000000};

#define LOG_ROOM (32 * 1024)

void jf_figures_init(jf_figures *figures)
{
    *figures = (jf_figures){.swept = 0};
    jf_buf_init(&figures->lines, NULL);
}

void jf_figures_free(jf_figures *figures, FILE *log)
{
    jf_figures_flush(figures, log);
    jf_buf_free(&figures->lines);
}

void jf_figures_flush(jf_figures *figures, FILE *log)
{
    if (log && figures->lines.n > 0) {
        fwrite(figures->lines.p, 1, figures->lines.n, log);
        fflush(log);
    }
    jf_buf_clear(&figures->lines);
}

static uint32_t place_of(const jf_exchange *x)
{
    uint32_t count;
    const jf_route *routes = jf_routes(&count);
    JF_ASSERT(count <= JF_ROUTES_MOST);
    return x->route ? (uint32_t)(x->route - routes) : JF_ROUTES_MOST;
}

/* {"at","method","path","route","status","us","who"}: no query, no body, no secret. */
static void log_line(jf_buf *out, const jf_exchange *x, int64_t took)
{
    jf_jw w;
    jf_buf at;
    char space[40];
    at = (jf_buf){space, 0, sizeof space, NULL};
    jf_instant_print(&at, jf_server_options_of(x->server)->clock());
    jf_jw_init(&w, out);
    jf_jw_open(&w, NULL, '{');
    jf_jw_str(&w, "at", jf_buf_view(&at));
    jf_jw_c(&w, "method", jf_method_names[x->method]);
    jf_jw_str(&w, "path", x->path);
    jf_jw_c(&w, "route", x->route ? x->route->name : "");
    jf_jw_int(&w, "status", x->status);
    jf_jw_int(&w, "us", took);
    jf_jw_c(&w, "who", x->caller.name);
    jf_jw_close(&w, '}');
    jf_buf_char(out, '\n');
}

void jf_figures_note(jf_figures *figures, const jf_exchange *x, FILE *log)
{
    int64_t took = jf_now_us() - x->began_us;
    int hundreds = x->status / 100;
    figures->requests[place_of(x)][hundreds < 6 ? hundreds : 5]++;
    figures->latency_us += (uint64_t)took;
    int step = 0;
    while (step < JF_LATENCY_STEPS && took > steps[step])
        step++;
    figures->latency[step]++;
    if (!log)
        return;
    log_line(&figures->lines, x, took);
    if (figures->lines.n > LOG_ROOM)
        jf_figures_flush(figures, log);
}

/* --- printing -------------------------------------------------------------------------------- */

static void head(jf_buf *out, const char *name, const char *type, const char *help)
{
    jf_buf_c(out, "# HELP ");
    jf_buf_c(out, name);
    jf_buf_char(out, ' ');
    jf_buf_c(out, help);
    jf_buf_c(out, "\n# TYPE ");
    jf_buf_c(out, name);
    jf_buf_char(out, ' ');
    jf_buf_c(out, type);
    jf_buf_char(out, '\n');
}

static void value(jf_buf *out, const char *name, uint64_t number)
{
    jf_buf_c(out, name);
    jf_buf_char(out, ' ');
    jf_buf_int(out, (int64_t)number);
    jf_buf_char(out, '\n');
}

static void figure(jf_buf *out, const char *name, const char *type, const char *help,
                   uint64_t number)
{
    head(out, name, type, help);
    value(out, name, number);
}

static void requests_print(const jf_figures *figures, jf_buf *out)
{
    uint32_t count;
    const jf_route *routes = jf_routes(&count);
    head(out, "jifen_http_requests_total", "counter", "Requests answered, by route and status.");
    for (uint32_t i = 0; i <= JF_ROUTES_MOST; i++)
        for (int hundreds = 1; hundreds < 6; hundreds++) {
            char line[200];
            if (figures->requests[i][hundreds] == 0)
                continue;
            snprintf(line, sizeof line, "jifen_http_requests_total{route=\"%s\",status=\"%dxx\"}",
                     i < count ? routes[i].name : "none", hundreds);
            value(out, line, figures->requests[i][hundreds]);
        }
}

static void latency_print(const jf_figures *figures, jf_buf *out)
{
    char line[120];
    uint64_t sum = 0;
    head(out, "jifen_http_request_seconds", "histogram", "From the headers to the answer.");
    for (int i = 0; i < JF_LATENCY_STEPS; i++) {
        sum += figures->latency[i];
        snprintf(line, sizeof line, "jifen_http_request_seconds_bucket{le=\"%g\"}",
                 (double)steps[i] / 1e6);
        value(out, line, sum);
    }
    sum += figures->latency[JF_LATENCY_STEPS];
    value(out, "jifen_http_request_seconds_bucket{le=\"+Inf\"}", sum);
    snprintf(line, sizeof line, "jifen_http_request_seconds_sum %.6f\n",
             (double)figures->latency_us / 1e6);
    jf_buf_c(out, line);
    value(out, "jifen_http_request_seconds_count", sum);
}

/* Resident bytes, as the kernel counts them; 0 when it does not say. */
static uint64_t resident_bytes(void)
{
    unsigned long size = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file)
        return 0;
    if (fscanf(file, "%lu %lu", &size, &resident) != 2)
        resident = 0;
    fclose(file);
    return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

void jf_figures_print(const jf_figures *figures, const jf_writer_counts *writer,
                      uint32_t connections, uint32_t streams, jf_buf *out)
{
    requests_print(figures, out);
    latency_print(figures, out);
    figure(out, "jifen_http_connections", "gauge", "Connections that are open.", connections);
    figure(out, "jifen_streams", "gauge", "Streams of events that are followed.", streams);
    figure(out, "jifen_http_connections_ended_total", "counter",
           "Connections ended because they took too long.", figures->swept);
    figure(out, "jifen_commands_total", "counter", "Commands answered, reads too.",
           writer->commands);
    figure(out, "jifen_commands_refused_total", "counter", "Commands that the rules refused.",
           writer->refused);
    figure(out, "jifen_batches_total", "counter", "Batches made durable.", writer->batches);
    figure(out, "jifen_journals", "gauge", "Number of the last durable journal.", writer->journals);
    figure(out, "jifen_jobs_waiting", "gauge", "Requests that wait for the books.",
           writer->waiting);
    figure(out, "jifen_writer_failed", "gauge", "1 when the books cannot be written any more.",
           writer->failed);
    if (writer->has_policy)
        figure(out, "jifen_open_day", "gauge", "The open business day, as days since 1970-01-01.",
               (uint64_t)writer->open_day.n);
    figure(out, "process_resident_memory_bytes", "gauge", "Resident memory.", resident_bytes());
}
