/*
 * Commands: reading a JSON line into a struct, and writing the canonical text
 * that the journal keeps and that equal commands share (spec sections 17, 18).
 *
 * The structs are made from commands.def: jf_cmd_order_pay has a member for
 * every field of that row, in its unit's type.
 */
#ifndef JF_CORE_COMMAND_H
#define JF_CORE_COMMAND_H

#include "base/day.h"
#include "base/json.h"
#include "base/units.h"
#include "core/error.h"
#include "core/share_kind.h"

typedef uint32_t jf_region; /* GB/T 2260: 33, 3301 or 330106; 0: none */

typedef enum jf_shop_kind {
    JF_SHOP_ALLIANCE, /* 异业联盟 */
    JF_SHOP_BRAND,    /* 品牌商城 */
    JF_SHOP_SELF,     /* 自营商城 */
    JF_SHOP_SUPPLY,   /* 供应链 */
    JF_SHOP_CHAIN,    /* 连锁超市 */
    JF_SHOP_KINDS
} jf_shop_kind;

const char *jf_shop_kind_wire(jf_shop_kind kind);

/* A region's digits as a text member. */
void jf_jw_region(jf_jw *w, const char *key, jf_region region);

typedef enum jf_fund { JF_FUND_CREDIT, JF_FUND_CAPITAL } jf_fund;

/* A holder as named in agent.assign. */
typedef struct jf_named_holder {
    jf_str member;
    uint32_t weight; /* 1 to 1,000,000 */
} jf_named_holder;

typedef struct jf_holder_list {
    uint32_t count;
    const jf_named_holder *list;
} jf_holder_list;

#define JF_HOLDERS_MAX 64
#define JF_PRICE_MAX INT64_C(10000000000000) /* 10^13 fen: spec section 18 (1, 17) */

/* How each type of field is held. */
typedef jf_str jf_field_ID;        /* the command's own id */
typedef jf_str jf_field_REF;       /* the id of something else */
typedef jf_str jf_field_PHONE;     /* 5 to 20 digits, may start with + */
typedef jf_region jf_field_REGION; /* 2, 4 or 6 digits */
typedef jf_region jf_field_COUNTY; /* 6 digits */
typedef int64_t jf_field_PRICE;    /* two decimals, above 0, at most JF_PRICE_MAX */
typedef int64_t jf_field_AMOUNT;   /* two decimals, 0 or more, at most JF_PRICE_MAX */
typedef jf_token jf_field_UNITS;   /* six decimals, above 0 */
typedef jf_ppm jf_field_RATIO;     /* 0 to 1, six decimals */
typedef jf_ppm jf_field_FULL;      /* a ratio, 1 when left out */
typedef jf_day jf_field_DAY;
typedef jf_instant jf_field_INSTANT;
typedef bool jf_field_BOOL;      /* default false */
typedef uint32_t jf_field_COUNT; /* a JSON integer, 1 or more */
typedef jf_shop_kind jf_field_SHOP_KIND;
typedef jf_fund jf_field_FUND;
typedef jf_to jf_field_PROGRAM;   /* a row of rewards.def */
typedef uint32_t jf_field_WEIGHT; /* a JSON integer, 0 to 1,000,000 */
typedef jf_holder_list jf_field_HOLDERS;
typedef const jf_json *jf_field_POLICY; /* a document or the name of a preset */

typedef enum jf_field_type {
    JF_FIELD_ID,
    JF_FIELD_REF,
    JF_FIELD_PHONE,
    JF_FIELD_REGION,
    JF_FIELD_COUNTY,
    JF_FIELD_PRICE,
    JF_FIELD_AMOUNT,
    JF_FIELD_UNITS,
    JF_FIELD_RATIO,
    JF_FIELD_FULL,
    JF_FIELD_DAY,
    JF_FIELD_INSTANT,
    JF_FIELD_BOOL,
    JF_FIELD_COUNT,
    JF_FIELD_SHOP_KIND,
    JF_FIELD_FUND,
    JF_FIELD_PROGRAM,
    JF_FIELD_WEIGHT,
    JF_FIELD_HOLDERS,
    JF_FIELD_POLICY,
    JF_FIELD_TYPES
} jf_field_type;

#define JF_FIELD(command, TYPE, name, presence) jf_field_##TYPE name;
#define JF_COMMAND(NAME, name, wire, id, built, who, reply, refuses, en, zh, ...)                  \
    typedef struct jf_cmd_##name {                                                                 \
        __VA_ARGS__                                                                                \
    } jf_cmd_##name;
#include "core/commands.def"
#undef JF_COMMAND
#undef JF_FIELD

typedef enum jf_command_kind {
#define JF_COMMAND(NAME, ...) JF_CMD_##NAME,
#include "core/commands.def"
#undef JF_COMMAND
    JF_COMMAND_KINDS
} jf_command_kind;

typedef enum jf_id_use { JF_ID_USE_OWN_ID, JF_ID_USE_NO_ID, JF_ID_USE_READ } jf_id_use;

typedef struct jf_field_info {
    const char *name;
    jf_field_type type;
    bool required;
    uint32_t offset; /* into the command's struct */
} jf_field_info;

typedef struct jf_command_info {
    const char *wire;
    jf_id_use id_use;
    const char *who;     /* which roles may send it, see commands.def */
    const char *reply;   /* the shape of the result, see commands.def */
    const char *refuses; /* with which codes, see commands.def */
    const char *en, *zh;
    const jf_field_info *fields;
    uint32_t field_count;
} jf_command_info;

const jf_command_info *jf_command_info_of(jf_command_kind kind);

typedef struct jf_command {
    jf_command_kind kind;
    uint32_t given; /* bit i: field i was in the input */
    jf_str id;      /* the command's own id; empty without one */
    jf_str text;    /* canonical JSON; empty for reads */
    union {
#define JF_COMMAND(NAME, name, ...) jf_cmd_##name name;
#include "core/commands.def"
#undef JF_COMMAND
    } u;
} jf_command;

/*
 * Read one command. Everything in *out lives in the arena. Refuses with
 * bad_json, bad_request or amount_overflow, in that order of checking, and
 * names the field. The canonical text is filled in.
 */
jf_code jf_command_read(jf_arena *arena, jf_str line, jf_command *out, jf_error *error);

/* The same from parsed JSON. */
jf_code jf_command_from(jf_arena *arena, const jf_json *json, jf_command *out, jf_error *error);

/*
 * For callers that fill in the struct themselves (import): sets id, given and
 * the canonical text. Amounts and ids must be valid; this asserts it.
 */
void jf_command_seal(jf_arena *arena, jf_command *command);

/* The canonical text: fields in the order of commands.def, defaults left out, instants in UTC. */
void jf_command_write(jf_buf *out, const jf_command *command);

/* Was an optional field of the command given? `field` is a member name. */
#define JF_GIVEN(command, name, field) jf_command_given((command), #field)
bool jf_command_given(const jf_command *command, const char *field);

#endif
