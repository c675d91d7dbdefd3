/*
 * The column `body` of routes.def, field by field (body.c): what a request is held to,
 * and what /openapi.json says of it.
 */
#ifndef JF_SERVER_BODY_H
#define JF_SERVER_BODY_H

#include "base/str.h"

/* One field of the column: name, `?`, type. */
typedef struct jf_body_field {
    jf_str name, type;
    bool optional;
} jf_body_field;

/* The next field; false behind the last. *at begins behind the column's opening brace. */
bool jf_body_field_next(const char **at, jf_body_field *field);

#endif
