/*
 * The commands that an import consists of, in order: members, shops and seats
 * that the mapping asks for; then day by day the closes, the members who buy
 * for the first time, and the orders.
 *
 * The plan depends on the file, the mapping and the open day alone, never on
 * what an earlier run has done: sent again, every command has the same id and
 * content, and the books answer it as before. What has no id is left out when
 * its effect is there: a day that is closed, a seat that is held.
 */
#ifndef JF_APP_IMPORT_PLAN_H
#define JF_APP_IMPORT_PLAN_H

#include "app/import_rows.h"
#include "core/world.h"

typedef enum jf_import_what {
    JF_IMPORT_SETUP,  /* a member, shop or seat of the mapping */
    JF_IMPORT_MEMBER, /* a customer who buys for the first time */
    JF_IMPORT_CLOSE,  /* of the days before the next row's */
    JF_IMPORT_ORDER,
} jf_import_what;

/* Takes one sealed command; row is the order's, else NULL. False ends the plan. */
typedef bool (*jf_import_send)(void *context, const jf_command *command, jf_import_what what,
                               const jf_import_row *row);

typedef struct jf_import_plan {
    jf_import_rows *rows; /* sorted */
    const jf_zone *zone;
    const jf_world *world; /* whose seats are looked at; NULL: none is held */
    jf_day open_day;       /* no command closes days before it */
    jf_import_send send;
    void *context;
    jf_arena arena; /* of one command */
    uint32_t today; /* rows of the day that were sent */
} jf_import_plan;

/* Each is false when send() was. */
bool jf_import_plan_setup(jf_import_plan *plan);
bool jf_import_plan_rows(jf_import_plan *plan);
bool jf_import_plan_close_last(jf_import_plan *plan);

void jf_import_plan_init(jf_import_plan *plan, jf_import_rows *rows, const jf_zone *zone,
                         const jf_world *world, jf_import_send send, void *context);
void jf_import_plan_free(jf_import_plan *plan);

/* policy.set with a preset's name or a document's text, from a day on; false: it is not JSON. */
bool jf_import_policy_command(jf_arena *arena, jf_str policy, jf_day from, jf_command *out,
                              jf_error *error);

#endif
