/*
 * What a journal does to each account, all its postings together: for people who
 * decide whether it shall be made.
 */
#ifndef JF_APP_NETTED_H
#define JF_APP_NETTED_H

#include "base/json.h"
#include "core/world.h"

/* "back":[{kind,owner,account,pool?,cohort?,…,unit,amount}] of the world's last journal.
 * What was released before and is only credited on the way is left out. */
void jf_netted_json(const jf_world *w, jf_jw *reply);

#endif
