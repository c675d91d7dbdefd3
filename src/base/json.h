/*
 * JSON in and out.
 *
 * Reading is jansson's, with our limits around it: duplicate keys, NUL,
 * invalid UTF-8, nesting deeper than JF_JSON_DEPTH and texts over
 * JF_JSON_BYTES are refused with a message. The tree is copied into the
 * caller's arena, so that the rules never see the library.
 */
#ifndef JF_BASE_JSON_H
#define JF_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

#define JF_JSON_BYTES (1u << 20)
#define JF_JSON_DEPTH 32

typedef enum jf_json_type {
    JF_JSON_NULL,
    JF_JSON_FALSE,
    JF_JSON_TRUE,
    JF_JSON_INTEGER,
    JF_JSON_REAL, /* refused wherever a value is wanted; its value is not kept */
    JF_JSON_STRING,
    JF_JSON_ARRAY,
    JF_JSON_OBJECT,
} jf_json_type;

typedef struct jf_json {
    jf_json_type type;
    jf_str key;             /* in an object: this member's key */
    jf_str text;            /* JF_JSON_STRING */
    int64_t integer;        /* JF_JSON_INTEGER */
    uint32_t count;         /* members or elements */
    struct jf_json *child;  /* the first, in the order of the text */
    struct jf_json *next;   /* the next sibling */
} jf_json;

/* False with a message for people in error (when not NULL). */
bool jf_json_parse(jf_arena *arena, jf_str text, jf_json **out, char error[160]);

const jf_json *jf_json_get(const jf_json *object, jf_str key); /* NULL when absent */

/*
 * Writing. Commas are placed by the writer: each value call separates itself
 * from the one before. `key` NULL inside arrays.
 */
typedef struct jf_jw {
    jf_buf *out;
    bool comma;
} jf_jw;

void jf_jw_init(jf_jw *w, jf_buf *out);
void jf_jw_open(jf_jw *w, const char *key, char bracket);  /* '{' or '[' */
void jf_jw_close(jf_jw *w, char bracket);                  /* '}' or ']' */
void jf_jw_str(jf_jw *w, const char *key, jf_str value);   /* escaped */
void jf_jw_c(jf_jw *w, const char *key, const char *value);
void jf_jw_int(jf_jw *w, const char *key, int64_t value);
void jf_jw_bool(jf_jw *w, const char *key, bool value);
void jf_jw_decimal(jf_jw *w, const char *key, int64_t value, int decimals); /* "12.30" */
void jf_jw_raw(jf_jw *w, const char *key, jf_str json);    /* already JSON */
/* A dynamic key, escaped; the value follows with key NULL. */
void jf_jw_key(jf_jw *w, jf_str key);

#endif
