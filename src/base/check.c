/*
 * What a failed assertion does: say where and what, then stop (see check.h).
 *
 * abort() and not exit(): no handler may run and commit half a batch, and a
 * debugger or a core file finds the stack as it was.
 */
#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void jf_assert_failed(const char *what, const char *file, int line)
{
    fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, what);
    abort();
}
