/*
 * One step of the platform: a command is decided on the working set.
 *
 * jf_step() is the only entry into the rules. Time comes in with the command;
 * what must be kept goes out as dirty rows and journals of the working set.
 * Rules that a command calls get a jf_step: the world, the day, the policy in
 * force, the journal being written, and the answer being built.
 */
#ifndef JF_CORE_STEP_H
#define JF_CORE_STEP_H

#include "core/needs.h"
#include "core/world.h"

#define JF_DAYS_AHEAD 3660 /* spec section 18 (1, 17) */

/* A command that is only tried: what it would do, and nothing is kept. */
typedef struct jf_trial {
    /* Adds members to the result while the world is as the command leaves it; may be NULL. The
     * command's journal is the world's last. */
    void (*more)(const jf_world *w, jf_jw *reply);
} jf_trial;

typedef struct jf_step {
    jf_world *w;
    const jf_command *command;
    jf_day day;              /* the business day of the command */
    const jf_policy *policy; /* in force on that day; on the closing day during a close */
    jf_journal *journal;     /* being written; NULL between journals */
    bool overflow;           /* some amount did not fit: the command will be refused */
    jf_jw *reply;            /* members of the result object */
    jf_error *error;
    const jf_trial *trial; /* NULL: it counts */
} jf_step;

/*
 * Decide one command whose needs are resident. On JF_OK *reply has the result
 * object appended ({…}) and the world is changed; else *error is filled and the
 * world is as before. `again`: the id was used before with the same content,
 * and the first result was returned. JF_STALLED: the parties in w->stalled are
 * needed too (who is forced out shows only on the way); fetch them and run again.
 */
#define JF_STALLED JF_CODE_COUNT

jf_code jf_step_run(jf_world *w, const jf_command *command, jf_buf *reply, bool *again,
                    jf_error *error);

/*
 * What jf_step_run would answer at this moment to a command that changes things,
 * under an id that nobody used: the world is as before, whatever it answers, and
 * its id is neither looked at nor kept. Its needs are jf_needs_of_trial's.
 */
jf_code jf_step_try(jf_world *w, const jf_command *command, const jf_trial *trial, jf_buf *reply,
                    jf_error *error);

/* The rules of each command: refuse, or write journals and the members of the result. */
#define JF_COMMAND(NAME, name, wire, id, built, who, reply, refuses, en, zh, ...)                  \
    JF_DECLARE_##built(name)
#define JF_DECLARE_RULES(name)                                                                     \
    jf_code jf_do_##name(jf_step *s, const jf_cmd_##name *c);                                      \
    void jf_needs_##name(const jf_world *w, const jf_cmd_##name *c, jf_needs *needs);
#define JF_DECLARE_ENGINE(name)
#include "core/commands.def"
#undef JF_COMMAND
#undef JF_DECLARE_RULES
#undef JF_DECLARE_ENGINE

/* The member or, when that is empty, the shop; or a refusal. One that was wanted (needs.h). */
jf_code jf_find_either(jf_step *s, jf_str member, jf_str shop, const jf_party **out);

/* A day, and a time, as members of an answer. */
void jf_jw_day(jf_jw *w, const char *key, jf_day day);
void jf_jw_instant(jf_jw *w, const char *key, jf_instant at);

/* The business day a command falls on; false when it has none (reads, policy.set). */
bool jf_command_day(const jf_world *w, const jf_command *command, jf_day *day);

#endif
