/*
 * The verb `jifen policy`: check a policy document, show a preset, try a policy.
 */
#ifndef JF_CLI_CMD_POLICY_H
#define JF_CLI_CMD_POLICY_H

#include "core/policy.h"

/* argv[0] is "policy". Exit status: 0 no errors, 1 findings that are errors, 2 not readable. */
int jf_cmd_policy(int argc, char **argv);

/* `jifen policy simulate`; argv[0] is "policy", what follows is behind "simulate". */
int jf_cmd_policy_simulate(int argc, char **argv);

/* Reads a document and its findings; false, after saying so, when it is not to be had. */
bool jf_cmd_policy_document(jf_arena *arena, const char *path, const jf_policy *previous,
                            jf_policy *policy, jf_findings *findings);

#endif
