/*
 * The mapping of an import: which column of a CSV file is what, and what the
 * file does not say (shops, rebates, regions, referrals, agents).
 *
 * A mapping is a small JSON document; docs/import.md describes every field.
 * The one built in is that of the public CDNOW purchases, which generated
 * purchases (sim/generator.h) share; examples/mappings/cdnow.json is its text.
 */
#ifndef JF_APP_IMPORT_MAP_H
#define JF_APP_IMPORT_MAP_H

#include "core/command.h"

#define JF_IMPORT_COUNTIES 64
#define JF_IMPORT_SEATS 256

/* Column names; those that a mapping need not name are empty then. */
typedef struct jf_import_columns {
    jf_str customer, date, amount; /* required */
    jf_str shop, id, time;
} jf_import_columns;

/* What stands before a text of the file (or a number) to make an id of it. */
typedef struct jf_import_ids {
    jf_str order, member, shop;
} jf_import_ids;

typedef struct jf_import_shops {
    uint32_t count; /* shops are assigned: shop (c * by_customer + k * by_purchase) mod count */
    uint32_t by_customer, by_purchase;
    jf_shop_kind kind;
    uint32_t counties;
    jf_region county[JF_IMPORT_COUNTIES]; /* shop s lies in county[s mod counties] */
    jf_ppm rebate, rebate_step;           /* shop s gives rebate + (s mod rebate_steps) * step */
    uint32_t rebate_steps;
    uint32_t recruiters; /* shop s was brought in by recruiter s mod recruiters; 0: by nobody */
    bool city_partners;  /* shops have the partner of their city */
} jf_import_shops;

typedef struct jf_import_seat {
    jf_region region;
    jf_holder_list holders;
} jf_import_seat;

typedef struct jf_import_map {
    jf_str name;
    jf_import_columns columns;
    jf_import_ids ids;
    int32_t shift_years;  /* added to the year of each date */
    int32_t second;       /* of the day: when the first row without a time is paid */
    bool scan;            /* orders scan the shop's code, so that home shops bind */
    uint32_t refer_every; /* customer c is referred by c - 1 when c mod refer_every = 0; 0: none */
    jf_import_shops shops;
    uint32_t seats;
    const jf_import_seat *seat;
} jf_import_map;

/* Why a mapping is refused: the field and what was expected. */
typedef struct jf_import_map_error {
    char message[240];
} jf_import_map_error;

/* Everything in *out lives in the arena. False with the first complaint. */
bool jf_import_map_read(jf_arena *arena, jf_str text, jf_import_map *out,
                        jf_import_map_error *error);

/* The text of the mapping that is built in. */
jf_str jf_import_map_builtin(void);

/* "10:00" or "10:00:30" as seconds of the day; false for anything else. */
bool jf_import_time_parse(jf_str text, int32_t *second);

#endif
