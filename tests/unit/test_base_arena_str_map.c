/*
 * The plain tools of base: assertions, arenas, strings, buffers, maps and arrays by number.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/dense.h"
#include "base/map.h"
#include "base/str.h"
#include "tap.h"

static void assert_true(void)
{
    int one = 1;
    JF_ASSERT(one == 1);
    JF_ASSERT(!one || one > 0);
}

/* A macro that forgot to bracket its argument would read !(a) || b here, or !(a || b). */
static void assert_negated(void)
{
    int zero = 0, one = 1;
    JF_ASSERT(!zero && !one);
}

static void assert_ternary(void)
{
    int one = 1;
    JF_ASSERT(one ? 0 : 1);
}

static void assert_assigned_in_branch(void)
{
    int one = 1;
    if (one)
        JF_ASSERT(one == 2);
    else
        JF_ASSERT(one == 1);
}

static void reach_the_unreached(void)
{
    JF_ASSERT_UNREACHED();
}

static void test_assertions(void)
{
    static const struct {
        void (*body)(void);
        const char *text; /* NULL: it must pass */
        const char *what;
    } rows[] = {
        {assert_true, NULL, "true conditions"},
        {assert_negated, "assertion failed: !zero && !one", "a negated condition"},
        {assert_ternary, "assertion failed: one ? 0 : 1", "a condition with a weak operator"},
        {assert_assigned_in_branch, "assertion failed: one == 2", "an assertion before else"},
        {reach_the_unreached, "assertion failed: unreachable", "a branch nobody reaches"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[512];
        int status = tap_child(rows[i].body, text, sizeof text);
        if (rows[i].text == NULL) {
            ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s pass", rows[i].what);
            is_str(text, "", "and say nothing");
            continue;
        }
        ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "%s aborts when it fails",
           rows[i].what);
        ok(strstr(text, rows[i].text) != NULL, "and says \"%s\"", rows[i].text);
        ok(strstr(text, "test_base_arena_str_map.c:") != NULL, "and where it stands");
    }
}

static bool all_zero(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] != 0) {
            return false;
        }
    }
    return true;
}

static void test_arena(void)
{
    jf_arena arena;
    jf_arena_init(&arena, 256);
    ok(arena.head == NULL, "a new arena has taken no memory");
    size_t sum = 0, misplaced = 0, unclean = 0;
    unsigned char *pieces[60];
    for (size_t i = 0; i < 60; i++) {
        size_t size = i * 37 % 300; /* some larger than a block, one of them 0 */
        pieces[i] = jf_arena_alloc(&arena, size);
        misplaced += (uintptr_t)pieces[i] % _Alignof(max_align_t) != 0;
        unclean += !all_zero(pieces[i], size);
        memset(pieces[i], (int)i + 1, size);
        sum += size;
    }
    is_int(misplaced, 0, "every piece is aligned for any type");
    is_int(unclean, 0, "every piece is zeroed");
    is_int(arena.used, sum, "used counts the bytes handed out");
    size_t damaged = 0;
    for (size_t i = 0; i < 60; i++) {
        for (size_t j = 0; j < i * 37 % 300; j++) {
            damaged += pieces[i][j] != i + 1;
        }
    }
    is_int(damaged, 0, "no piece lies over another");
    jf_arena_reset(&arena);
    is_int(arena.used, 0, "a reset forgets everything");
    ok(arena.head != NULL, "but keeps a block");
    ok(all_zero(jf_arena_alloc(&arena, 200), 200),
       "whose old bytes are zero when handed out again");
    jf_arena_free(&arena);
    ok(arena.head == NULL, "a freed arena holds nothing");
    jf_arena_reset(&arena);
    ok(jf_arena_alloc(&arena, 1) != NULL, "and can be used again");
    jf_arena_free(&arena);
}

/* Copies are not cleared first, so what a reset left in the block must not shine through. */
static void test_arena_copies(void)
{
    jf_arena arena;
    jf_arena_init(&arena, 256);
    memset(jf_arena_alloc(&arena, 200), 0xff, 200);
    jf_arena_reset(&arena);
    const char *text = jf_arena_text(&arena, "abcdef", 3);
    is_str(text, "abc", "a text of an arena ends where it was told to");
    is_str(jf_arena_text(&arena, NULL, 0), "", "no text is an empty one");
    static const int list[] = {1, 2, 3};
    int *copy = jf_arena_dup(&arena, list, sizeof list);
    ok(copy != list && memcmp(copy, list, sizeof list) == 0, "a list is copied");
    ok((uintptr_t)copy % _Alignof(max_align_t) == 0, "to where any type may lie");
    ok(jf_arena_dup(&arena, NULL, 0) != NULL, "a copy of nothing is a place");
    is_str(text, "abc", "and no copy lies over another");
    jf_arena_free(&arena);
}

