/*
 * Giving a role of the office, which takes two people: what waits for the second
 * (handle_people.c), and its decision (handle_office.c).
 */
#ifndef JF_SERVER_PEOPLE_H
#define JF_SERVER_PEOPLE_H

#include "app/identity.h"
#include "server/exchange.h"

/* Somebody is to get a role. */
typedef struct jf_appointment {
    jf_str name, scope;
    jf_role role;
} jf_appointment;

/* Is this what waits? Commands of the rules are not. Texts live in the arena. */
bool jf_appointment_read(jf_arena *arena, jf_str command, jf_appointment *out);

/* May the caller agree to it or refuse it, whoever asked? Not about themselves. */
bool jf_appointment_permits(const jf_caller *caller, const jf_appointment *a);

/* Gives it. A lookup's thread. */
jf_identity_result jf_appointment_run(jf_identity *people, const jf_appointment *a, jf_store *store,
                                      jf_store_error *error);

#endif
