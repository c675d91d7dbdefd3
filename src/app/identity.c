/*
 * Keys and roles (identity.h).
 */
#include "app/identity.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/secret.h"

#define KEY_BYTES 32
#define REMEMBERED 256
#define LOOK_EVERY_US 1000000 /* for what other processes wrote */

typedef struct remembered {
    jf_hash hash;
    jf_caller caller; /* of kind NOBODY: the place is free */
} remembered;

struct jf_identity {
    jf_desk *desk;
    jf_store_error error;
    remembered known[REMEMBERED]; /* by the first byte of the hash */
    int64_t version;              /* of the desk when the known were read */
    jf_instant looked;
};

typedef struct role_info {
    const char *wire;
    jf_scope scope;
} role_info;

static const role_info roles[JF_ROLES] = {
#define JF_ROLE(NAME, wire, scope, en, zh) [JF_ROLE_##NAME] = {wire, JF_SCOPE_##scope},
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
    *out = identity;
    return JF_STORE_OK;
}

void jf_identity_close(jf_identity *identity)
{
    if (!identity)
        return;
    jf_desk_close(identity->desk);
    free(identity);
}

const char *jf_identity_text(const jf_identity *identity, jf_identity_result result)
{
    switch (result) {
    case JF_IDENTITY_OK:
        return "done";
    case JF_IDENTITY_NOT_FOUND:
        return "there is no such key";
    case JF_IDENTITY_BAD_SCOPE:
        return "member, promoter, agent and staff are for a member, clerk and manager for a shop: "
               "expected its id as the scope; the other roles have none";
    case JF_IDENTITY_BAD_NAME:
        return "expected a name of 1 to 64 of A-Z a-z 0-9 . _ : -";
    case JF_IDENTITY_FAILED:
        return identity->error.message;
    }
    JF_ASSERT_UNREACHED();
}

static jf_identity_result result_of(jf_store_result result)
{
    if (result == JF_STORE_NONE)
        return JF_IDENTITY_NOT_FOUND;
    return result == JF_STORE_OK ? JF_IDENTITY_OK : JF_IDENTITY_FAILED;
}

jf_identity_result jf_key_create(jf_identity *identity, jf_str name, jf_role role, jf_str scope,
                                 jf_instant now, char token[JF_KEY_TOKEN_SIZE])
{
    unsigned char bytes[KEY_BYTES];
    bool scoped = jf_role_scope(role) != JF_SCOPE_NONE;
    if (scoped ? !jf_id_valid(scope) : scope.n > 0)
        return JF_IDENTITY_BAD_SCOPE;
    if (!jf_id_valid(name))
        return JF_IDENTITY_BAD_NAME;
    _Static_assert(3 + JF_BASE64URL_SIZE(KEY_BYTES) <= JF_KEY_TOKEN_SIZE, "a key fits");
    jf_random_bytes(bytes, sizeof bytes);
    memcpy(token, "jf_", 3);
    jf_base64url(token + 3, bytes, sizeof bytes);
    jf_desk_key key = {.name = name,
                       .role = jf_str_of(jf_role_wire(role)),
                       .scope = scope,
                       .hash = jf_sha256_of(token, strlen(token)),
                       .created = now};
    return result_of(jf_desk_key_add(identity->desk, &key, &identity->error));
}

/* Forgets everybody when another process wrote, and when a key of ours was revoked. */
static void look(jf_identity *identity, jf_instant now)
{
    if (now.us - identity->looked.us < LOOK_EVERY_US && now.us >= identity->looked.us)
        return;
    int64_t version = jf_desk_version(identity->desk);
    if (version != identity->version || version < 0)
        memset(identity->known, 0, sizeof identity->known);
    identity->version = version;
    identity->looked = now;
}

static bool text_copy(char out[JF_ID_MAX + 1], jf_str text)
{
    if (text.n > JF_ID_MAX)
        return false;
    memcpy(out, text.p, text.n);
    out[text.n] = '\0';
    return true;
}

static jf_identity_result caller_of(const jf_desk_key *key, jf_caller *caller)
{
    *caller = (jf_caller){.kind = JF_CALLER_KEY, .no = key->no};
    bool sound = jf_role_of(key->role, &caller->role) && text_copy(caller->name, key->name) &&
                 text_copy(caller->scope, key->scope);
    return sound && !key->is_revoked ? JF_IDENTITY_OK : JF_IDENTITY_NOT_FOUND;
}

jf_identity_result jf_key_find(jf_identity *identity, jf_str token, jf_instant now,
                               jf_caller *caller)
{
    jf_hash hash = jf_sha256_of(token.p, token.n);
    remembered *place = &identity->known[hash.b[0]];
    look(identity, now);
    if (place->caller.kind != JF_CALLER_NOBODY &&
        jf_bytes_equal(place->hash.b, hash.b, sizeof hash.b)) {
        *caller = place->caller;
        return JF_IDENTITY_OK;
    }
    jf_arena arena;
    jf_desk_key key;
    jf_arena_init(&arena, 0);
    jf_identity_result result =
        result_of(jf_desk_key_find(identity->desk, &arena, hash, &key, &identity->error));
    if (result == JF_IDENTITY_OK)
        result = caller_of(&key, caller);
    if (result == JF_IDENTITY_OK)
        *place = (remembered){hash, *caller};
    jf_arena_free(&arena);
    return result;
}

jf_identity_result jf_key_revoke(jf_identity *identity, int64_t no, jf_instant now)
{
    memset(identity->known, 0, sizeof identity->known);
    return result_of(jf_desk_key_revoke(identity->desk, no, now, &identity->error));
}

jf_identity_result jf_key_list(jf_identity *identity,
                               bool (*fn)(void *context, const jf_desk_key *key), void *context)
{
    return result_of(jf_desk_key_scan(identity->desk, fn, context, &identity->error));
}
