/*
 * Ids, buckets, region keys (base/id.h) and SHA-256 (base/sha256.h).
 *
 * The golden values of hash and bucket must never be edited: they say where
 * the rows of every store ever written live.
 */
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/sha256.h"
#include "tap.h"

#define X16 "xxxxxxxxxxxxxxxx"
#define X64 X16 X16 X16 X16

static void test_ids(void)
{
    static const struct {
        const char *id;
        bool valid;
    } rows[] = {
        {"a", true},     {"Z9", true},   {"m.1_2:3-4", true}, {"-", true},
        {"..", true},    {X64, true},    {X64 "x", false},    {"", false},
        {"a b", false},  {"a/b", false}, {"a\n", false},      {"a@b", false},
        {"a`", false},   {"[a", false},  {"a{", false},       {"\xe5\xba\x97", false},
        {"\x7f", false}, {"a,b", false}, {"a;b", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        is_int(jf_id_valid(jf_str_of(rows[i].id)), rows[i].valid, "\"%s\" %s an id", rows[i].id,
               rows[i].valid ? "is" : "is not");
    }
    is_int(jf_id_valid((jf_str){"a\0b", 3}), false, "a NUL inside an id is refused");
    is_int(jf_id_valid(JF_STR_NONE), false, "no text is no id");
}

static void test_every_byte(void)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-";
    int wrong = 0;
    for (int c = 0; c < 256; c++) {
        char text[1] = {(char)c};
        bool expected = memchr(allowed, c, sizeof allowed - 1) != NULL;
        wrong += jf_id_valid((jf_str){text, 1}) != expected;
    }
    is_int(wrong, 0, "of 256 bytes exactly the 66 named ones make an id");
}

static void test_regions(void)
{
    static const struct {
        const char *region;
        bool valid;
    } rows[] = {
        {"33", true},       {"3301", true}, {"330106", true},      {"10", true},
        {"", false},        {"3", false},   {"330", false},        {"33010", false},
        {"3301060", false}, {"03", false},  {"3a", false},         {"33010x", false},
        {" 3", false},      {"-3", false},  {"3301061234", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        is_int(jf_region_valid(jf_str_of(rows[i].region)), rows[i].valid, "\"%s\" %s a region key",
               rows[i].region, rows[i].valid ? "is" : "is not");
    }
}

static void test_golden_hashes(void)
{
    static const struct {
        const char *text;
        uint64_t hash;
        uint32_t bucket;
    } rows[] = {
        {"", 0xefd01f60ba992926u, 959},
        {"a", 0x82a2a958a9bece5bu, 522},
        {"b", 0x6e673288764ad2d0u, 441},
        {"m1", 0x5455e9edff2de8f3u, 337},
        {"m2", 0x1a7234b41097aad8u, 105},
        {"shop:0001", 0x721f02d4489ff107u, 456},
        {"member-000001", 0xdaa59ae51bf8acbau, 874},
        {"member-000002", 0x1b24beef0466d60du, 108},
        {X64, 0x6a5defddb71a257du, 425},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_str text = jf_str_of(rows[i].text);
        ok(jf_str_hash(text) == rows[i].hash, "the hash of \"%s\" is what it always was",
           rows[i].text);
        is_int(jf_id_bucket(text), rows[i].bucket, "\"%s\" lives in bucket %u", rows[i].text,
               rows[i].bucket);
    }
}

static void test_buckets_are_even(void)
{
    static int filled[JF_BUCKETS];
    jf_buf id;
    jf_buf_init(&id, NULL);
    for (int i = 0; i < 102400; i++) {
        jf_buf_clear(&id);
        jf_buf_c(&id, "member-");
        jf_buf_int(&id, i);
        filled[jf_id_bucket(jf_buf_view(&id))]++;
    }
    jf_buf_free(&id);
    int least = filled[0], most = filled[0];
    for (int i = 1; i < JF_BUCKETS; i++) {
        least = filled[i] < least ? filled[i] : least;
        most = filled[i] > most ? filled[i] : most;
    }
    /* 100 are expected in each, with a standard deviation of 10 */
    ok(least >= 50 && most <= 150, "102400 numbered ids fill 1024 buckets evenly (%d to %d)", least,
       most);
}

static void is_digest(jf_hash hash, const char *expected, const char *what)
{
    jf_buf text;
    jf_buf_init(&text, NULL);
    jf_hash_print(&text, hash);
    is_bytes(text.p, text.n, expected, "the digest of %s is the published one", what);
    jf_buf_free(&text);
}

static void test_sha256(void)
{
    static const char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    static const char none[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    is_digest(jf_sha256_of("abc", 3), abc, "abc");
    is_digest(jf_sha256_of(NULL, 0), none, "nothing");
    is_digest(jf_sha256_of(two_blocks, sizeof two_blocks - 1),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", "448 bits");
    uint8_t every[256];
    for (int i = 0; i < 256; i++) {
        every[i] = (uint8_t)i;
    }
    is_digest(jf_sha256_of(every, sizeof every),
              "40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880", "all bytes");

    jf_sha256 *ctx = jf_sha256_new();
    char thousand[1000];
    memset(thousand, 'a', sizeof thousand);
    jf_sha256_begin(ctx);
    for (int i = 0; i < 1000; i++) {
        jf_sha256_add(ctx, thousand, sizeof thousand);
    }
    is_digest(jf_sha256_end(ctx),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
              "a million a, in a thousand pieces");
    jf_sha256_begin(ctx);
    jf_sha256_add(ctx, "a", 1);
    jf_sha256_add(ctx, NULL, 0);
    jf_sha256_add(ctx, "bc", 2);
    is_digest(jf_sha256_end(ctx), abc, "abc, in a context used before");
    jf_sha256_begin(ctx);
    jf_sha256_add(ctx, "left over", 9);
    jf_sha256_begin(ctx);
    is_digest(jf_sha256_end(ctx), none, "nothing, after one that was never ended");
    jf_sha256_free(ctx);
    jf_sha256_free(NULL);
}

int main(void)
{
    test_ids();
    test_every_byte();
    test_regions();
    test_golden_hashes();
    test_buckets_are_even();
    test_sha256();
    return tap_plan_done();
}
