/*
 * The verb `jifen policy`: check a policy document, show a preset.
 */
#ifndef JF_CLI_CMD_POLICY_H
#define JF_CLI_CMD_POLICY_H

/* argv[0] is "policy". Exit status: 0 no errors, 1 findings that are errors, 2 not readable. */
int jf_cmd_policy(int argc, char **argv);

#endif
