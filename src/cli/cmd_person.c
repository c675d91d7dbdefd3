/*
 * `jifen person`: people who sign in, in the desk beside the books.
 *
 * It works while a server holds the books, like `jifen key`. A password comes
 * from standard input, so that it stands in no list of processes.
 */
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "app/oneself.h"
#include "base/check.h"
#include "cli/on_desk.h"
#include "cli/verbs.h"

typedef struct person_options {
    const char *db, *role, *scope;
    bool totp;
} person_options;

typedef struct person_work {
    const char *verb;
    jf_identity *people;
    const person_options *o;
    jf_str name;
    jf_store_error error;
} person_work;

static int ended(person_work *p, jf_identity_result result)
{
    if (result == JF_IDENTITY_OK)
        return JF_EXIT_OK;
    if (result == JF_IDENTITY_FAILED)
        return jf_cli_failed(&p->error);
    fprintf(stderr, "jifen %s: %s\n", p->verb, jf_identity_text(p->people, result));
    return JF_EXIT_FOUND;
}

/* One line of standard input; at a terminal it is asked for, and not shown. */
static bool password_read(char text[JF_PASSWORD_MAX + 2], jf_str *password)
{
    struct termios shown, hidden;
    bool terminal = tcgetattr(STDIN_FILENO, &shown) == 0;
    if (terminal) {
        fputs("password: ", stderr);
        hidden = shown;
        hidden.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    bool read = fgets(text, JF_PASSWORD_MAX + 2, stdin) != NULL;
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
        fputc('\n', stderr);
    }
    if (read)
        *password = (jf_str){text, (uint32_t)strcspn(text, "\n")};
    return read;
}

static int person_create(person_work *p)
{
    char text[JF_PASSWORD_MAX + 2], totp[JF_TOTP_TEXT_SIZE];
    jf_str password;
    if (!password_read(text, &password))
        return jf_usage_error(p->verb, "expected a password, a line on standard input");
    jf_identity_result result =
        jf_person_create(p->people, p->name, password, p->o->totp ? totp : NULL, &p->error);
    if (result != JF_IDENTITY_OK || !p->o->totp)
        return ended(p, result);
    jf_buf line;
    jf_buf_init(&line, NULL);
    jf_totp_uri(&line, p->name, totp);
    jf_buf_char(&line, '\n');
    int status = jf_cli_write(jf_buf_view(&line)) ? JF_EXIT_OK : JF_EXIT_FAILED;
    jf_buf_free(&line);
    return status;
}

static int person_password(person_work *p)
{
    char text[JF_PASSWORD_MAX + 2];
    jf_str password;
    if (!password_read(text, &password))
        return jf_usage_error(p->verb, "expected a password, a line on standard input");
    return ended(p, jf_person_password(p->people, p->name, password, &p->error));
}

static int person_role(person_work *p, bool grant)
{
    jf_role role;
    if (!jf_role_of(jf_str_of(p->o->role ? p->o->role : ""), &role))
        return jf_usage_error(p->verb, "expected --role ROLE, like finance");
    jf_str scope = p->o->scope ? jf_str_of(p->o->scope) : JF_STR_NONE;
    return ended(p, grant ? jf_person_grant(p->people, p->name, role, scope, &p->error)
                          : jf_person_withdraw(p->people, p->name, role, scope, &p->error));
}

static int person_grant(person_work *p)
{
    return person_role(p, true);
}

static int person_withdraw(person_work *p)
{
    return person_role(p, false);
}

static int person_disable(person_work *p)
{
    return ended(p, jf_person_disable(p->people, p->name, true, &p->error));
}

static int person_enable(person_work *p)
{
    return ended(p, jf_person_disable(p->people, p->name, false, &p->error));
}

static bool print_role(void *context, const jf_desk_role *role)
{
    jf_buf *out = context;
    jf_buf_str(out, role->name);
    jf_buf_char(out, '\t');
    jf_buf_str(out, role->role.n > 0 ? role->role : JF_STR("-"));
    jf_buf_char(out, '\t');
    jf_buf_str(out, role->scope.n > 0 ? role->scope : JF_STR("-"));
    jf_buf_c(out, role->disabled ? "\tdisabled\n" : "\tactive\n");
    return true;
}

static int person_list(person_work *p)
{
    jf_buf out;
    jf_buf_init(&out, NULL);
    int status = JF_EXIT_OK;
    jf_desk_whose everybody = {0};
    if (jf_desk_role_scan(jf_identity_desk(p->people), &everybody, print_role, &out, &p->error) !=
        JF_STORE_OK)
        status = jf_cli_failed(&p->error);
    else if (out.n > 0 && !jf_cli_write(jf_buf_view(&out)))
        status = JF_EXIT_FAILED;
    jf_buf_free(&out);
    return status;
}

static const struct {
    const char *word;
    bool named;
    int (*run)(person_work *p);
} acts[] = {
    {"create", true, person_create},   {"password", true, person_password},
    {"grant", true, person_grant},     {"withdraw", true, person_withdraw},
    {"disable", true, person_disable}, {"enable", true, person_enable},
    {"list", false, person_list},
};

static int run(const char *verb, jf_identity *people, const jf_arguments *rest, const void *own)
{
    person_work p = {.verb = verb, .people = people, .o = own};
    const char *word = rest->count > 0 ? rest->list[0] : "";
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        if (strcmp(word, acts[i].word) || rest->count != (acts[i].named ? 2 : 1))
            continue;
        p.name = acts[i].named ? jf_str_of(rest->list[1]) : JF_STR_NONE;
        return acts[i].run(&p);
    }
    return jf_usage_error(verb, "expected list, or one of create, password, grant, withdraw, "
                                "disable and enable with a NAME");
}

int jf_cmd_person(int argc, char **argv)
{
    person_options o = {NULL};
    const jf_option options[] = {{.name = "--db", .text = &o.db},
                                 {.name = "--role", .text = &o.role},
                                 {.name = "--scope", .text = &o.scope},
                                 {.name = "--totp", .flag = &o.totp},
                                 {0}};
    return jf_cli_on_desk(argc, argv, options, &o.db, run, &o);
}
