/*
 * Answers: JSON, problems of RFC 9457, and refusals of the rules as such problems.
 */
#define _GNU_SOURCE /* memmem */
#include <string.h>

#include "app/gzip.h"
#include "base/check.h"
#include "server/assets.h"
#include "server/details.h"
#include "server/state.h"
#include "server/stream.h"

#define GZIP_FROM 1024 /* bytes */

static const jf_problem_info problems[JF_PROBLEMS] = {
#define JF_PROBLEM(NAME, wire, http, en, zh) [JF_P_##NAME] = {wire, http, en, zh},
#include "server/problems.def"
#undef JF_PROBLEM
};

const jf_problem_info *jf_problem_info_of(jf_problem problem)
{
    JF_ASSERT(problem < JF_PROBLEMS);
    return &problems[problem];
}

jf_str jf_exchange_header(const jf_exchange *x, const char *name)
{
    const char *value = MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, name);
    return value ? jf_str_of(value) : JF_STR_NONE;
}

/* Good enough for two languages: which of them is named first. */
bool jf_exchange_chinese(const jf_exchange *x)
{
    jf_str wanted = jf_exchange_header(x, MHD_HTTP_HEADER_ACCEPT_LANGUAGE);
    for (uint32_t i = 0; i + 1 < wanted.n; i++) {
        if (!strncasecmp(wanted.p + i, "zh", 2))
            return true;
        if (!strncasecmp(wanted.p + i, "en", 2))
            return false;
    }
    return false;
}

void jf_answer_text(jf_exchange *x, int status, const char *type, jf_str text)
{
    JF_ASSERT(x->status == 0 && status >= 200);
    x->status = status;
    x->type = type;
    x->answer = text;
}

void jf_answer_json(jf_exchange *x, int status, jf_str json)
{
    jf_answer_text(x, status, "application/json", jf_answer_named(x, json));
}

/* The members of RFC 9457, and of ours: the code, and the field it is about. */
static void answer(jf_exchange *x, int status, const char *code, const char *title, jf_str field,
                   jf_str detail)
{
    jf_buf out;
    jf_jw w;
    jf_buf_init(&out, &x->arena);
    jf_jw_init(&w, &out);
    jf_buf type;
    jf_buf_init(&type, &x->arena);
    jf_buf_c(&type, "urn:jifen:problem:");
    jf_buf_c(&type, code);
    jf_jw_open(&w, NULL, '{');
    jf_jw_str(&w, "type", jf_buf_view(&type));
    jf_jw_c(&w, "title", title);
    jf_jw_int(&w, "status", status);
    jf_jw_c(&w, "code", code);
    if (field.n > 0)
        jf_jw_str(&w, "field", field);
    if (detail.n > 0)
        jf_jw_str(&w, "detail",
                  jf_exchange_chinese(x) ? jf_detail_chinese(&x->arena, detail) : detail);
    jf_jw_close(&w, '}');
    jf_answer_text(x, status, "application/problem+json", jf_buf_view(&out));
}

void jf_answer_problem(jf_exchange *x, jf_problem problem, const char *detail)
{
    const jf_problem_info *info = jf_problem_info_of(problem);
    answer(x, info->http, info->wire, jf_exchange_chinese(x) ? info->zh : info->en, JF_STR_NONE,
           jf_str_of(detail));
}

void jf_answer_refusal(jf_exchange *x, jf_code code, jf_str field, jf_str message)
{
    JF_ASSERT(code != JF_OK && code < JF_CODE_COUNT);
    answer(x, jf_code_http(code), jf_code_wire(code), jf_code_text(code, jf_exchange_chinese(x)),
           field, message);
}

/* --- as libmicrohttpd wants it ------------------------------------------------------- */

/* Nothing here is for frames, other pages or guessing readers. */
static const char *const headers[][2] = {
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
};

#define POLICY "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; style-src 'self'"

/*
 * What pages may load: what is here, and no script that stands in a page. Styles may stand in
 * elements, because libraries place menus and charts so; codes are read in a worker that its
 * library makes of a text (blob:).
 */
#define PAGE_POLICY                                                                                \
    POLICY "; style-src-attr 'unsafe-inline'; script-src 'self'; worker-src 'self' blob:; "        \
           "connect-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; "               \
           "media-src 'self' blob:; form-action 'self'"

/*
 * Is gzip among the encodings, and not refused by q=0? Short answers are left
 * alone: little is won, and what holds a session's token is one of them.
 */
static bool gzip_wanted(const jf_exchange *x)
{
    jf_str accepted = jf_exchange_header(x, MHD_HTTP_HEADER_ACCEPT_ENCODING);
    if (x->answer.n < GZIP_FROM)
        return false;
    for (uint32_t i = 0; i < accepted.n;) {
        uint32_t n = 0;
        while (i + n < accepted.n && accepted.p[i + n] != ',')
            n++;
        jf_str one = {accepted.p + i, n};
        while (one.n > 0 && *one.p == ' ') {
            one.p++;
            one.n--;
        }
        if (one.n >= 4 && !strncasecmp(one.p, "gzip", 4) && (one.n == 4 || one.p[4] == ';'))
            return !memmem(one.p, one.n, "q=0", 3) || memmem(one.p, one.n, "q=0.", 4);
        i += n + 1;
    }
    return false;
}

static void header_number(struct MHD_Response *response, const char *name, int number)
{
    char space[12];
    jf_buf text = {space, 0, sizeof space, NULL};
    jf_buf_int(&text, number);
    jf_buf_char(&text, '\0');
    MHD_add_response_header(response, name, space);
}

/* Gzips the answer, or takes what was gzipped when the program was built. */
static bool pack(jf_exchange *x)
{
    if (x->stream || !gzip_wanted(x))
        return false;
    if (!x->asset)
        return jf_gzip(&x->arena, x->answer, &x->answer);
    if (!x->asset->packed)
        return false;
    x->answer = (jf_str){x->asset->packed, (uint32_t)x->asset->packed_n};
    return true;
}

/* Answers are for nobody's cache but pages', which asks again, and what never changes. */
static const char *cache_of(const jf_exchange *x)
{
    if (!x->asset)
        return "no-store";
    return x->asset->forever ? "public, max-age=31536000, immutable" : "no-cache";
}

struct MHD_Response *jf_response_of(jf_exchange *x)
{
    bool packed = pack(x);
    /* The bytes live in the exchange's arena or in the program, which outlive the response. */
    struct MHD_Response *response =
        x->stream ? jf_stream_response(x->stream)
                  : MHD_create_response_from_buffer(x->answer.n, (void *)x->answer.p,
                                                    MHD_RESPMEM_PERSISTENT);
    JF_ASSERT(response != NULL);
    MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, "Accept-Encoding, Accept-Language");
    if (packed)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, x->type);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        MHD_add_response_header(response, headers[i][0], headers[i][1]);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, cache_of(x));
    MHD_add_response_header(response, "Content-Security-Policy", x->asset ? PAGE_POLICY : POLICY);
    if (x->status == 405 && x->allow)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, x->allow);
    if (x->status == 401)
        MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer");
    if (x->cookie)
        MHD_add_response_header(response, MHD_HTTP_HEADER_SET_COOKIE, x->cookie);
    if (x->disposition)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_DISPOSITION, x->disposition);
    if (x->etag)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, x->etag);
    if (x->retry_after > 0)
        header_number(response, MHD_HTTP_HEADER_RETRY_AFTER, x->retry_after);
    if (x->closes)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    return response;
}
