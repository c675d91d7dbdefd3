/*
 * What the verbs about the desk share (`jifen key`, `jifen person`): their options
 * are read, the desk of --db is opened, and it is closed again behind them.
 */
#ifndef JF_CLI_ON_DESK_H
#define JF_CLI_ON_DESK_H

#include "app/identity.h"
#include "cli/options.h"

/* The verb's work on the open desk; it ends the program with what it returns. */
typedef int (*jf_on_desk_fn)(const char *verb, jf_identity *people, const jf_arguments *rest,
                             const void *options);

/*
 * `options` fill in `own`, which `run` gets, and *db, which must be given; at most two
 * arguments besides. Returns how the program ends.
 */
int jf_cli_on_desk(int argc, char **argv, const jf_option *options, const char **db,
                   jf_on_desk_fn run, const void *own);

#endif
