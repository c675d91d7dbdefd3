/*
 * A member leaves (decision 21): the person cannot sign in any more, the name stays
 * taken, and what the desk knows of them is erased. The books keep the id and what
 * moved; they cannot be altered.
 *
 * Money must be out first. What is not money is given up when they say so: nothing
 * is moved in the books for it, it stays unclaimed there.
 *
 * Any thread may call, with books that are open for reading.
 */
#ifndef JF_APP_CLOSING_H
#define JF_APP_CLOSING_H

#include "app/oneself.h"

typedef struct jf_closing {
    jf_oneself self; /* proven by the password */
    jf_str member;
    bool forfeit;      /* what is not money is given up */
    const char *field; /* out: what of the request a refusal is about, and */
    const char *why;   /* out: what stands in the way, of STATE */
} jf_closing;

/* WRONG, LOCKED: the password; STATE: see `why`. It is in the trail. */
jf_identity_result jf_member_close(jf_identity *identity, jf_store *store, jf_closing *closing,
                                   jf_store_error *error);

#endif
