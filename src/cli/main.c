/*
 * The program: finds the verb and runs it. What verbs there are is a table
 * (verbs.def); each has its own file. Help and version are answered here.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "cli/options.h"
#include "cli/verbs.h"

typedef struct verb {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *usage, *en, *zh;
} verb;

static const verb verbs[] = {
#define JF_VERB(name, function, usage, en, zh) {#name, function, usage, en, zh},
#include "cli/verbs.def"
#undef JF_VERB
};

#define VERBS (sizeof verbs / sizeof *verbs)

static const verb *verb_named(const char *name)
{
    JF_ASSERT(name != NULL);
    for (size_t i = 0; i < VERBS; i++) {
        if (strcmp(verbs[i].name, name) == 0) {
            return &verbs[i];
        }
    }
    return NULL;
}

/* One line "jifen VERB FORM" for each form of the usage. */
static void print_forms(const verb *v, FILE *out)
{
    for (const char *form = v->usage; form != NULL;) {
        const char *end = strchr(form, '\n');
        int n = end != NULL ? (int)(end - form) : (int)strlen(form);
        fprintf(out, "  jifen %s %.*s\n", v->name, n, form);
        form = end != NULL ? end + 1 : NULL;
    }
}

static void print_list(bool chinese, FILE *out)
{
    fputs(chinese ? "用法：jifen 动词 [选项]\n\n" : "usage: jifen VERB [OPTIONS]\n\n", out);
    for (size_t i = 0; i < VERBS; i++) {
        const char *text = chinese ? verbs[i].zh : verbs[i].en;
        JF_ASSERT(text[0] != '\0');
        fprintf(out, "  %-10s %.*s\n", verbs[i].name, (int)strcspn(text, "\n"), text);
    }
    fputs(chinese
              ? "\n`jifen help 动词` 给出详细说明；`jifen --version` 给出版本。\n"
              : "\n`jifen help VERB` says more about one; `jifen --version` says which this is.\n",
          out);
}

static int print_verb(const char *name, bool chinese)
{
    const verb *v = verb_named(name);
    if (v == NULL) {
        fprintf(stderr, "jifen: there is no verb \"%s\"; `jifen help` lists them\n", name);
        return JF_EXIT_USAGE;
    }
    print_forms(v, stdout);
    printf("\n%s\n", chinese ? v->zh : v->en);
    return JF_EXIT_OK;
}

static int help(int argc, char **argv)
{
    bool chinese = jf_lang_is_chinese();
    const jf_option options[] = {{.name = "--lang", .chinese = &chinese}, {0}};
    jf_arguments rest;
    argv[0] = "help";
    if (!jf_options_read(argc, argv, options, &rest) || !jf_arguments_check(argv[0], &rest, 1)) {
        return JF_EXIT_USAGE;
    }
    if (rest.count == 1) {
        return print_verb(rest.list[0], chinese);
    }
    print_list(chinese, stdout);
    return JF_EXIT_OK;
}

static bool is_one_of(const char *text, const char *a, const char *b, const char *c)
{
    return strcmp(text, a) == 0 || strcmp(text, b) == 0 || strcmp(text, c) == 0;
}

static int run(int argc, char **argv)
{
    if (argc < 2) {
        print_list(jf_lang_is_chinese(), stderr);
        return JF_EXIT_USAGE;
    }
    if (is_one_of(argv[1], "help", "--help", "-h")) {
        return help(argc - 1, argv + 1);
    }
    if (is_one_of(argv[1], "version", "--version", "-V")) {
        printf("jifen %s\n", JF_VERSION);
        return JF_EXIT_OK;
    }
    const verb *v = verb_named(argv[1]);
    if (v == NULL) {
        fprintf(stderr, "jifen: there is no verb \"%s\"; `jifen help` lists them\n", argv[1]);
        return JF_EXIT_USAGE;
    }
    if (argc == 3 && is_one_of(argv[2], "--help", "-h", "-?")) {
        return print_verb(v->name, jf_lang_is_chinese());
    }
    return v->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    JF_ASSERT(VERBS > 0);
    signal(SIGPIPE, SIG_IGN); /* a reader that left is an error of write(), told like any other */
    int status = run(argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("jifen: standard output cannot be written\n", stderr);
        return JF_EXIT_FAILED;
    }
    return status;
}
