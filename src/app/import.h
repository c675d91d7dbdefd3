/*
 * Running an import: the plan's commands go through the engine like any other,
 * and its answers are counted and told.
 *
 * Nothing is remembered outside the books. An import that was interrupted, by
 * whatever, is run again from the start: what is in already answers again and
 * changes nothing, and the rest goes in. The books come out the same.
 */
#ifndef JF_APP_IMPORT_H
#define JF_APP_IMPORT_H

#include "app/import_rows.h"
#include "store/store.h"

/* How far it is; what is counted here is durable. */
typedef struct jf_import_progress {
    uint32_t done, of; /* rows */
    jf_day day;        /* of the last one */
} jf_import_progress;

typedef struct jf_import_options {
    jf_str policy;   /* a preset's name or a document; for books that have no policy yet */
    uint32_t batch;  /* commands a transaction holds at most; 0: the engine's default */
    bool close_last; /* close the day of the last row too */
    jf_import_complain complain; /* rows that a rule refused; may be NULL */
    void (*progress)(void *context, const jf_import_progress *progress); /* may be NULL */
    void *context;
} jf_import_options;

typedef struct jf_import_summary {
    uint32_t paid, again, members;   /* orders paid, orders that were in already, new members */
    uint32_t refused[JF_CODE_COUNT]; /* rows that a rule refused, by code */
    uint32_t refusals;               /* their sum */
    uint64_t days, closes;           /* business days closed, periods of pools closed */
    jf_day open_day;
    bool policy_set; /* false: the books had one, and options.policy was not looked at */
} jf_import_summary;

typedef enum jf_import_result {
    JF_IMPORT_DONE,
    JF_IMPORT_REFUSED, /* the policy or the mapping does not fit the books; *error says how */
    JF_IMPORT_FAILED,  /* the store failed */
} jf_import_result;

/* The rows are sorted. With no rows, nothing is done. */
jf_import_result jf_import_run(jf_store *store, jf_import_rows *rows,
                               const jf_import_options *options, jf_import_summary *summary,
                               jf_store_error *error);

/*
 * The same into a copy of the books in memory, made by running their commands
 * again; the books themselves (NULL: empty ones) are only read. So that an
 * import can be refused as a whole before anything is written.
 */
jf_import_result jf_import_rehearse(jf_store *books, jf_import_rows *rows,
                                    const jf_import_options *options, jf_import_summary *summary,
                                    jf_store_error *error);

#endif
