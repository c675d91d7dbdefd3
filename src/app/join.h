/*
 * Joining: somebody who makes themselves a person and, in the books, a member of
 * the same name.
 *
 * The desk keeps the command that makes the member, with its time, together with
 * the new person, before it is run; it is forgotten when the person has the role
 * of the member. So whatever breaks between, the same request again goes on; and
 * a member that somebody else made can never become theirs, for that would have
 * been another command.
 *
 * A phone stays on the desk: what is in the books cannot be erased.
 *
 * Any thread may call.
 */
#ifndef JF_APP_JOIN_H
#define JF_APP_JOIN_H

#include "app/people.h"

typedef struct jf_join {
    jf_str name, password;
    jf_str phone, region, referrer; /* empty: none */
    jf_instant now;
    jf_str command; /* out: to be run next; empty: the member is there */
    int wait_s;     /* out: LOCKED, for so long */
} jf_join;

/* TAKEN: the name is somebody else's; STATE: who invited has left. Texts live in the arena. */
jf_identity_result jf_join_begin(jf_identity *identity, jf_arena *arena, jf_join *join,
                                 jf_store_error *error);

/* The books have the member: the role, and the trail. */
jf_identity_result jf_join_end(jf_identity *identity, const jf_join *join, jf_store_error *error);

/* The rules refused the member: there is no such person either. */
jf_identity_result jf_join_refused(jf_identity *identity, jf_str name, jf_store_error *error);

#endif
