/*
 * People from inside: what signing in and what people do about themselves share.
 */
#ifndef JF_APP_PEOPLE_WORK_H
#define JF_APP_PEOPLE_WORK_H

#include "app/identity_work.h"
#include "app/people.h"

bool jf_password_fits(jf_str password);

/*
 * Does the person prove it? Failures and used codes are counted and kept, and lock
 * the name; LOCKED: *wait_s says for how long. `signing` is held.
 */
jf_identity_result jf_person_prove(jf_identity *identity, jf_desk_person *person,
                                   const jf_credentials *credentials, jf_instant now, int *wait_s,
                                   jf_store_error *error);

#endif
