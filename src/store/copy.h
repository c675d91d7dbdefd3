/*
 * Copies of the books and of the desk beside them, and what their files are like.
 *
 * A copy is of one moment and is made while others write: it holds a read
 * transaction for as long as it takes, which keeps the log from being
 * shortened and nobody waiting.
 */
#ifndef JF_STORE_COPY_H
#define JF_STORE_COPY_H

#include "store/store.h"

/* Bytes; 0 where there is no such file. */
typedef struct jf_file_sizes {
    uint64_t books, books_log, desk, desk_log;
} jf_file_sizes;

/* Versions of the tables that this program writes. */
int jf_store_schema(void);
int jf_desk_schema(void);

/* Of books that are a file, and of their desk. */
void jf_store_sizes(const char *url, jf_file_sizes *out);

/*
 * Copies the desk of the books at `url`, where there is one, to `to`.desk, then the books to `to`:
 * in this order, an order of the copy may be one that its desk does not know to be paid yet, as
 * after a power cut, and the server takes care of that. FAILED when either is there already, or
 * the books are no file; nothing is left behind then.
 */
jf_store_result jf_store_copy(const char *url, const char *to, jf_store_error *error);

#endif
