/*
 * Opening a store by its URL: the scheme says which store, the rest is its own.
 */
#include <string.h>

#include "base/check.h"
#include "store/rows.h"

/* What follows the scheme when the URL has it, else NULL. */
static const char *after_scheme(const char *url, const char *scheme)
{
    size_t n = strlen(scheme);
    return strncmp(url, scheme, n) == 0 ? url + n : NULL;
}

jf_store_result jf_store_open(jf_store **out, const char *url, jf_open_mode mode,
                              jf_store_error *error)
{
    JF_ASSERT(out != NULL && url != NULL);
    *out = NULL;
    const char *rest;
    if ((rest = after_scheme(url, "memory:")) != NULL) {
        if (*rest != '\0') {
            return jf_store_fail(error, "\"%.80s\": \"memory:\" takes no path; write \"memory:\"",
                                 url);
        }
        return jf_store_memory_open(out, error);
    }
    if ((rest = after_scheme(url, "sqlite:")) != NULL) {
        return jf_store_sqlite_open(out, rest, mode, error);
    }
    if (after_scheme(url, "postgresql:") != NULL || after_scheme(url, "postgres:") != NULL) {
        return jf_store_fail(error, "the PostgreSQL store is not built into this version of jifen;"
                                    " use \"sqlite:PATH\" or \"memory:\"");
    }
    return jf_store_fail(
        error, "\"%.80s\" is no database URL; expected \"sqlite:PATH\" or \"memory:\"", url);
}

void jf_store_close(jf_store *store)
{
    if (store != NULL) {
        JF_ASSERT(store->ops != NULL && store->ops->close != NULL);
        store->ops->close(store);
    }
}
