/*
 * The names of shops in memory, and what a shop may say of itself (shop_names.h).
 */
#include "app/shop_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/line.h"

#define LOOK_EVERY_US 1000000 /* for what other processes wrote */

typedef struct entry {
    jf_str shop, name; /* of malloc */
} entry;

static bool is_of(const void *item, const void *key)
{
    return jf_str_eq(((const entry *)item)->shop, *(const jf_str *)key);
}

static jf_str copy_of(jf_str text)
{
    char *bytes = jf_alloc_zero(text.n + 1, 1);
    memcpy(bytes, text.p, text.n);
    return (jf_str){bytes, text.n};
}

void jf_shop_names_init(jf_shop_names *names, jf_desk *desk)
{
    JF_ASSERT(desk != NULL);
    *names = (jf_shop_names){.desk = desk, .stale = true};
    jf_map_init(&names->names);
}

void jf_shop_names_free(jf_shop_names *names)
{
    entry *e;
    for (uint64_t at = 0; (e = jf_map_next(&names->names, &at)) != NULL; free(e)) {
        free((char *)e->shop.p);
        free((char *)e->name.p);
    }
    jf_map_free(&names->names);
}

static bool take(void *context, const jf_desk_shop *shop)
{
    jf_shop_names *names = context;
    uint64_t hash = jf_str_hash(shop->shop);
    entry *e = jf_map_find(&names->names, hash, is_of, &shop->shop);
    if (!e) {
        e = jf_alloc_zero(1, sizeof *e);
        e->shop = copy_of(shop->shop);
        jf_map_put(&names->names, hash, e);
    }
    free((char *)e->name.p);
    e->name = copy_of(shop->name);
    JF_ASSERT(shop->edition > names->edition);
    names->edition = shop->edition;
    return true;
}

/* What was changed since the last look; what cannot be read now is read at the next. */
static void look_around(jf_shop_names *names, jf_instant now)
{
    jf_store_error error;
    int64_t since = now.us - names->looked.us;
    if (!names->stale && since >= 0 && since < LOOK_EVERY_US)
        return;
    int64_t version = jf_desk_version(names->desk);
    names->looked = now;
    if (names->stale || version != names->version || version < 0)
        names->stale =
            jf_desk_shop_scan(names->desk, names->edition, take, names, &error) != JF_STORE_OK;
    names->version = version;
}

jf_str jf_shop_names_find(jf_shop_names *names, jf_str shop, jf_instant now)
{
    look_around(names, now);
    const entry *e = jf_map_find(&names->names, jf_str_hash(shop), is_of, &shop);
    return e ? e->name : JF_STR_NONE;
}

void jf_shop_names_changed(jf_shop_names *names)
{
    names->stale = true;
}

/* --- what a shop may say ---------------------------------------------------------------------- */

static bool phone_fits(jf_str phone)
{
    for (uint32_t i = 0; i < phone.n; i++)
        if (!strchr("0123456789 +-()", phone.p[i]) || phone.p[i] == '\0')
            return false;
    return jf_line_fits(phone, JF_SHOP_PHONE_MAX);
}

const char *jf_shop_profile_wrong(const jf_desk_shop *profile, const char **field)
{
    static const char line[] = "expected a line of at most 120 characters, without blanks at its "
                               "ends, controls or marks of direction";
    *field = "name";
    if (profile->name.n == 0 || !jf_line_fits(profile->name, JF_SHOP_NAME_MAX))
        return "expected 1 to 60 characters on a line, without blanks at its ends, controls or "
               "marks of direction";
    *field = "address";
    if (!jf_line_fits(profile->address, JF_SHOP_TEXT_MAX))
        return line;
    *field = "phone";
    if (!phone_fits(profile->phone))
        return "expected at most 30 of 0-9, blank, + - ( )";
    *field = "hours";
    return jf_line_fits(profile->hours, JF_SHOP_TEXT_MAX) ? NULL : line;
}
