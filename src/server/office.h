/*
 * What waits for a second person (handle_office.c).
 */
#ifndef JF_SERVER_OFFICE_H
#define JF_SERVER_OFFICE_H

#include "server/exchange.h"

/*
 * Keeps the command, which has no time yet, until somebody else agrees; answers 202.
 * The trail says that `wire` was asked for `subject`.
 */
void jf_approval_ask(jf_exchange *x, const char *wire, jf_str subject, jf_str command);

/* The body {decision,…}, and whether it is approve or reject; false: refused. */
bool jf_decision_read(jf_exchange *x, jf_json **body, bool *approves);

#endif