static void test_arena_settles(void)
{
    jf_arena arena;
    jf_arena_init(&arena, 128);
    for (int round = 0; round < 3; round++) {
        jf_arena_reset(&arena);
        for (int i = 0; i < 1000; i++) {
            jf_arena_alloc(&arena, 16);
        }
    }
    struct jf_arena_block *kept = arena.head;
    jf_arena_reset(&arena);
    void *first = jf_arena_alloc(&arena, 16);
    for (int i = 1; i < 1000; i++) {
        jf_arena_alloc(&arena, 16);
    }
    ok(arena.head == kept, "after a few batches one block serves a whole batch");
    jf_arena_reset(&arena);
    ok(jf_arena_alloc(&arena, 16) == first, "and a reset starts it from the front");
    jf_arena_free(&arena);
}

static void want_too_much(void)
{
    jf_arena arena;
    jf_arena_init(&arena, 0);
    jf_arena_alloc(&arena, SIZE_MAX - 4);
}

static void reserve_too_much(void)
{
    jf_buf buf;
    jf_buf_init(&buf, NULL);
    jf_buf_char(&buf, 'x');
    jf_buf_reserve(&buf, SIZE_MAX - 1);
}

static void test_out_of_memory(void)
{
    char text[512];
    int status = tap_child(want_too_much, text, sizeof text);
    ok(WIFEXITED(status) && WEXITSTATUS(status) == 2, "a size near SIZE_MAX ends with exit 2");
    ok(strstr(text, "out of memory") != NULL, "and a message that says why");
    status = tap_child(reserve_too_much, text, sizeof text);
    ok(WIFEXITED(status) && WEXITSTATUS(status) == 2, "and so does a buffer that would wrap");
}

