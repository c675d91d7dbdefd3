/*
 * `jifen policy`: what an operator does with a policy before it is set.
 *
 *   check [--json] [--after OLD] FILE   all findings of a document
 *   show [NAME]                         a preset's document, or the presets' names
 *   simulate FILE                       cmd_policy_simulate.c
 *
 * The findings are those of app/policy_check.h; this file reads and prints.
 */
#include "cli/cmd_policy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/policy_check.h"
#include "base/check.h"
#include "core/findings.h"

enum { EXIT_FINE = 0, EXIT_ERRORS = 1, EXIT_UNREADABLE = 2 };

typedef struct check_options {
    bool json;
    const char *after; /* the version before, or NULL */
    const char *file;
} check_options;

static int usage(void)
{
    fputs("usage: jifen policy check [--json] [--after OLD] FILE   (FILE \"-\": standard input)\n"
          "       jifen policy show [NAME]\n"
          "       jifen policy simulate FILE [--days N] [--customers N] [--seed S] [--json]\n",
          stderr);
    return EXIT_UNREADABLE;
}

static bool read_stream(FILE *in, jf_buf *out)
{
    char part[8192];
    JF_ASSERT(in != NULL && out->n == 0);
    for (;;) {
        size_t n = fread(part, 1, sizeof(part), in);
        jf_buf_bytes(out, part, n);
        if (n < sizeof(part) || out->n > JF_JSON_BYTES) {
            return !ferror(in);
        }
    }
}

static bool read_file(const char *path, jf_buf *out)
{
    JF_ASSERT(path != NULL && path[0] != '\0');
    bool standard = strcmp(path, "-") == 0;
    FILE *in = standard ? stdin : fopen(path, "rb");
    bool fine = in != NULL && read_stream(in, out);
    if (!fine) {
        fprintf(stderr, "jifen: cannot read %s: %s\n", path, strerror(errno));
    }
    if (in != NULL && !standard) {
        fclose(in);
    }
    return fine;
}

/* A file's JSON tree, or NULL after saying why there is none. */
static jf_json *load_document(jf_arena *arena, const char *path)
{
    jf_buf text;
    jf_buf_init(&text, arena);
    if (!read_file(path, &text)) {
        return NULL;
    }
    jf_json *tree;
    char error[160];
    if (!jf_json_parse(arena, jf_buf_view(&text), &tree, error)) {
        fprintf(stderr, "jifen: %s is not a JSON document: %s\n", path, error);
        return NULL;
    }
    JF_ASSERT(tree->type == JF_JSON_OBJECT || tree->type == JF_JSON_ARRAY);
    return tree;
}

bool jf_cmd_policy_document(jf_arena *arena, const char *path, const jf_policy *previous,
                            jf_policy *policy, jf_findings *findings)
{
    jf_json *document = load_document(arena, path);
    if (document == NULL) {
        return false;
    }
    jf_policy_check(arena, document, previous, policy, findings);
    return true;
}

static uint32_t count_severity(const jf_findings *findings, jf_severity severity)
{
    uint32_t count = 0;
    JF_ASSERT(findings->count <= JF_FINDINGS_MAX);
    for (uint32_t i = 0; i < findings->count; i++) {
        count += findings->list[i].severity == severity;
    }
    return count;
}

static void print_count(uint32_t count, const char *noun, const char *end)
{
    JF_ASSERT(noun[0] != '\0');
    printf("%u %s%s%s", count, noun, count == 1 ? "" : "s", end);
}

static void print_text(const jf_findings *findings)
{
    for (uint32_t i = 0; i < findings->count; i++) {
        const jf_finding *finding = &findings->list[i];
        JF_ASSERT(finding->id != NULL && finding->field[0] != '\0');
        printf("%s %s at %s\n", jf_severity_wire(finding->severity), finding->id, finding->field);
        if (finding->detail[0] != '\0') {
            printf("    %s\n", finding->detail);
        }
        printf("    %s\n    %s\n    [%s]\n", finding->en, finding->zh, finding->citation);
    }
    print_count(findings->errors, "error", ", ");
    print_count(count_severity(findings, JF_WARNING), "warning", ", ");
    print_count(count_severity(findings, JF_NOTICE), "notice", "\n");
}

