/*
 * What a random command stream of test_property.c is made with: the seed, what
 * exists so far, and the pieces of a command's text.
 *
 * Seeds below SCENE_PRESETS have policies of their own, with short periods, so
 * that a few thousand commands close hundreds of them. From there on the first
 * policy is a preset by its name, and amounts are large enough for its pools.
 */
#ifndef TESTS_PROPERTY_SCENE_H
#define TESTS_PROPERTY_SCENE_H

#include <stdarg.h>
#include <stdio.h>

#include "base/day.h"
#include "base/str.h"
#include "base/units.h"

#define SCENE_POOLS 2
#define SCENE_PRESETS 100 /* the first seed that starts with a preset */
#define SCENE_OLD 512     /* commands with an id that can be sent again */
#define SCENE_ORDERS 4096
#define SCENE_SHOPS 4096
#define SCENE_REGULARS 6

/* A command that was sent: an id that may come again. */
typedef struct scene_sent {
    jf_str line; /* in the scene's arena */
    uint32_t step;
} scene_sent;

/* An order that was accepted, and what has not been refunded. */
typedef struct scene_order {
    uint32_t serial;
    int64_t amount, left;
} scene_order;

typedef enum scene_thing {
    SCENE_WALLET,
    SCENE_RECEIVABLE,
    SCENE_VOUCHERS,
    SCENE_COINS,
    SCENE_UNITS,
    SCENE_LEGACY_OWED,
    SCENE_LEGACY_COINS,
    SCENE_BOTH,     /* consumption coins, and as many vouchers as `at` */
    SCENE_SHARES,   /* of the shop `at` */
    SCENE_PROFIT,   /* a chain store with shareholders and money */
    SCENE_WITHHELD, /* the tax office's; of nobody */
    SCENE_THINGS
} scene_thing;

/* Somebody who has a thing, and how much: 0 when nobody was found. */
typedef struct scene_holder {
    uint32_t index; /* of "m17" or "s17" */
    int64_t has;
    uint32_t at; /* of a shop where one belongs to the thing, or another amount */
} scene_holder;

typedef enum scene_kind {
    SCENE_ALLIANCE,
    SCENE_BRAND,
    SCENE_SELF,
    SCENE_SUPPLY,
    SCENE_CHAIN,
    SCENE_KINDS
} scene_kind;

/* The pools that a policy has, by name. */
typedef struct scene_pools {
    uint32_t count;
    bool joint; /* one pool takes both sides */
    const char *name[SCENE_POOLS];
} scene_pools;

typedef struct scene_preset {
    const char *name;
    scene_pools pools;
    int64_t rebate; /* what most shops give up, in ppm; 0: any */
    uint32_t scale; /* of large amounts */
} scene_preset;

typedef struct scene {
    uint64_t random;
    jf_arena arena;
    jf_buf line;                /* the command being made */
    int32_t today;              /* business day of the commands to come */
    const scene_preset *preset; /* NULL: all policies are the stream's own */
    uint32_t members, shops, serial;
    scene_pools pools, proposed; /* of the last policy that was accepted; of the last one sent */
    uint8_t *kind;               /* scene_kind by shop */
    int32_t hold_days;
    bool tokens; /* the policies of this stream are for the appreciation pool */
    uint32_t withdrawals;
    uint32_t approved; /* the last one that can be paid, and one; 0: none */
    scene_order *orders;
    uint32_t order_count;
    scene_holder holders[SCENE_THINGS];
    scene_sent old[SCENE_OLD];
    uint32_t old_count;
    bool again;     /* the line repeats old[again_of] */
    bool conflicts; /* the line uses an old id with other content */
    uint32_t again_of;
} scene;

static uint64_t scene_random(scene *s)
{
    s->random += 0x9e3779b97f4a7c15u;
    uint64_t x = s->random;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* 0 to n - 1 */
static uint32_t scene_below(scene *s, uint32_t n)
{
    return (uint32_t)(scene_random(s) % n);
}

static bool scene_chance(scene *s, uint32_t percent)
{
    return scene_below(s, 100) < percent;
}

static void scene_add(scene *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void scene_add(scene *s, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    jf_buf_c(&s->line, text);
}

static void scene_add_amount(scene *s, const char *key, int64_t fen)
{
    scene_add(s, ",\"%s\":\"%lld.%02lld\"", key, (long long)fen / 100, (long long)fen % 100);
}

static void scene_add_ratio(scene *s, const char *key, int64_t ppm)
{
    const char *sign = ppm < 0 ? "-" : "";
    long long size = ppm < 0 ? -ppm : ppm;
    scene_add(s, ",\"%s\":\"%s%lld.%06lld\"", key, sign, size / JF_PPM_ONE, size % JF_PPM_ONE);
}

static void scene_add_day(scene *s, const char *key, int32_t day)
{
    int year, month, mday;
    jf_day_civil((jf_day){day}, &year, &month, &mday);
    scene_add(s, ",\"%s\":\"%04d-%02d-%02d\"", key, year, month, mday);
}

/* An instant of today, and the end of the command. */
static void scene_end(scene *s)
{
    int year, month, mday;
    jf_day_civil((jf_day){s->today}, &year, &month, &mday);
    scene_add(s, ",\"at\":\"%04d-%02d-%02dT%02u:%02u:%02u+08:00\"}", year, month, mday,
              scene_below(s, 24), scene_below(s, 60), scene_below(s, 60));
}

/* Some that exists; once in a hundred one that does not. */
static uint32_t scene_some(scene *s, uint32_t count)
{
    return scene_chance(s, 1) ? 90000 + scene_below(s, 9) : scene_below(s, count ? count : 1);
}

/* Mostly one of the first members: they serve shops, run them, and lead teams. */
static uint32_t scene_regular(scene *s)
{
    bool few = s->members >= SCENE_REGULARS && scene_chance(s, 75);
    return few ? scene_below(s, SCENE_REGULARS) : scene_some(s, s->members);
}

#endif
