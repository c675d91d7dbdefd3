/*
 * `jifen key`: the API keys of machines, in the desk beside the books.
 *
 * It works while a server holds the books: the desk is a file of its own.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "app/identity.h"
#include "base/check.h"
#include "cli/on_desk.h"
#include "cli/verbs.h"

typedef struct key_options {
    const char *db, *role, *scope, *name;
} key_options;

static jf_instant clock_now(void)
{
    return (jf_instant){(int64_t)time(NULL) * 1000000};
}

static int refused(const char *verb, const jf_identity *people, jf_identity_result result)
{
    fprintf(stderr, "jifen %s: %s\n", verb, jf_identity_text(people, result));
    return result == JF_IDENTITY_FAILED ? JF_EXIT_FAILED : JF_EXIT_FOUND;
}

static int key_create(const char *verb, jf_identity *people, const key_options *o)
{
    jf_role role;
    char token[JF_KEY_TOKEN_SIZE];
    if (!jf_role_of(jf_str_of(o->role ? o->role : ""), &role))
        return jf_usage_error(verb, "expected --role ROLE, like system");
    jf_str name = jf_str_of(o->name ? o->name : o->role);
    jf_str scope = o->scope ? jf_str_of(o->scope) : JF_STR_NONE;
    jf_identity_result result = jf_key_create(people, name, role, scope, clock_now(), token);
    if (result != JF_IDENTITY_OK)
        return refused(verb, people, result);
    jf_buf line;
    jf_buf_init(&line, NULL);
    jf_buf_c(&line, token);
    jf_buf_char(&line, '\n');
    int status = jf_cli_write(jf_buf_view(&line)) ? JF_EXIT_OK : JF_EXIT_FAILED;
    jf_buf_free(&line);
    return status;
}

static bool print_key(void *context, const jf_desk_key *key)
{
    jf_buf *out = context;
    jf_buf_int(out, key->no);
    jf_buf_char(out, '\t');
    jf_buf_str(out, key->role);
    jf_buf_char(out, '\t');
    jf_buf_str(out, key->scope.n > 0 ? key->scope : JF_STR("-"));
    jf_buf_char(out, '\t');
    jf_buf_str(out, key->name);
    jf_buf_c(out, key->is_revoked ? "\trevoked\n" : "\tactive\n");
    return true;
}

static int key_list(const char *verb, jf_identity *people)
{
    jf_buf out;
    jf_buf_init(&out, NULL);
    jf_identity_result result = jf_key_list(people, print_key, &out);
    int status = result == JF_IDENTITY_OK ? JF_EXIT_OK : refused(verb, people, result);
    if (status == JF_EXIT_OK && out.n > 0 && !jf_cli_write(jf_buf_view(&out)))
        status = JF_EXIT_FAILED;
    jf_buf_free(&out);
    return status;
}

static int key_revoke(const char *verb, jf_identity *people, const char *number)
{
    int64_t no = 0;
    for (const char *p = number; p && *p >= '0' && *p <= '9' && no < 1000000000000; p++)
        no = no * 10 + (*p - '0');
    if (no == 0)
        return jf_usage_error(verb, "expected the number of a key; see `jifen key list`");
    jf_identity_result result = jf_key_revoke(people, no, clock_now());
    return result == JF_IDENTITY_OK ? JF_EXIT_OK : refused(verb, people, result);
}

static int run(const char *verb, jf_identity *people, const jf_arguments *rest, const void *own)
{
    const key_options *o = own;
    const char *what = rest->count > 0 ? rest->list[0] : "";
    if (!strcmp(what, "create") && rest->count == 1)
        return key_create(verb, people, o);
    if (!strcmp(what, "list") && rest->count == 1)
        return key_list(verb, people);
    if (!strcmp(what, "revoke") && rest->count == 2)
        return key_revoke(verb, people, rest->list[1]);
    return jf_usage_error(verb, "expected create, list, or revoke NUMBER");
}

int jf_cmd_key(int argc, char **argv)
{
    key_options o = {NULL};
    const jf_option options[] = {{.name = "--db", .text = &o.db},
                                 {.name = "--role", .text = &o.role},
                                 {.name = "--scope", .text = &o.scope},
                                 {.name = "--name", .text = &o.name},
                                 {0}};
    return jf_cli_on_desk(argc, argv, options, &o.db, run, &o);
}
