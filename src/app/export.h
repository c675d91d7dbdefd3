/*
 * All that the books know of one member, for the member (docs/http.md): who they
 * are, what they have now, every movement, and their orders.
 *
 * It is read page by page, from the books as of one moment.
 */
#ifndef JF_APP_EXPORT_H
#define JF_APP_EXPORT_H

#include "base/json.h"
#include "store/store.h"

/*
 * Writes profile, account, statement and orders as members of an object that is open;
 * `phone`: the one that the desk knows, where the books know none. NONE: no such member.
 */
jf_store_result jf_export_member(jf_store *store, jf_str member, jf_str phone, jf_jw *w,
                                 jf_store_error *error);

#endif
