/*
 * The two halves of joining around the books' own (join.h).
 */
#include "app/join.h"

#include "app/people_work.h"
#include "core/step.h"

static jf_str command_of(jf_arena *arena, const jf_join *join)
{
    jf_jw w;
    jf_buf text;
    jf_buf_init(&text, arena);
    jf_jw_init(&w, &text);
    jf_jw_open(&w, NULL, '{');
    jf_jw_c(&w, "cmd", "member.create");
    jf_jw_str(&w, "id", join->name);
    if (join->referrer.n > 0)
        jf_jw_str(&w, "referrer", join->referrer);
    if (join->region.n > 0)
        jf_jw_str(&w, "region", join->region);
    jf_jw_instant(&w, "at", join->now);
    jf_jw_close(&w, '}');
    return jf_buf_view(&text);
}

static bool role_is_own(void *context, const jf_desk_role *role)
{
    jf_str *name = context;
    if (!jf_str_eq(role->role, jf_str_of(jf_role_wire(JF_ROLE_MEMBER))) ||
        !jf_str_eq(role->scope, *name))
        return true;
    *name = JF_STR_NONE; /* found */
    return false;
}

/* Is somebody the member of their name, because they joined before? */
static jf_identity_result joined_before(jf_identity *identity, const jf_desk_person *person,
                                        jf_store_error *error)
{
    jf_str name = person->name;
    jf_desk_whose whose = {.person = person->no};
    if (jf_desk_role_scan(identity->desk, &whose, role_is_own, &name, error) != JF_STORE_OK)
        return JF_IDENTITY_FAILED;
    return name.n == 0 ? JF_IDENTITY_OK : JF_IDENTITY_TAKEN;
}

/* The name is there: is it theirs, and how far did they come? */
static jf_identity_result join_again(jf_identity *identity, jf_arena *arena, jf_join *join,
                                     jf_store_error *error)
{
    jf_desk_person person;
    jf_identity_result result = jf_person_proven(identity, arena, join->name, join->password,
                                                 join->now, &person, &join->wait_s, error);
    if (result != JF_IDENTITY_OK)
        return result;
    join->command = person.joining;
    return person.joining.n > 0 ? JF_IDENTITY_OK : joined_before(identity, &person, error);
}

jf_identity_result jf_join_begin(jf_identity *identity, jf_arena *arena, jf_join *join,
                                 jf_store_error *error)
{
    if (join->referrer.n > 0) {
        jf_identity_result open = jf_member_open(identity, join->referrer, error);
        if (open != JF_IDENTITY_OK)
            return open;
    }
    join->command = command_of(arena, join);
    jf_desk_person person = {.name = join->name, .joining = join->command};
    jf_identity_result result = jf_person_add(identity, &person, join->password, error);
    return result == JF_IDENTITY_TAKEN ? join_again(identity, arena, join, error) : result;
}

static jf_identity_result note(jf_identity *identity, const jf_join *join, jf_store_error *error)
{
    jf_desk_act act = {.at = join->now,
                       .who = join->name,
                       .act = JF_STR("join"),
                       .subject = join->name,
                       .outcome = JF_STR("ok")};
    return jf_identity_result_of(jf_desk_act_add(identity->desk, &act, error));
}

static void joining_clear(jf_desk_person *person, const void *with)
{
    (void)with;
    person->joining = JF_STR_NONE;
}

jf_identity_result jf_join_end(jf_identity *identity, const jf_join *join, jf_store_error *error)
{
    jf_identity_result result;
    if (join->command.n == 0)
        return JF_IDENTITY_OK;
    if (join->phone.n > 0 &&
        jf_desk_phone_put(identity->desk, join->name, join->phone, error) != JF_STORE_OK)
        return JF_IDENTITY_FAILED;
    result = jf_person_grant(identity, join->name, JF_ROLE_MEMBER, join->name, error);
    if (result != JF_IDENTITY_OK && result != JF_IDENTITY_TAKEN)
        return result;
    result = jf_person_change(identity, join->name, joining_clear, NULL, error);
    return result == JF_IDENTITY_OK ? note(identity, join, error) : result;
}

jf_identity_result jf_join_refused(jf_identity *identity, jf_str name, jf_store_error *error)
{
    jf_arena arena;
    jf_desk_person person;
    jf_arena_init(&arena, 0);
    jf_store_result result = jf_desk_person_find(identity->desk, &arena, name, &person, error);
    if (result == JF_STORE_OK)
        result = jf_desk_person_remove(identity->desk, person.no, error);
    jf_arena_free(&arena);
    jf_identity_changed(identity);
    return jf_identity_result_of(result);
}
