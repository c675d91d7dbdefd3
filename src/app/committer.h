/*
 * The committer: a thread that commits one batch while the next is decided.
 */
#ifndef JF_APP_COMMITTER_H
#define JF_APP_COMMITTER_H

#include "store/store.h"

typedef struct jf_committer jf_committer;

/* With `background` false, jf_committer_start commits before it returns. */
jf_committer *jf_committer_new(jf_store *store, bool background);
void jf_committer_free(jf_committer *committer); /* waits for what is under way */

/* Begin to commit; nothing may be under way. The changes stay the caller's until waited for. */
void jf_committer_start(jf_committer *committer, const jf_changes *changes);

/* Wait for what was started; JF_STORE_OK when nothing was. */
jf_store_result jf_committer_wait(jf_committer *committer, jf_store_error *error);

#endif
