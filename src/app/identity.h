/*
 * Who asks: API keys, people who have signed in (people.h), and the roles that
 * they hold.
 *
 * A key, and what a session's cookie holds, are 32 random bytes; only hashes are
 * kept, in the desk. Callers that were found are remembered, so that a request
 * costs no query; what another process changes is noticed within a second.
 *
 * Functions that find callers are for one thread (the server's).
 */
#ifndef JF_APP_IDENTITY_H
#define JF_APP_IDENTITY_H

#include "base/id.h"
#include "store/desk.h"

typedef enum jf_role {
#define JF_ROLE(NAME, wire, scope, given, en, zh) JF_ROLE_##NAME,
#include "app/roles.def"
#undef JF_ROLE
    JF_ROLES
} jf_role;

typedef enum jf_scope { JF_SCOPE_NONE, JF_SCOPE_MEMBER, JF_SCOPE_SHOP } jf_scope;

const char *jf_role_wire(jf_role role);
bool jf_role_of(jf_str wire, jf_role *role);
jf_scope jf_role_scope(jf_role role);

/* Does it take two people to give it? */
bool jf_role_by_two(jf_role role);

/* Is the scope there exactly when the role wants one? */
bool jf_role_scope_fits(jf_role role, jf_str scope);

typedef enum jf_caller_kind { JF_CALLER_NOBODY, JF_CALLER_KEY, JF_CALLER_PERSON } jf_caller_kind;

#define JF_GRANTS_MAX 8

/* A role, and the member or shop it is for; empty without one. */
typedef struct jf_grant {
    jf_role role;
    char scope[JF_ID_MAX + 1];
} jf_grant;

/* Somebody with roles, copied freely. A key has one. */
typedef struct jf_caller {
    jf_caller_kind kind;
    int64_t no;
    char name[JF_ID_MAX + 1];
    uint32_t grant_count;
    jf_grant grants[JF_GRANTS_MAX];
} jf_caller;

bool jf_caller_is_system(const jf_caller *caller);

/* Does it hold a role that is for everything, not for one member or shop? */
bool jf_caller_is_office(const jf_caller *caller);

typedef enum jf_identity_result {
    JF_IDENTITY_OK,
    JF_IDENTITY_NOT_FOUND,
    JF_IDENTITY_BAD_SCOPE, /* missing, not wanted, or no id */
    JF_IDENTITY_BAD_NAME,
    JF_IDENTITY_BAD_PASSWORD,
    JF_IDENTITY_TAKEN,    /* the name, or the role that is granted */
    JF_IDENTITY_TOO_MANY, /* roles of one person */
    JF_IDENTITY_WRONG,    /* name, password or code */
    JF_IDENTITY_CODE,     /* the password is right, and a code of the app is wanted */
    JF_IDENTITY_LOCKED,   /* too many failures: not before a while */
    JF_IDENTITY_STATE,    /* not possible as it is now */
    JF_IDENTITY_TWO,      /* it takes two people, or the command line */
    JF_IDENTITY_NOBODY,   /* nobody has the name yet, and no password was given */
    JF_IDENTITY_NO_PARTY, /* there is no such member or shop in the books */
    JF_IDENTITY_FAILED,   /* the desk; see jf_identity_error */
} jf_identity_result;

typedef struct jf_identity jf_identity;

/* By the URL of the books. */
jf_store_result jf_identity_open(jf_identity **out, const char *books, jf_store_error *error);
void jf_identity_close(jf_identity *identity);

/* What happened, for people. */
const char *jf_identity_text(const jf_identity *identity, jf_identity_result result);

/* What the desk holds besides callers: the trail and approvals. Any thread may use it. */
jf_desk *jf_identity_desk(jf_identity *identity);

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