static void print_json(jf_arena *arena, const jf_findings *findings)
{
    jf_buf text;
    jf_buf_init(&text, arena);
    jf_jw w;
    jf_jw_init(&w, &text);
    jf_jw_open(&w, NULL, '{');
    jf_jw_int(&w, "errors", findings->errors);
    jf_jw_int(&w, "warnings", count_severity(findings, JF_WARNING));
    jf_jw_int(&w, "notices", count_severity(findings, JF_NOTICE));
    jf_findings_write(&w, "findings", findings);
    jf_jw_close(&w, '}');
    JF_ASSERT(text.n > 2 && text.p[text.n - 1] == '}');
    jf_buf_char(&text, '\n');
    fwrite(text.p, 1, text.n, stdout);
}

static bool parse_options(int argc, char **argv, check_options *options)
{
    for (int i = 0; i < argc; i++) {
        JF_ASSERT(argv[i] != NULL);
        if (strcmp(argv[i], "--json") == 0) {
            options->json = true;
        } else if (strcmp(argv[i], "--after") == 0 && i + 1 < argc) {
            options->after = argv[++i];
        } else if ((argv[i][0] == '-' && argv[i][1] != '\0') || options->file != NULL) {
            return false;
        } else {
            options->file = argv[i];
        }
    }
    return options->file != NULL && options->file[0] != '\0';
}

static int run_check(jf_arena *arena, const check_options *options)
{
    jf_policy *before = NULL;
    jf_findings findings;
    JF_ASSERT(options->file != NULL);
    if (options->after != NULL) {
        before = JF_NEW(arena, jf_policy);
        if (!jf_cmd_policy_document(arena, options->after, NULL, before, &findings)) {
            return EXIT_UNREADABLE;
        }
        if (findings.errors > 0) {
            fprintf(stderr, "jifen: %s cannot have been in force: it has errors of its own\n",
                    options->after);
            return EXIT_UNREADABLE;
        }
    }
    jf_policy *policy = JF_NEW(arena, jf_policy);
    if (!jf_cmd_policy_document(arena, options->file, before, policy, &findings)) {
        return EXIT_UNREADABLE;
    }
    if (options->json) {
        print_json(arena, &findings);
    } else {
        print_text(&findings);
    }
    return findings.errors > 0 ? EXIT_ERRORS : EXIT_FINE;
}

/*
 * A preset with one field a line and one pool or entry a line. The text is
 * ours and regular: an object whose lists of objects are one level down.
 */
static void print_document(jf_str text)
{
    unsigned depth = 0;
    bool quoted = false;
    JF_ASSERT(text.n > 2 && text.p[0] == '{');
    for (uint32_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        quoted ^= c == '"';
        depth += !quoted && (c == '{' || c == '[');
        depth -= !quoted && (c == '}' || c == ']');
        putchar(c);
        bool blank = i + 1 < text.n && text.p[i + 1] == ' ';
        bool object = i + 1 + blank < text.n && text.p[i + 1 + blank] == '{';
        bool field = depth == 1 && c == ',';
        bool element = depth == 2 && object && (c == ',' || c == '[');
        if (!quoted && (field || element)) {
            fputs(field ? "\n " : "\n   ", stdout);
            i += blank;
        }
    }
    JF_ASSERT(depth == 0 && !quoted);
    putchar('\n');
}

static int run_show(const char *name)
{
    jf_str text;
    if (name == NULL) {
        for (uint32_t i = 0; (name = jf_preset_name(i)) != NULL; i++) {
            puts(name);
        }
        return EXIT_FINE;
    }
    if (!jf_preset_find(jf_str_of(name), &text)) {
        fprintf(stderr, "jifen: there is no preset \"%s\"; `jifen policy show` lists them\n", name);
        return EXIT_UNREADABLE;
    }
    JF_ASSERT(text.n > 0);
    print_document(text);
    return EXIT_FINE;
}

int jf_cmd_policy(int argc, char **argv)
{
    JF_ASSERT(argc >= 1 && argv != NULL);
    if (argc >= 2 && argc <= 3 && strcmp(argv[1], "show") == 0) {
        return run_show(argc == 3 ? argv[2] : NULL);
    }
    if (argc >= 2 && strcmp(argv[1], "simulate") == 0) {
        argv[1] = argv[0];
        return jf_cmd_policy_simulate(argc - 1, argv + 1);
    }
    check_options options = {0};
    if (argc < 3 || strcmp(argv[1], "check") != 0 || !parse_options(argc - 2, argv + 2, &options)) {
        return usage();
    }
    jf_arena arena;
    jf_arena_init(&arena, 0);
    int status = run_check(&arena, &options);
    jf_arena_free(&arena);
    return status;
}
