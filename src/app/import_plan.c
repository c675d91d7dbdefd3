/*
 * The commands of an import (import_plan.h).
 *
 * Commands are filled in directly, not written as JSON and parsed: an import
 * is bound by the processor, and its texts are ours.
 */
#include "app/import_plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

void jf_import_plan_init(jf_import_plan *plan, jf_import_rows *rows, const jf_zone *zone,
                         const jf_world *world, jf_import_send send, void *context)
{
    JF_ASSERT(rows != NULL && zone != NULL && send != NULL);
    JF_ASSERT(rows->count > 0);
    for (uint32_t i = 0; i < rows->customers; i++)
        rows->customer[i].created = false; /* a rehearsal may have gone before */
    *plan = (jf_import_plan){
        .rows = rows, .zone = zone, .world = world, .send = send, .context = context};
    plan->open_day = rows->list[0].day;
    if (world && world->state.open_day.n > plan->open_day.n)
        plan->open_day = world->state.open_day;
    jf_arena_init(&plan->arena, 0);
}

void jf_import_plan_free(jf_import_plan *plan)
{
    jf_arena_free(&plan->arena);
}

static jf_str plan_text(jf_import_plan *plan, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static jf_str plan_text(jf_import_plan *plan, const char *format, ...)
{
    char space[160];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(space, sizeof space, format, args);
    va_end(args);
    JF_ASSERT(n > 0 && (size_t)n < sizeof space);
    return jf_str_dup(&plan->arena, (jf_str){space, (uint32_t)n});
}

static jf_command command_of(jf_command_kind kind)
{
    jf_command command;
    memset(&command, 0, sizeof command);
    command.kind = kind;
    return command;
}

/* Note that a field is there; the canonical text holds only those. */
static void give(jf_command *command, const char *field)
{
    const jf_command_info *info = jf_command_info_of(command->kind);
    uint32_t i = 0;
    while (i < info->field_count && strcmp(info->fields[i].name, field) != 0)
        i++;
    JF_ASSERT(i < info->field_count);
    command->given |= 1u << i;
}

static bool plan_send(jf_import_plan *plan, jf_command *command, jf_import_what what,
                      const jf_import_row *row)
{
    jf_command_seal(&plan->arena, command);
    bool going_on = plan->send(plan->context, command, what, row);
    jf_arena_reset(&plan->arena);
    return going_on;
}

/* An instant of a day, by seconds from its start; what would fall behind its end is at its end. */
static jf_instant instant_of(const jf_import_plan *plan, jf_day day, int64_t second)
{
    jf_instant start = jf_zone_start(plan->zone, day);
    jf_instant end = jf_zone_start(plan->zone, (jf_day){day.n + 1});
    jf_instant at = {start.us + second * 1000000};
    if (at.us >= end.us)
        at.us = end.us - 1000000;
    JF_ASSERT(jf_zone_day(plan->zone, at).n == day.n);
    return at;
}

bool jf_import_policy_command(jf_arena *arena, jf_str policy, jf_day from, jf_command *out,
                              jf_error *error)
{
    jf_buf line, day;
    jf_jw w;
    bool document = policy.n > 0 && policy.p[0] == '{';
    jf_buf_init(&day, arena);
    jf_day_print(&day, from);
    jf_buf_init(&line, arena);
    jf_jw_init(&w, &line);
    jf_jw_open(&w, NULL, '{');
    jf_jw_c(&w, "cmd", "policy.set");
    if (document)
        jf_jw_raw(&w, "policy", policy);
    else
        jf_jw_str(&w, "policy", policy);
    jf_jw_str(&w, "from", jf_buf_view(&day));
    jf_jw_close(&w, '}');
    return jf_command_read(arena, jf_buf_view(&line), out, error) == JF_OK;
}

static bool create_member(jf_import_plan *plan, jf_str id, jf_str referrer, jf_instant at,
                          jf_import_what what)
{
    jf_command command = command_of(JF_CMD_MEMBER_CREATE);
    jf_cmd_member_create *c = &command.u.member_create;
    c->id = id;
    c->referrer = referrer;
    c->at = at;
    give(&command, "id");
    if (referrer.n > 0)
        give(&command, "referrer");
    give(&command, "at");
    return plan_send(plan, &command, what, NULL);
}

static jf_str member_id(jf_import_plan *plan, const jf_import_customer *customer)
{
    return plan_text(plan, "%.*s%.*s", JF_STR_ARG(plan->rows->map->ids.member),
                     JF_STR_ARG(customer->text));
}

/* Assigned shops are numbered with leading zeros, as wide as the greatest number. */
static jf_str shop_id(jf_import_plan *plan, uint32_t s)
{
    const jf_import_map *map = plan->rows->map;
    if (!map->shops.count)
        return plan_text(plan, "%.*s%.*s", JF_STR_ARG(map->ids.shop),
                         JF_STR_ARG(plan->rows->shop[s]));
    int width = snprintf(NULL, 0, "%u", map->shops.count - 1);
    return plan_text(plan, "%.*s%0*u", JF_STR_ARG(map->ids.shop), width, s);
}

/* Member "owner-7" and the like; each is sent before the shop that names it. */
static bool create_named(jf_import_plan *plan, const char *role, uint32_t number, jf_instant at)
{
    return create_member(plan, plan_text(plan, "%s-%u", role, number), JF_STR_NONE, at,
                         JF_IMPORT_SETUP);
}

static bool create_shop(jf_import_plan *plan, uint32_t s, jf_instant at)
{
    const jf_import_shops *shops = &plan->rows->map->shops;
    jf_region county = shops->county[s % shops->counties];
    if (!create_named(plan, "owner", s, at))
        return false;
    if (shops->recruiters && !create_named(plan, "recruiter", s % shops->recruiters, at))
        return false;
    if (shops->city_partners && !create_named(plan, "partner", county / 100, at))
        return false;
    jf_command command = command_of(JF_CMD_SHOP_CREATE);
    jf_cmd_shop_create *c = &command.u.shop_create;
    c->id = shop_id(plan, s);
    c->owner = plan_text(plan, "owner-%u", s);
    c->kind = shops->kind;
    c->region = county;
    c->rebate.v = shops->rebate.v + s % shops->rebate_steps * shops->rebate_step.v;
    c->max_voucher_ratio.v = JF_PPM_ONE;
    c->at = at;
    if (shops->recruiters) {
        c->recruiter = plan_text(plan, "recruiter-%u", s % shops->recruiters);
        give(&command, "recruiter");
    }
    if (shops->city_partners) {
        c->city_partner = plan_text(plan, "partner-%u", county / 100);
        give(&command, "city_partner");
    }
    static const char *const always[] = {"id", "owner", "kind", "region", "rebate", "at"};
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        give(&command, always[i]);
    return plan_send(plan, &command, JF_IMPORT_SETUP, NULL);
}

static bool seat_is_held(const jf_import_plan *plan, jf_region region)
{
    const jf_seat *seat = plan->world ? jf_world_seat(plan->world, region) : NULL;
    return seat && seat->row.exists && seat->count > 0;
}

/* A seat that is held is left alone: an operator may have assigned it since. */
static bool assign_seat(jf_import_plan *plan, const jf_import_seat *seat, jf_instant at)
{
    for (uint32_t i = 0; i < seat->holders.count; i++)
        if (!create_member(plan, seat->holders.list[i].member, JF_STR_NONE, at, JF_IMPORT_SETUP))
            return false;
    if (seat_is_held(plan, seat->region))
        return true;
    jf_command command = command_of(JF_CMD_AGENT_ASSIGN);
    command.u.agent_assign = (jf_cmd_agent_assign){seat->region, seat->holders, at};
    give(&command, "region");
    give(&command, "holders");
    give(&command, "at");
    return plan_send(plan, &command, JF_IMPORT_SETUP, NULL);
}

bool jf_import_plan_setup(jf_import_plan *plan)
{
    const jf_import_map *map = plan->rows->map;
    uint32_t shops = map->shops.count ? map->shops.count : plan->rows->shops;
    jf_instant at = instant_of(plan, plan->open_day, 0);
    for (uint32_t s = 0; s < shops; s++)
        if (!create_shop(plan, s, at))
            return false;
    for (uint32_t i = 0; i < map->seats; i++)
        if (!assign_seat(plan, &map->seat[i], at))
            return false;
    return true;
}

/* The customer who referred number c, when the file has one. */
static jf_import_customer *referrer_of(const jf_import_plan *plan, uint64_t number)
{
    uint32_t every = plan->rows->map->refer_every;
    bool referred = every > 0 && number > 0 && number % every == 0;
    return referred ? jf_import_customer_number(plan->rows, number - 1) : NULL;
}

/* A customer becomes a member with the first purchase; who referred them, just before. */
static bool ensure_member(jf_import_plan *plan, jf_import_customer *customer, jf_instant at)
{
    uint64_t first = customer->number;
    if (customer->created)
        return true;
    /* With refer_every 1 the line of referrers may be as long as the file: walked, not recursed. */
    for (jf_import_customer *up; (up = referrer_of(plan, first)) != NULL && !up->created;)
        first = up->number;
    for (uint64_t number = first; number <= customer->number; number++) {
        bool last = number == customer->number;
        jf_import_customer *c = last ? customer : jf_import_customer_number(plan->rows, number);
        const jf_import_customer *up = referrer_of(plan, number);
        JF_ASSERT(c != NULL && !c->created && (!up || up->created));
        c->created = true;
        if (!create_member(plan, member_id(plan, c), up ? member_id(plan, up) : JF_STR_NONE, at,
                           JF_IMPORT_MEMBER))
            return false;
    }
    return true;
}

static bool close_before(jf_import_plan *plan, jf_day day)
{
    if (day.n <= plan->open_day.n)
        return true;
    jf_command command = command_of(JF_CMD_DAY_CLOSE);
    command.u.day_close.day = (jf_day){day.n - 1};
    give(&command, "day");
    plan->open_day = day;
    return plan_send(plan, &command, JF_IMPORT_CLOSE, NULL);
}

static bool pay(jf_import_plan *plan, const jf_import_row *row)
{
    const jf_import_map *map = plan->rows->map;
    jf_import_customer *customer = &plan->rows->customer[row->customer];
    int64_t second = row->second >= 0 ? row->second : map->second + (int64_t)plan->today;
    jf_instant at = instant_of(plan, row->day, second);
    if (!ensure_member(plan, customer, at))
        return false;
    jf_command command = command_of(JF_CMD_ORDER_PAY);
    jf_cmd_order_pay *c = &command.u.order_pay;
    c->id = row->id.n > 0 ? row->id
                          : plan_text(plan, "%.*s%06u", JF_STR_ARG(map->ids.order), row->number);
    c->member = member_id(plan, customer);
    c->shop = shop_id(plan, row->shop);
    c->amount = row->amount;
    c->scan = map->scan;
    c->at = at;
    static const char *const always[] = {"id", "member", "shop", "amount", "scan", "at"};
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        give(&command, always[i]);
    return plan_send(plan, &command, JF_IMPORT_ORDER, row);
}

bool jf_import_plan_rows(jf_import_plan *plan)
{
    const jf_import_rows *rows = plan->rows;
    for (uint32_t i = 0; i < rows->count; i++) {
        const jf_import_row *row = &rows->list[i];
        bool same_day = i > 0 && rows->list[i - 1].day.n == row->day.n;
        plan->today = same_day ? plan->today + 1 : 0;
        if (!close_before(plan, row->day) || !pay(plan, row))
            return false;
    }
    return true;
}

bool jf_import_plan_close_last(jf_import_plan *plan)
{
    const jf_import_rows *rows = plan->rows;
    return close_before(plan, (jf_day){rows->list[rows->count - 1].day.n + 1});
}
