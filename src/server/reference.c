/*
 * The description of the interface for people: one page, made of the same tables
 * as /openapi.json, without scripts.
 */
#include <string.h>

#include "base/check.h"
#include "server/openapi.h"
#include "server/refusals.h"

static const char head[] =
    "<!doctype html><html lang=\"%\"><head><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
    "<title>jifen 积分 · API</title><link rel=\"stylesheet\" href=\"/reference.css\"></head><body>";

static const char css[] =
    ":root{color-scheme:light dark;--ink:#14201a;--muted:#5b6b63;--surface:#fff;--card:#f6f8f7;"
    "--accent:#0b7a4b}@media(prefers-color-scheme:dark){:root{--ink:#e6ede9;--muted:#9db0a6;"
    "--surface:#0f1512;--card:#18201c;--accent:#4cc38a}}"
    "body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--surface);"
    "max-width:60rem;margin:0 auto;padding:16px}"
    "h1{font-size:28px}h2{font-size:16px;margin:0}code{font-family:ui-monospace,monospace;"
    "font-size:14px;overflow-wrap:anywhere}"
    "section{background:var(--card);border-radius:12px;padding:12px 16px;margin:12px 0}"
    ".method{color:var(--accent);font-weight:600}p{margin:4px 0}.muted{color:var(--muted)}"
    "ul{margin:4px 0;padding-left:20px}a{color:var(--accent)}";

/* Texts of ours, but shapes hold brackets and quotes: nothing goes out unescaped. */
static void escaped(jf_buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '<')
            jf_buf_c(out, "&lt;");
        else if (*text == '&')
            jf_buf_c(out, "&amp;");
        else if (*text == '"')
            jf_buf_c(out, "&quot;");
        else
            jf_buf_char(out, *text);
    }
}

static void code_line(jf_buf *out, const char *label, const char *code)
{
    jf_buf_c(out, "<p><span class=\"muted\">");
    jf_buf_c(out, label);
    jf_buf_c(out, "</span> <code>");
    escaped(out, code);
    jf_buf_c(out, "</code></p>");
}

static void optional_line(jf_buf *out, const char *label, const char *code)
{
    if (code && *code)
        code_line(out, label, code);
}

static void field_list(jf_buf *out, const jf_command_info *info, bool chinese)
{
    jf_buf_c(out, "<ul>");
    for (uint32_t i = 0; i < info->field_count; i++) {
        const jf_field_info *field = &info->fields[i];
        jf_buf_c(out, "<li><code>");
        escaped(out, field->name);
        jf_buf_c(out, "</code>");
        if (!field->required)
            jf_buf_c(out, chinese ? " <span class=\"muted\">可省略</span>"
                                  : " <span class=\"muted\">optional</span>");
        jf_buf_c(out, "</li>");
    }
    jf_buf_c(out, "</ul>");
}

/* "400 bad_json bad_request · 401 unauthorized" */
static void refusals_line(jf_buf *out, const jf_route *route, bool chinese)
{
    jf_refusals set;
    jf_refusal one;
    jf_refusals_of(route, &set);
    jf_buf_c(out, "<p class=\"muted\">");
    jf_buf_c(out, chinese ? "拒绝" : "refused");
    for (int status = 0; (status = jf_refusals_status(&set, status)) != 0;) {
        jf_buf_c(out, " <b>");
        jf_buf_int(out, status);
        jf_buf_c(out, "</b> <code>");
        for (uint32_t at = 0, first = 1; jf_refusals_next(&set, status, &at, &one); first = 0) {
            if (!first)
                jf_buf_char(out, ' ');
            escaped(out, one.wire);
        }
        jf_buf_c(out, "</code>");
    }
    jf_buf_c(out, "</p>");
}

static void route_section(jf_buf *out, const jf_route *route, bool chinese)
{
    jf_buf_c(out, "<section><h2><span class=\"method\">");
    jf_buf_c(out, jf_method_names[route->method]);
    jf_buf_c(out, "</span> <code>");
    escaped(out, route->path);
    jf_buf_c(out, "</code></h2><p>");
    escaped(out, chinese ? route->zh : route->en);
    jf_buf_c(out, "</p>");
    if (route->command_route) {
        const jf_command_info *info = jf_command_info_of(route->command);
        code_line(out, chinese ? "命令" : "command", info->wire);
        code_line(out, chinese ? "角色" : "roles", info->who[0] ? info->who : "system");
        field_list(out, info, chinese);
        code_line(out, chinese ? "结果" : "result", info->reply);
    }
    optional_line(out, chinese ? "角色" : "roles", route->who);
    optional_line(out, chinese ? "参数" : "query", route->query);
    optional_line(out, chinese ? "内容" : "body", route->body);
    optional_line(out, chinese ? "结果" : "result", route->reply);
    refusals_line(out, route, chinese);
    jf_buf_c(out, "</section>");
}

void jf_handle_reference(jf_exchange *x)
{
    jf_buf out;
    uint32_t count;
    bool chinese = jf_exchange_chinese(x);
    const jf_route *routes = jf_routes(&count);
    const char *mark = strchr(head, '%');
    JF_ASSERT(mark);
    jf_buf_init(&out, &x->arena);
    jf_buf_bytes(&out, head, (size_t)(mark - head));
    jf_buf_c(&out, chinese ? "zh-CN" : "en");
    jf_buf_c(&out, mark + 1);
    jf_buf_c(&out, chinese
                       ? "<main><h1>jifen 积分 · 接口</h1><p>机器可读：<a href=\"/openapi.json\">"
                         "/openapi.json</a></p>"
                       : "<main><h1>jifen 积分 · API</h1><p>For machines: "
                         "<a href=\"/openapi.json\">/openapi.json</a></p>");
    for (uint32_t i = 0; i < count; i++)
        route_section(&out, &routes[i], chinese);
    jf_buf_c(&out, "</main></body></html>\n");
    jf_answer_text(x, 200, "text/html; charset=utf-8", jf_buf_view(&out));
}

void jf_handle_reference_css(jf_exchange *x)
{
    jf_answer_text(x, 200, "text/css; charset=utf-8", jf_str_of(css));
}
