/*
 * The verbs of the program as functions, made from verbs.def. argv[0] is the
 * verb; what is returned is the exit status (options.h).
 */
#ifndef JF_CLI_VERBS_H
#define JF_CLI_VERBS_H

#define JF_VERB(name, function, usage, en, zh) int function(int argc, char **argv);
#include "cli/verbs.def"
#undef JF_VERB

#endif
