/*
 * People from inside: what signing in and what people do about themselves share.
 */
#ifndef JF_APP_PEOPLE_WORK_H
#define JF_APP_PEOPLE_WORK_H

#include "app/identity_work.h"
#include "app/people.h"

bool jf_password_fits(jf_str password);

/* A new person with this password; what else is set of them is kept too. */
jf_identity_result jf_person_add(jf_identity *identity, jf_desk_person *person, jf_str password,
                                 jf_store_error *error);

/* The person is found, changed, and put back; their sessions end. */
jf_identity_result jf_person_change(jf_identity *identity, jf_str name,
                                    void (*change)(jf_desk_person *person, const void *with),
                                    const void *with, jf_store_error *error);

/* Whose name it is, if the password alone is theirs: else TAKEN, or LOCKED. */
jf_identity_result jf_person_proven(jf_identity *identity, jf_arena *arena, jf_str name,
                                    jf_str password, jf_instant now, jf_desk_person *person,
                                    int *wait_s, jf_store_error *error);

/*
 * Does the person prove it? Failures and used codes are counted and kept, and lock
 * the name; LOCKED: *wait_s says for how long. `signing` is held.
 */
jf_identity_result jf_person_prove(jf_identity *identity, jf_desk_person *person,
                                   const jf_credentials *credentials, jf_instant now, int *wait_s,
                                   jf_store_error *error);

#endif
