/*
 * Refusals: the rows of errors.def as tables, and the answer that they become
 * (spec section 17). A refusal is written where it happens and travels in the
 * caller's struct; nothing is kept here.
 */
#include "core/error.h"

#include <stdarg.h>

#include "base/check.h"
#include "core/format.h"

typedef struct error_row {
    const char *wire;
    int http;
    const char *en, *zh;
} error_row;

static const error_row rows[JF_CODE_COUNT] = {
    [JF_OK] = {"ok", 200, "done", "成功"},
#define JF_ERROR(NAME, wire, http, en, zh) [JF_E_##NAME] = {wire, http, en, zh},
#include "core/errors.def"
#undef JF_ERROR
};

static const error_row *row_of(jf_code code)
{
    JF_ASSERT((unsigned)code < JF_CODE_COUNT);
    const error_row *row = &rows[code];
    JF_ASSERT(row->wire != NULL && row->http >= 200);
    return row;
}

const char *jf_code_wire(jf_code code)
{
    return row_of(code)->wire;
}

int jf_code_http(jf_code code)
{
    return row_of(code)->http;
}

const char *jf_code_text(jf_code code, bool chinese)
{
    const error_row *row = row_of(code);
    return chinese ? row->zh : row->en;
}

jf_code jf_refuse(jf_error *error, jf_code code, const char *field, const char *format, ...)
{
    JF_ASSERT(code != JF_OK && (unsigned)code < JF_CODE_COUNT);
    JF_ASSERT(error != NULL && field != NULL);
    error->code = code;
    jf_format(error->field, sizeof(error->field), "%s", field);
    va_list args;
    va_start(args, format);
    jf_format_args(error->message, sizeof(error->message), format, args);
    va_end(args);
    return code;
}

void jf_error_reply(jf_buf *out, const jf_error *error)
{
    JF_ASSERT(error->code != JF_OK);
    jf_jw w;
    jf_jw_init(&w, out);
    jf_jw_open(&w, NULL, '{');
    jf_jw_bool(&w, "ok", false);
    jf_jw_open(&w, "error", '{');
    jf_jw_c(&w, "code", jf_code_wire(error->code));
    jf_jw_c(&w, "field", error->field);
    jf_jw_c(&w, "message", error->message);
    jf_jw_close(&w, '}');
    jf_jw_close(&w, '}');
}
