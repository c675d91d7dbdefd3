/*
 * `jifen backup`: a copy of the books and the desk, made while a server writes them, and checked.
 */
#include "app/backup.h"
#include "cli/options.h"
#include "cli/verbs.h"

static int tell(const jf_backup *backup)
{
    jf_jw w;
    jf_buf text;
    jf_buf_init(&text, NULL);
    jf_jw_init(&w, &text);
    jf_jw_open(&w, NULL, '{');
    jf_backup_members(&w, backup);
    jf_jw_close(&w, '}');
    jf_buf_char(&text, '\n');
    bool written = jf_cli_write(jf_buf_view(&text));
    jf_buf_free(&text);
    return written ? JF_EXIT_OK : JF_EXIT_FAILED;
}

int jf_cmd_backup(int argc, char **argv)
{
    const char *db = NULL, *to = NULL;
    const jf_option options[] = {{.name = "--db", .text = &db}, {.name = "--to", .text = &to}, {0}};
    jf_arguments rest;
    jf_backup backup;
    jf_store_error error;
    if (!jf_options_read(argc, argv, options, &rest) || !jf_arguments_check(argv[0], &rest, 0))
        return JF_EXIT_USAGE;
    if (!db || !to)
        return jf_usage_error(argv[0], "expected --db URL and --to FILE");
    if (jf_backup_make(db, to, &backup, &error) != JF_STORE_OK)
        return jf_cli_failed(&error);
    return tell(&backup);
}
