/*
 * A page of rows from the desk, written while they are scanned.
 */
#ifndef JF_SERVER_DESK_PAGE_H
#define JF_SERVER_DESK_PAGE_H

#include "server/exchange.h"

typedef struct jf_desk_page {
    jf_jw w;
    uint64_t left;
    int64_t next; /* the last that was shown */
    bool more;
} jf_desk_page;

/* {rows:[ … into x->found, as many as the query's limit says. */
void jf_desk_page_begin(jf_desk_page *page, jf_exchange *x);

/* Is there room for the row of this number? Else the scan ends. */
bool jf_desk_page_takes(jf_desk_page *page, int64_t no);

/* … ],next} */
void jf_desk_page_end(jf_desk_page *page);

#endif
