/*
 * The committer: a thread that commits one batch while the next is decided.
 */
#ifndef JF_APP_COMMITTER_H
#define JF_APP_COMMITTER_H

#include "app/batch.h"

typedef struct jf_committer jf_committer;

/*
 * With `background` false, jf_committer_start commits before it returns. With a chain, the
 * journals of a batch join it here; NULL: they have joined it before.
 */
jf_committer *jf_committer_new(jf_store *store, jf_chain *chain, bool background);
void jf_committer_free(jf_committer *committer); /* waits for what is under way */

/* Begin to commit; nothing may be under way. The batch is the committer's until waited for. */
void jf_committer_start(jf_committer *committer, jf_batch *batch);

/* Wait for what was started; JF_STORE_OK when nothing was. */
jf_store_result jf_committer_wait(jf_committer *committer, jf_store_error *error);

#endif
