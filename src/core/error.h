/*
 * Refusals: a code of spec section 17, the field it is about, and a message
 * that says what was expected. The caller owns the struct; nothing is kept in
 * hidden state, so no stale error can be read.
 */
#ifndef JF_CORE_ERROR_H
#define JF_CORE_ERROR_H

#include "base/json.h"

typedef enum jf_code {
    JF_OK = 0,
#define JF_ERROR(NAME, wire, http, en, zh) JF_E_##NAME,
#include "core/errors.def"
#undef JF_ERROR
    JF_CODE_COUNT
} jf_code;

typedef struct jf_error {
    jf_code code;
    char field[48];
    char message[240];
} jf_error;

const char *jf_code_wire(jf_code code);
int jf_code_http(jf_code code);
const char *jf_code_text(jf_code code, bool chinese);

/*
 * Fill the error and return its code, so that a refusal is one line:
 *     return jf_refuse(error, JF_E_NOT_FOUND, "shop", "there is no shop \"%.*s\"", …);
 * The format knows %s, %d, %u and %.*s only (the core has no stdio); longer
 * texts are cut.
 */
jf_code jf_refuse(jf_error *error, jf_code code, const char *field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* {"ok":false,"error":{…}} */
void jf_error_reply(jf_buf *out, const jf_error *error);

#endif
