/*
 * What shops are called (decision 23): the desk's names in memory, so that an answer with
 * fifty shops costs no query, and the rules that what a shop says of itself must meet.
 *
 * The names are for one thread (the server's). What another process changes is noticed within
 * a second; of what this one changes, jf_shop_names_changed tells.
 */
#ifndef JF_APP_SHOP_NAMES_H
#define JF_APP_SHOP_NAMES_H

#include "base/map.h"
#include "store/desk.h"

#define JF_SHOP_NAME_MAX 60 /* characters, as those below */
#define JF_SHOP_TEXT_MAX 120
#define JF_SHOP_PHONE_MAX 30

typedef struct jf_shop_names {
    jf_desk *desk;
    jf_map names;
    int64_t edition; /* the last that is here */
    int64_t version; /* of the desk, then */
    jf_instant looked;
    bool stale;
} jf_shop_names;

/* The desk stays the caller's; nothing is read before it is asked for. */
void jf_shop_names_init(jf_shop_names *names, jf_desk *desk);
void jf_shop_names_free(jf_shop_names *names);

/* Empty: it has none, or the desk cannot be read. Valid until the next call. */
jf_str jf_shop_names_find(jf_shop_names *names, jf_str shop, jf_instant now);

/* This process has changed one. */
void jf_shop_names_changed(jf_shop_names *names);

/*
 * NULL, or what was expected of *field, "name", "address", "phone" or "hours": lines (base/line.h)
 * of at most so many characters, the name of at least one, the phone of digits, blanks and + - ( ).
 */
const char *jf_shop_profile_wrong(const jf_desk_shop *profile, const char **field);

#endif
