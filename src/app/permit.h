/*
 * May this caller send this command? As the column `who` of core/commands.def
 * says: `role`, `role@field` when that field names what the role is held for,
 * `role!` with a second person's approval, `role~` with one above a limit, `*`
 * for everybody. System may everything.
 */
#ifndef JF_APP_PERMIT_H
#define JF_APP_PERMIT_H

#include "app/identity.h"
#include "core/command.h"

typedef enum jf_permit_result {
    JF_PERMIT_ALLOWED,
    JF_PERMIT_APPROVAL, /* only together with a second person */
    JF_PERMIT_DENIED,
} jf_permit_result;

/*
 * `limit`: fen above which `~` wants a second person. `amount`: fen that it is about, where
 * that is looked up; JF_PERMIT_OWN: what the command itself says.
 */
#define JF_PERMIT_OWN (-1)
jf_permit_result jf_permit(const jf_caller *caller, const jf_command *command, int64_t amount,
                           int64_t limit);

/* The id that a field of a request names; empty when it names none. */
typedef jf_str (*jf_named_fn)(const void *context, jf_str field);

/* The same for reading, of which no row is a command: `who` is of the route's. */
bool jf_permit_read(const jf_caller *caller, const char *who, jf_named_fn named,
                    const void *context);

#endif
