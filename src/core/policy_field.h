/*
 * Reading JSON objects by tables: a row says a field's key, what it may hold,
 * where it goes and what a silent document gets. Used for the policy alone.
 *
 * Every field of the target gets its fallback first, so that a bad field is
 * one finding and the rules can still look at the rest.
 */
#ifndef JF_CORE_POLICY_FIELD_H
#define JF_CORE_POLICY_FIELD_H

#include "core/findings.h"

/* One reading of one document. */
typedef struct jf_check {
    jf_arena *arena; /* findings, and every text that the policy keeps */
    jf_findings *findings;
    jf_policy *policy;
} jf_check;

typedef enum jf_value_kind {
    JF_VALUE_TEXT,    /* jf_str for which valid() holds */
    JF_VALUE_DECIMAL, /* int64_t from a decimal string, min..max */
    JF_VALUE_INTEGER, /* int32_t from a JSON integer, min..max */
    JF_VALUE_BOOL,    /* bool */
    JF_VALUE_WORD,    /* an enumerator: the word's place in words */
    JF_VALUE_BLOCK,   /* an object of its own, described by fields */
    JF_VALUE_LIST,    /* read() sees the array, or NULL where there is none */
    JF_VALUE_POOL,    /* int32_t: the pool's index, from its name */
} jf_value_kind;

typedef struct jf_field jf_field;
struct jf_field {
    const char *key; /* NULL ends a table */
    jf_value_kind kind;
    size_t offset;        /* in the target */
    const char *expected; /* "expected …, found …" */
    const char *fallback; /* as text; NULL: the field is required */
    int64_t min, max;     /* decimals: in the smallest step */
    int decimals;
    bool (*valid)(jf_str text);
    const char *const *words; /* ends with NULL */
    const jf_field *fields;
    void (*read)(jf_check *check, const jf_json *list, jf_path path, void *target);
};

/*
 * Reads an object into a target by its table. NULL for `object` reads an empty
 * one. Findings: schema, with paths below `path` (empty for the document).
 */
void jf_fields_read(jf_check *check, const jf_json *object, jf_path path, const jf_field *table,
                    void *target);

/* A decimal string within the row's bounds; false leaves *out alone. */
bool jf_field_decimal(const jf_field *field, const jf_json *value, int64_t *out);

/* The place of a word in a list that ends with NULL, or -1. */
int jf_word_find(const char *const *words, jf_str word);

/* The index of the document's pool of that name, or -1. */
int32_t jf_check_pool(const jf_check *check, jf_str name);

/* path.key, or key alone at the top. */
jf_path jf_path_below(jf_path path, jf_str key);

/* Adds a schema finding: "expected …, found …"; `found` NULL says that it is missing. */
void jf_check_schema(jf_check *check, jf_path field, const char *expected, const jf_json *found);

#endif
