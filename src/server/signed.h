/*
 * What the handlers about people share (handle_session.c, handle_oneself.c,
 * handle_people.c, handle_join.c).
 */
#ifndef JF_SERVER_SIGNED_H
#define JF_SERVER_SIGNED_H

#include "app/people.h"
#include "server/exchange.h"

/* Is it a person who asks? Else that was refused: `expected` says why. */
bool jf_person_asks(jf_exchange *x, const char *expected);

/* A member of the body as a text; empty when it is not there. */
jf_str jf_body_text(const jf_json *body, const char *name);

/* True when it is OK; else the problem that it is was answered. `field`: what it is about. */
bool jf_identity_answered(jf_exchange *x, jf_identity_result result, const char *field, int wait_s);

/* A role as it is shown: {role,scope?}. */
void jf_grant_json(jf_jw *w, jf_str role, jf_str scope);

/* The session of this token begins: the cookie, and who they are. */
void jf_session_answer(jf_exchange *x, const char *token);

/* The session has ended: the cookie goes, and {}. */
void jf_session_end_answer(jf_exchange *x);

/* What a good answer says when there is nothing to say: {}. */
void jf_answer_done(jf_exchange *x);

#endif
