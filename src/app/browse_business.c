/*
 * The business staff: members who hold a role of it, are enrolled in a reward program, or hold
 * agent seats (browse.h). All three are lists that the office keeps, and short.
 */
#include "app/browse_work.h"
#include "base/check.h"
#include "base/sort.h"
#include "core/ledger.h"
#include "core/program.h"

/* A role that somebody has for a member. */
typedef struct held_role {
    uint32_t no;
    const char *role;
} held_role;

typedef struct staff {
    jf_reader *r;
    uint32_t *numbers; /* of members, sorted, each once, when all are gathered */
    held_role *roles;
    const char *role; /* that is being scanned */
    uint32_t count, room, role_count, role_room;
} staff;

static void staff_add(staff *s, uint32_t no)
{
    s->numbers =
        jf_arena_room(&s->r->world.config, s->numbers, s->count, &s->room, sizeof *s->numbers, 64);
    s->numbers[s->count++] = no;
}

static bool role_take(void *context, const jf_desk_role *role)
{
    staff *s = context;
    const jf_party *member = jf_reader_party(s->r, JF_PARTY_MEMBER, role->scope);
    if (!member || role->closed)
        return true;
    s->roles = jf_arena_room(&s->r->world.config, s->roles, s->role_count, &s->role_room,
                             sizeof *s->roles, 64);
    s->roles[s->role_count++] = (held_role){member->no, s->role};
    staff_add(s, member->no);
    return true;
}

static void roles_gather(staff *s, jf_desk *desk)
{
    static const char *const roles[] = {"promoter", "agent", "staff"};
    for (size_t i = 0; i < sizeof roles / sizeof *roles && s->r->result == JF_STORE_OK; i++) {
        const jf_desk_whose whose = {.role = jf_str_of(roles[i])};
        s->role = roles[i];
        s->r->result = jf_desk_role_scan(desk, &whose, role_take, s, &s->r->error);
    }
}

static int64_t standing(jf_reader *r, uint32_t no, uint32_t to)
{
    return jf_balance(&r->world, no, jf_slot_of(JF_ACCOUNT_STANDING, to, 0));
}

static void books_gather(staff *s)
{
    jf_reader *r = s->r;
    const jf_listed *listed;
    const jf_seat *seat;
    for (uint64_t at = 0; (listed = jf_map_next(&r->world.listed, &at)) != NULL;)
        if (jf_slot_kind(listed->slot) == JF_ACCOUNT_STANDING &&
            jf_reader_party_no(r, listed->party) &&
            jf_balance(&r->world, listed->party, listed->slot) != 0)
            staff_add(s, listed->party);
    for (uint64_t at = 0; (seat = jf_map_next(&r->world.seats, &at)) != NULL;)
        for (uint32_t i = 0; seat->row.exists && i < seat->count; i++)
            staff_add(s, seat->holders[i].party);
}

static int by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void staff_sort(staff *s)
{
    uint32_t kept = 0;
    jf_sort(s->numbers, s->count, sizeof *s->numbers, by_number);
    for (uint32_t i = 0; i < s->count; i++)
        if (kept == 0 || s->numbers[kept - 1] != s->numbers[i])
            s->numbers[kept++] = s->numbers[i];
    s->count = kept;
}

/* --- rows ------------------------------------------------------------------------------- */

static void programs_json(jf_reader *r, jf_jw *w, uint32_t no)
{
    jf_jw_open(w, "programs", '[');
    for (uint32_t to = 0; to < JF_TO_COUNT; to++) {
        int64_t weight = standing(r, no, to);
        if (weight == 0)
            continue;
        jf_jw_open(w, NULL, '{');
        jf_jw_c(w, "program", jf_to_wire((jf_to)to));
        jf_jw_int(w, "weight", weight);
        jf_jw_close(w, '}');
    }
    jf_jw_close(w, ']');
}

static void seats_json(jf_reader *r, jf_jw *w, uint32_t no)
{
    const jf_seat *seat;
    jf_jw_open(w, "seats", '[');
    for (uint64_t at = 0; (seat = jf_map_next(&r->world.seats, &at)) != NULL;)
        for (uint32_t i = 0; seat->row.exists && i < seat->count; i++)
            if (seat->holders[i].party == no) {
                jf_jw_open(w, NULL, '{');
                jf_jw_region(w, "region", seat->region);
                jf_jw_close(w, '}');
            }
    jf_jw_close(w, ']');
}

/* How many members they brought. */
static uint64_t brought(jf_reader *r, uint32_t no)
{
    uint32_t one;
    jf_related related = {.relation = JF_RELATION_REFERRER, .to = no, .limit = 1, .numbers = &one};
    if (r->result == JF_STORE_OK)
        r->result = r->store->ops->related(r->store, &related, &r->error);
    return related.all;
}

static void staff_row(staff *s, jf_jw *w, const jf_party *member)
{
    jf_jw_open(w, NULL, '{');
    jf_jw_int(w, "no", member->no);
    jf_jw_str(w, "id", member->id);
    if (member->region)
        jf_jw_region(w, "region", member->region);
    jf_jw_open(w, "roles", '[');
    for (uint32_t i = 0; i < s->role_count; i++)
        if (s->roles[i].no == member->no) {
            jf_jw_open(w, NULL, '{');
            jf_jw_c(w, "role", s->roles[i].role);
            jf_jw_close(w, '}');
        }
    jf_jw_close(w, ']');
    programs_json(s->r, w, member->no);
    seats_json(s->r, w, member->no);
    jf_jw_int(w, "invited", (int64_t)brought(s->r, member->no));
    jf_jw_close(w, '}');
}

jf_store_result jf_browse_business(jf_store *store, jf_desk *desk, jf_page page, jf_buf *out,
                                   jf_store_error *error)
{
    jf_jw w;
    jf_reader r;
    staff s = {.r = &r};
    uint64_t found = 0, limit = jf_page_limit(page);
    uint32_t at = 0;
    jf_reader_open(&r, store);
    roles_gather(&s, desk);
    books_gather(&s);
    staff_sort(&s);
    jf_page_begin(&w, out);
    for (; at < s.count && found < limit && r.result == JF_STORE_OK; at++) {
        const jf_party *member =
            s.numbers[at] > page.from ? jf_reader_party_no(&r, s.numbers[at]) : NULL;
        if (!member)
            continue;
        staff_row(&s, &w, member);
        found++;
    }
    jf_page_end(&w, at < s.count ? s.numbers[at - 1] : 0);
    jf_store_result result = jf_reader_result(&r, error);
    JF_ASSERT(found <= limit);
    jf_reader_close(&r);
    return result;
}
