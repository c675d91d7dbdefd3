/*
 * Opening the desk for a verb (on_desk.h).
 */
#include "cli/on_desk.h"

int jf_cli_on_desk(int argc, char **argv, const jf_option *options, const char **db,
                   jf_on_desk_fn run, const void *own)
{
    jf_arguments rest;
    jf_identity *people;
    jf_store_error error;
    if (!jf_options_read(argc, argv, options, &rest) || !jf_arguments_check(argv[0], &rest, 2))
        return JF_EXIT_USAGE;
    if (*db == NULL)
        return jf_usage_error(argv[0], "expected --db URL, like sqlite:PATH");
    if (jf_identity_open(&people, *db, &error) != JF_STORE_OK)
        return jf_cli_failed(&error);
    int status = run(argv[0], people, &rest, own);
    jf_identity_close(people);
    return status;
}