static void test_str(void)
{
    static const struct {
        const char *a, *b;
        int order;
    } rows[] = {
        {"", "", 0},     {"", "a", -1},  {"a", "a", 0},     {"a", "b", -1},    {"a", "aa", -1},
        {"ab", "b", -1}, {"B", "a", -1}, {"a", "\xe5", -1}, {"m10", "m2", -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_str a = jf_str_of(rows[i].a), b = jf_str_of(rows[i].b);
        is_int(jf_str_cmp(a, b), rows[i].order, "\"%s\" against \"%s\"", rows[i].a, rows[i].b);
        is_int(jf_str_cmp(b, a), -rows[i].order, "and the other way round");
        is_int(jf_str_eq(a, b), rows[i].order == 0, "and equality agrees");
    }
    ok(jf_str_eq(JF_STR_NONE, JF_STR("")), "no text equals the empty text");
    is_int(jf_str_cmp(JF_STR_NONE, JF_STR("")), 0, "and is ordered like it");
    ok(!jf_str_eq((jf_str){"a\0b", 3}, (jf_str){"a\0c", 3}), "bytes behind a NUL are compared");
    is_int(JF_STR("abc").n, 3, "a literal's length leaves the NUL out");
    char printed[16];
    snprintf(printed, sizeof printed, "<%.*s%.*s>", JF_STR_ARG(JF_STR_NONE),
             JF_STR_ARG(JF_STR("x")));
    is_str(printed, "<x>", "printf takes slices, also none");

    jf_arena arena;
    jf_arena_init(&arena, 0);
    char source[] = "abc";
    jf_str copy = jf_str_dup(&arena, (jf_str){source, 2});
    const char *c = jf_str_c(&arena, (jf_str){source, 2});
    source[0] = 'x';
    is_bytes(copy.p, copy.n, "ab", "a copied slice has its own bytes");
    is_str(c, "ab", "a C copy ends where the slice ended");
    is_str(jf_str_c(&arena, JF_STR_NONE), "", "the C copy of no text is empty");
    is_int(jf_str_dup(&arena, JF_STR_NONE).n, 0, "no text can be copied");
    jf_arena_free(&arena);
}

static void check_buf(jf_arena *arena, const char *how)
{
    jf_buf buf;
    jf_buf_init(&buf, arena);
    is_int(jf_buf_view(&buf).n, 0, "%s: a new buffer is empty", how);
    jf_buf_str(&buf, JF_STR_NONE);
    jf_buf_c(&buf, "one ");
    jf_buf_str(&buf, JF_STR("two"));
    jf_buf_char(&buf, ' ');
    jf_buf_int(&buf, 3);
    is_bytes(buf.p, buf.n, "one two 3", "%s: pieces are appended in order", how);
    jf_buf_clear(&buf);
    is_int(jf_buf_view(&buf).n, 0, "%s: a cleared buffer is empty", how);
    for (int i = 0; i < 10000; i++) {
        jf_buf_char(&buf, (char)('a' + i % 26));
    }
    int wrong = 0;
    for (int i = 0; i < 10000; i++) {
        wrong += buf.p[i] != (char)('a' + i % 26);
    }
    is_int(wrong, 0, "%s: growing keeps what was written", how);
    jf_buf_reserve(&buf, 5000);
    const char *p = buf.p;
    for (int i = 0; i < 500; i++) {
        jf_buf_bytes(&buf, "0123456789", 10);
    }
    ok(buf.p == p, "%s: what was reserved does not move", how);
    is_int(buf.n, 15000, "%s: and the length is the sum of the pieces", how);
    if (arena == NULL) {
        jf_buf_free(&buf);
        ok(buf.p == NULL && buf.n == 0, "%s: a freed buffer holds nothing", how);
    }
}

static void test_buf(void)
{
    check_buf(NULL, "malloc");
    jf_arena arena;
    jf_arena_init(&arena, 0);
    check_buf(&arena, "arena");
    jf_arena_free(&arena);
}

static void test_arena_room(void)
{
    jf_arena arena;
    uint32_t room = 0, *list = NULL;
    jf_arena_init(&arena, 0);
    list = jf_arena_room(&arena, list, 0, &room, sizeof *list, 2);
    ok(room == 2 && list, "a list that had no room gets its first");
    list[0] = 7;
    list[1] = 8;
    ok(jf_arena_room(&arena, list, 1, &room, sizeof *list, 2) == list && room == 2,
       "one with room stays where it is");
    uint32_t *wider = jf_arena_room(&arena, list, 2, &room, sizeof *list, 2);
    ok(room == 4 && wider != list && wider[0] == 7 && wider[1] == 8 && wider[2] == 0,
       "a full one is copied to twice the room, and the rest is zero");
    jf_arena_free(&arena);
}

static void test_number(void)
{
    uint64_t number;
    static const char *const bad[] = {"",
                                      "-1",
                                      "01",
                                      "1 ",
                                      "1.0",
                                      "9223372036854775808",
                                      "18446744073709551617",
                                      "10000000000000000000000"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ok(!jf_number_parse(jf_str_of(bad[i]), &number) && number == 0, "%s is no number", bad[i]);
    ok(jf_number_parse(JF_STR("0"), &number) && number == 0, "0 is a number");
    ok(jf_number_parse(JF_STR("9223372036854775807"), &number) && number == INT64_MAX,
       "the largest is one");
}

static void test_buf_int(void)
{
    static const struct {
        int64_t value;
        const char *text;
    } rows[] = {
        {0, "0"},
        {7, "7"},
        {-7, "-7"},
        {10, "10"},
        {99, "99"},
        {-100, "-100"},
        {1234567890, "1234567890"},
        {INT64_MAX, "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808"},
    };
    jf_buf buf;
    jf_buf_init(&buf, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_buf_clear(&buf);
        jf_buf_int(&buf, rows[i].value);
        is_bytes(buf.p, buf.n, rows[i].text, "%s is written digit by digit", rows[i].text);
    }
    jf_buf_free(&buf);
}

typedef struct number {
    uint64_t key;
    int seen;
} number;

static bool number_eq(const void *item, const void *key)
{
    return ((const number *)item)->key == *(const uint64_t *)key;
}

#define NUMBERS 5000

/* Fills a map with 0..NUMBERS-1 under the hash that the mask leaves, and finds them again. */
static void check_map(uint64_t hash_mask, uint64_t n, const char *how)
{
    static number numbers[NUMBERS];
    jf_map map;
    jf_map_init(&map);
    uint64_t lost = 0, ghosts = 0, overfull = 0;
    for (uint64_t i = 0; i < n; i++) {
        uint64_t hash = jf_map_mix(i) & hash_mask;
        numbers[i] = (number){i, 0};
        ghosts += jf_map_find(&map, hash, number_eq, &i) != NULL;
        jf_map_put(&map, hash, &numbers[i]);
        overfull += 3 * map.count > 2 * (map.mask + 1);
    }
    for (uint64_t i = 0; i < n; i++) {
        lost += jf_map_find(&map, jf_map_mix(i) & hash_mask, number_eq, &i) != &numbers[i];
    }
    is_int(ghosts, 0, "%s: nothing is found before it is put", how);
    is_int(lost, 0, "%s: everything put is found", how);
    is_int(overfull, 0, "%s: two thirds are never exceeded", how);
    is_int(map.count, n, "%s: the count is right", how);
    uint64_t cursor = 0, wrong = 0;
    number *item;
    while ((item = jf_map_next(&map, &cursor)) != NULL) {
        item->seen++;
    }
    for (uint64_t i = 0; i < n; i++) {
        wrong += numbers[i].seen != 1;
    }
    is_int(wrong, 0, "%s: a walk meets every item once", how);
    uint64_t slots = map.mask + 1;
    jf_map_clear(&map);
    uint64_t zero = 0;
    ok(jf_map_find(&map, 0, number_eq, &zero) == NULL && map.count == 0,
       "%s: a cleared map is empty", how);
    is_int(map.mask + 1, slots, "%s: but keeps its slots", how);
    jf_map_put(&map, 0, &numbers[0]);
    ok(jf_map_find(&map, 0, number_eq, &zero) == &numbers[0], "%s: and can be filled again", how);
    jf_map_free(&map);
}

static void test_map(void)
{
    jf_map map;
    jf_map_init(&map);
    uint64_t key = 1, cursor = 0;
    ok(jf_map_find(&map, 1, number_eq, &key) == NULL, "an empty map finds nothing");
    ok(jf_map_next(&map, &cursor) == NULL, "and has nothing to walk");
    jf_map_clear(&map);
    number one = {1, 0};
    jf_map_put(&map, 1, &one);
    is_int(map.mask + 1, 64, "the first insertion makes 64 slots");
    jf_map_free(&map);
    check_map(UINT64_MAX, NUMBERS, "good hashes");
    check_map(0, 300, "one hash for all");
    check_map(3, 300, "four hashes");
    check_map(63ull << 58, 300, "hashes alike in the low bits");
}

static void test_dense(void)
{
    static number numbers[NUMBERS];
    jf_dense dense = {0};
    uint32_t lost = 0, ghosts = 0;
    ok(jf_dense_find(&dense, 0) == NULL && jf_dense_find(&dense, UINT32_MAX) == NULL,
       "an empty array by number finds nothing");
    for (uint32_t i = 1; i < NUMBERS; i += 2)
        jf_dense_put(&dense, i, &numbers[i]);
    for (uint32_t i = 0; i < NUMBERS; i++) {
        void *found = jf_dense_find(&dense, i);
        lost += i % 2 && found != &numbers[i];
        ghosts += i % 2 == 0 && found != NULL;
    }
    is_int(lost, 0, "however it widens, each number finds its own");
    is_int(ghosts, 0, "and those between find nothing");
    ok(jf_dense_find(&dense, UINT32_MAX) == NULL, "nor does one far behind the last");
    jf_dense_put(&dense, UINT32_MAX, &numbers[3]);
    ok(jf_dense_find(&dense, UINT32_MAX) == &numbers[3] &&
           jf_dense_find(&dense, UINT32_MAX - 1) == NULL && jf_dense_find(&dense, 1) == &numbers[1],
       "the last of all numbers can be put, and is the only one there");
    jf_dense_put(&dense, 1, &numbers[2]);
    ok(jf_dense_find(&dense, 1) == &numbers[2], "a number given again has its new item");
    jf_dense_free(&dense);
    ok(jf_dense_find(&dense, 1) == NULL, "freed, it is empty");
}

int main(void)
{
    test_assertions();
    test_arena();
    test_arena_copies();
    test_arena_settles();
    test_arena_room();
    test_out_of_memory();
    test_str();
    test_buf();
    test_buf_int();
    test_number();
    test_map();
    test_dense();
    return tap_plan_done();
}
