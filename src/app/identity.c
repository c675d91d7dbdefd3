/*
 * Keys and roles (identity.h).
 */
#include "app/identity_work.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/secret.h"

#define LOOK_EVERY_US 1000000 /* for what other processes wrote */

typedef struct role_info {
    const char *wire;
    jf_scope scope;
    bool by_two;
} role_info;

#define ALONE false
#define TWO true

static const role_info roles[JF_ROLES] = {
#define JF_ROLE(NAME, wire, scope, given, en, zh)                                                  \
    [JF_ROLE_##NAME] = {wire, JF_SCOPE_##scope, given},
#include "app/roles.def"
#undef JF_ROLE
};

const char *jf_role_wire(jf_role role)
{
    JF_ASSERT(role < JF_ROLES);
    return roles[role].wire;
}

jf_scope jf_role_scope(jf_role role)
{
    JF_ASSERT(role < JF_ROLES);
    return roles[role].scope;
}

bool jf_role_by_two(jf_role role)
{
    JF_ASSERT(role < JF_ROLES);
    return roles[role].by_two;
}

bool jf_role_of(jf_str wire, jf_role *role)
{
    for (int i = 0; i < JF_ROLES; i++)
        if (jf_str_eq(wire, jf_str_of(roles[i].wire))) {
            *role = (jf_role)i;
            return true;
        }
    return false;
}

jf_store_result jf_identity_open(jf_identity **out, const char *books, jf_store_error *error)
{
    jf_identity *identity = jf_alloc_zero(1, sizeof *identity);
    if (jf_desk_open(&identity->desk, books, error) != JF_STORE_OK) {
        free(identity);
        return JF_STORE_FAILED;
    }
    int code = pthread_mutex_init(&identity->signing, NULL);
    JF_ASSERT(code == 0);
    *out = identity;
    return JF_STORE_OK;
}

void jf_identity_close(jf_identity *identity)
{
    if (!identity)
        return;
    pthread_mutex_destroy(&identity->signing);
    jf_desk_close(identity->desk);
    free(identity);
}

jf_desk *jf_identity_desk(jf_identity *identity)
{
    return identity->desk;
}

bool jf_caller_is_system(const jf_caller *caller)
{
    for (uint32_t i = 0; i < caller->grant_count; i++)
        if (caller->grants[i].role == JF_ROLE_SYSTEM)
            return true;
    return false;
}

bool jf_caller_is_office(const jf_caller *caller)
{
    for (uint32_t i = 0; i < caller->grant_count; i++)
        if (jf_role_scope(caller->grants[i].role) == JF_SCOPE_NONE)
            return true;
    return false;
}

const char *jf_identity_text(const jf_identity *identity, jf_identity_result result)
{
    switch (result) {
    case JF_IDENTITY_OK:
        return "done";
    case JF_IDENTITY_NOT_FOUND:
        return "there is nothing of that name or number";
    case JF_IDENTITY_BAD_SCOPE:
        return "member, promoter, agent and staff are for a member, clerk and manager for a shop: "
               "expected its id as the scope; the other roles have none";
    case JF_IDENTITY_BAD_NAME:
        return "expected a name of 1 to 64 of A-Z a-z 0-9 . _ : -";
    case JF_IDENTITY_BAD_PASSWORD:
        return "expected a password of 10 to 128 bytes";
    case JF_IDENTITY_TAKEN:
        return "there is one already";
    case JF_IDENTITY_TOO_MANY:
        return "somebody holds 8 roles at most";
    case JF_IDENTITY_WRONG:
        return "name, password or code are not right";
    case JF_IDENTITY_CODE:
        return "the code of the authenticator app is wanted";
    case JF_IDENTITY_LOCKED:
        return "there were too many failures; try again later";
    case JF_IDENTITY_STATE:
        return "it is not possible as it is now, or they have closed their account";
    case JF_IDENTITY_TWO:
        return "it takes two people to give roles of the office: nobody changes the password of "
               "who "
               "holds one but themselves, or `jifen person`";
    case JF_IDENTITY_NOBODY:
        return "nobody has this name yet: expected a password for them";
    case JF_IDENTITY_NO_PARTY:
        return "there is no such member or shop in the books";
    case JF_IDENTITY_FAILED:
        return identity->error.message;
    }
    JF_ASSERT_UNREACHED();
}

jf_identity_result jf_identity_result_of(jf_store_result result)
{
    if (result == JF_STORE_NONE)
        return JF_IDENTITY_NOT_FOUND;
    return result == JF_STORE_OK ? JF_IDENTITY_OK : JF_IDENTITY_FAILED;
}

jf_identity_result jf_key_create(jf_identity *identity, jf_str name, jf_role role, jf_str scope,
                                 jf_instant now, char token[JF_KEY_TOKEN_SIZE])
{
    unsigned char bytes[JF_SECRET_BYTES];
    if (!jf_role_scope_fits(role, scope))
        return JF_IDENTITY_BAD_SCOPE;
    if (!jf_id_valid(name))
        return JF_IDENTITY_BAD_NAME;
    _Static_assert(3 + JF_BASE64URL_SIZE(JF_SECRET_BYTES) <= JF_KEY_TOKEN_SIZE, "a key fits");
    jf_random_bytes(bytes, sizeof bytes);
    memcpy(token, "jf_", 3);
    jf_base64url(token + 3, bytes, sizeof bytes);
    jf_desk_key key = {.name = name,
                       .role = jf_str_of(jf_role_wire(role)),
                       .scope = scope,
                       .hash = jf_sha256_of(token, strlen(token)),
                       .created = now};
    return jf_identity_result_of(jf_desk_key_add(identity->desk, &key, &identity->error));
}

bool jf_role_scope_fits(jf_role role, jf_str scope)
{
    return jf_role_scope(role) == JF_SCOPE_NONE ? scope.n == 0 : jf_id_valid(scope);
}

/* --- callers ------------------------------------------------------------------------------ */

/* Forgets everybody when something has changed. */
static void look_around(jf_identity *identity, jf_instant now)
{
    unsigned changes = atomic_load(&identity->changes);
    bool ours = changes != identity->changes_known;
    if (!ours && now.us - identity->looked.us < LOOK_EVERY_US && now.us >= identity->looked.us)
        return;
    int64_t version = jf_desk_version(identity->desk);
    if (ours || version != identity->version || version < 0)
        memset(identity->known, 0, sizeof identity->known);
    identity->changes_known = changes;
    identity->version = version;
    identity->looked = now;
}

/* The caller with this hash, if it is remembered and its time is not over. */
static bool remembers(const jf_identity *identity, jf_hash hash, jf_instant now, jf_caller *caller)
{
    const jf_remembered *place = &identity->known[hash.b[0]];
    if (place->caller.kind == JF_CALLER_NOBODY ||
        !jf_bytes_equal(place->hash.b, hash.b, sizeof hash.b))
        return false;
    if (place->until.us != 0 && now.us >= place->until.us)
        return false;
    *caller = place->caller;
    return true;
}

static bool text_copy(char out[JF_ID_MAX + 1], jf_str text)
{
    if (text.n > JF_ID_MAX)
        return false;
    memcpy(out, text.p, text.n);
    out[text.n] = '\0';
    return true;
}

bool jf_caller_grant(jf_caller *caller, jf_str role, jf_str scope)
{
    if (caller->grant_count == JF_GRANTS_MAX)
        return false;
    jf_grant *grant = &caller->grants[caller->grant_count++];
    return jf_role_of(role, &grant->role) && text_copy(grant->scope, scope);
}

static bool caller_of(const jf_desk_key *key, jf_caller *caller)
{
    *caller = (jf_caller){.kind = JF_CALLER_KEY, .no = key->no};
    bool sound =
        text_copy(caller->name, key->name) && jf_caller_grant(caller, key->role, key->scope);
    return sound && !key->is_revoked;
}

/*
 * A token is hashed for each request, and only the hash is looked up and compared: how long that
 * takes says nothing of a token (no one can choose a hash byte by byte), and neither the desk's
 * file nor this memory, if somebody reads them, holds anything that opens a door.
 */
jf_identity_result jf_identity_find(jf_identity *identity, jf_str token, jf_instant now,
                                    jf_caller_fn look, jf_caller *caller)
{
    jf_arena arena;
    jf_instant until = {0};
    jf_hash hash = jf_sha256_of(token.p, token.n);
    look_around(identity, now);
    if (remembers(identity, hash, now, caller))
        return JF_IDENTITY_OK;
    jf_arena_init(&arena, 0);
    jf_store_result result = look(identity, &arena, hash, now, caller, &until);
    jf_arena_free(&arena);
    if (result == JF_STORE_OK)
        identity->known[hash.b[0]] = (jf_remembered){hash, *caller, until};
    return jf_identity_result_of(result);
}

static jf_store_result key_look(jf_identity *identity, jf_arena *arena, jf_hash hash,
                                jf_instant now, jf_caller *caller, jf_instant *until)
{
    jf_desk_key key;
    (void)now;
    (void)until;
    jf_store_result result = jf_desk_key_find(identity->desk, arena, hash, &key, &identity->error);
    return result == JF_STORE_OK && !caller_of(&key, caller) ? JF_STORE_NONE : result;
}

jf_identity_result jf_key_find(jf_identity *identity, jf_str token, jf_instant now,
                               jf_caller *caller)
{
    return jf_identity_find(identity, token, now, key_look, caller);
}

void jf_identity_changed(jf_identity *identity)
{
    atomic_fetch_add(&identity->changes, 1);
}

jf_identity_result jf_key_revoke(jf_identity *identity, int64_t no, jf_instant now)
{
    jf_identity_changed(identity);
    return jf_identity_result_of(jf_desk_key_revoke(identity->desk, no, now, &identity->error));
}

jf_identity_result jf_key_list(jf_identity *identity,
                               bool (*fn)(void *context, const jf_desk_key *key), void *context)
{
    return jf_identity_result_of(jf_desk_key_scan(identity->desk, fn, context, &identity->error));
}
