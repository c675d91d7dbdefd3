/*
 * Who asks: API keys and the roles they carry. People who sign in will come to
 * the same caller.
 *
 * A key is 32 random bytes; only its hash is kept, in the desk. Callers that
 * were found are remembered, so that a request costs no query; what another
 * process revokes is noticed within a second.
 *
 * One thread uses an identity (the server's), besides what other processes do.
 */
#ifndef JF_APP_IDENTITY_H
#define JF_APP_IDENTITY_H

#include "base/id.h"
#include "store/desk.h"

typedef enum jf_role {
#define JF_ROLE(NAME, wire, scope, en, zh) JF_ROLE_##NAME,
#include "app/roles.def"
#undef JF_ROLE
    JF_ROLES
} jf_role;

typedef enum jf_scope { JF_SCOPE_NONE, JF_SCOPE_MEMBER, JF_SCOPE_SHOP } jf_scope;

const char *jf_role_wire(jf_role role);
bool jf_role_of(jf_str wire, jf_role *role);
jf_scope jf_role_scope(jf_role role);

typedef enum jf_caller_kind { JF_CALLER_NOBODY, JF_CALLER_KEY } jf_caller_kind;

/* Somebody with a role, copied freely. */
typedef struct jf_caller {
    jf_caller_kind kind;
    int64_t no;
    char name[JF_ID_MAX + 1];
    jf_role role;
    char scope[JF_ID_MAX + 1]; /* the member or shop the role is for; empty without one */
} jf_caller;

static inline bool jf_caller_is_system(const jf_caller *caller)
{
    return caller->kind != JF_CALLER_NOBODY && caller->role == JF_ROLE_SYSTEM;
}

typedef enum jf_identity_result {
    JF_IDENTITY_OK,
    JF_IDENTITY_NOT_FOUND,
    JF_IDENTITY_BAD_SCOPE, /* missing, not wanted, or no id */
    JF_IDENTITY_BAD_NAME,
    JF_IDENTITY_FAILED, /* the desk; see jf_identity_error */
} jf_identity_result;

typedef struct jf_identity jf_identity;

/* By the URL of the books. */
jf_store_result jf_identity_open(jf_identity **out, const char *books, jf_store_error *error);
void jf_identity_close(jf_identity *identity);

/* What happened, for people. */
const char *jf_identity_text(const jf_identity *identity, jf_identity_result result);

#define JF_KEY_TOKEN_SIZE 48 /* "jf_", 43 characters, NUL */

/* A new key; `token` is the only time it is seen. name: 1 to 64 of what ids are made of. */
jf_identity_result jf_key_create(jf_identity *identity, jf_str name, jf_role role, jf_str scope,
                                 jf_instant now, char token[JF_KEY_TOKEN_SIZE]);

jf_identity_result jf_key_find(jf_identity *identity, jf_str token, jf_instant now,
                               jf_caller *caller);

jf_identity_result jf_key_revoke(jf_identity *identity, int64_t no, jf_instant now);

jf_identity_result jf_key_list(jf_identity *identity,
                               bool (*fn)(void *context, const jf_desk_key *key), void *context);

#endif
