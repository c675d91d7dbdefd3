/*
 * Tests of the bytes of journals (app/journal.h): golden vectors of the hash
 * chain, made by another program; and the text of postings, there and back.
 *
 * The vectors come from these lines of Python, so that the chain is fixed by
 * something that shares no code with it:
 *
 *   import hashlib, struct
 *   def text(s): b = s.encode(); return struct.pack(">I", len(b)) + b
 *   def journal(number, day, kind, subject, command, postings, before):
 *       head = struct.pack(">QiBQ", number, day, kind, subject)
 *       return hashlib.sha256(head + text(command) + text(postings) + before).digest()
 *   one = journal(1, 19723, 0, 0,
 *       '{"cmd":"policy.set","policy":"zhongdian","from":"2024-01-01"}', "[]", bytes(32))
 *   two = journal(2, 19723, 0, 0, '{"cmd":"fund.inject","id":"f-1","fund":"capital",'
 *       '"amount":"12.30","at":"2024-01-01T01:00:00Z"}',
 *       "[[0,0,-1230,-1230,0,10],[0,2,1230,1230,0,10]]", one)
 *   three = journal(3, 19724, 2, 8206, "", "[[0,3,-9223372036854775808,0,18446744073709,7],"
 *       "[4294967295,126750,5,9223372036854775807,2,2563]]", two)
 *   four = journal(2**63 - 1, -1, 4, 2**64 - 1, "", "[]", three)
 *   five = journal(5, 0, 0, 0, '{"policy":{"name":"积分"}}', "[]", four)
 *   for h in (one, two, three, four, five): print(h.hex())
 */
#include <string.h>

#include "app/journal.h"
#include "tap.h"

static jf_arena arena;
static jf_sha256 *sha;

static const char *hex(jf_hash hash)
{
    jf_buf out;
    jf_buf_init(&out, &arena);
    jf_hash_print(&out, hash);
    jf_buf_char(&out, '\0');
    return out.p;
}

static void test_golden_hashes(void)
{
    static const struct {
        uint64_t number;
        int32_t day;
        jf_journal_kind kind;
        uint64_t subject;
        const char *command, *postings, *expected;
    } rows[] = {
        {1, 19723, JF_JOURNAL_COMMAND, 0,
         "{\"cmd\":\"policy.set\",\"policy\":\"zhongdian\",\"from\":\"2024-01-01\"}", "[]",
         "9c9e326562fab36d2e663dffdb9ab18162ab274f456299641848c6d6d467e6c1"},
        {2, 19723, JF_JOURNAL_COMMAND, 0,
         "{\"cmd\":\"fund.inject\",\"id\":\"f-1\",\"fund\":\"capital\",\"amount\":\"12.30\","
         "\"at\":\"2024-01-01T01:00:00Z\"}",
         "[[0,0,-1230,-1230,0,10],[0,2,1230,1230,0,10]]",
         "8628f6f9eacfb34b69f359f94d909b463702856fdad5a08f8b9a1acb7c60721b"},
        {3, 19724, JF_JOURNAL_CLOSE, 8206, "",
         "[[0,3,-9223372036854775808,0,18446744073709,7],"
         "[4294967295,126750,5,9223372036854775807,2,2563]]",
         "9d3f90098df266dbfae82f77fa7570a546865a8d4c930f0d7cdbf72c58bb06e0"},
        {INT64_MAX, -1, JF_JOURNAL_DAY, UINT64_MAX, "", "[]",
         "59bacb8523a1a57a97315cf4f8663c43b1e90dfa7c013b6cb958128132e4fe1f"},
        {5, 0, JF_JOURNAL_COMMAND, 0, "{\"policy\":{\"name\":\"积分\"}}", "[]",
         "39e5db04d92c67bdf9ec61a9dd8fc8986bb1264a2e450c08bd77a0fc361a1b84"},
    };
    jf_hash previous = {{0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_journal_row row = {.number = rows[i].number,
                              .day = {rows[i].day},
                              .kind = rows[i].kind,
                              .subject = rows[i].subject,
                              .command = jf_str_of(rows[i].command),
                              .postings = jf_str_of(rows[i].postings)};
        previous = jf_journal_hash(sha, &row, previous);
        is_str(hex(previous), rows[i].expected, "vector %zu of the chain has its hash", i + 1);
    }
}

/* Every field that is hashed changes the hash; the answer, which is not, does not. */
static void test_every_field_counts(void)
{
    const jf_journal_row row = {.number = 7,
                                .day = {19723},
                                .kind = JF_JOURNAL_COMMAND,
                                .subject = 3,
                                .command = JF_STR("{\"cmd\":\"x\"}"),
                                .postings = JF_STR("[[0,0,1,1,0,0]]")};
    const jf_hash zero = {{0}}, one = {{1}};
    jf_hash base = jf_journal_hash(sha, &row, zero), other[8];
    jf_journal_row changed[7] = {row, row, row, row, row, row, row};
    changed[0].number = 8;
    changed[1].day.n++;
    changed[2].kind = JF_JOURNAL_DAY;
    changed[3].subject = 4;
    changed[4].command = JF_STR("{\"cmd\":\"y\"}");
    changed[5].postings = JF_STR("[[0,0,1,1,0,1]]");
    changed[6].command = JF_STR("{\"cmd\":\"x\"}[");
    changed[6].postings = JF_STR("[0,0,1,1,0,0]]");
    for (int i = 0; i < 7; i++) {
        other[i] = jf_journal_hash(sha, &changed[i], zero);
    }
    other[7] = jf_journal_hash(sha, &row, one);
    static const char *const names[8] = {"number",  "day",      "kind",     "subject",
                                         "command", "postings", "boundary", "hash before"};
    for (int i = 0; i < 8; i++) {
        ok(memcmp(base.b, other[i].b, sizeof base.b) != 0, "another %s gives another hash",
           names[i]);
    }
    jf_journal_row answered = row;
    answered.result = JF_STR("{\"id\":\"x\"}");
    is_str(hex(jf_journal_hash(sha, &answered, zero)), hex(base), "the kept answer is not hashed");
}

/* The journal that the rules write becomes the row of golden vector 2. */
static void test_encoding(void)
{
    jf_posting postings[] = {
        {.owner = 0, .slot = 0, .amount = -1230, .balance = -1230, .why = 10},
        {.owner = 0, .slot = 2, .amount = 1230, .balance = 1230, .why = 10},
    };
    jf_command command = {.text =
                              JF_STR("{\"cmd\":\"fund.inject\",\"id\":\"f-1\",\"fund\":\"capital\","
                                     "\"amount\":\"12.30\",\"at\":\"2024-01-01T01:00:00Z\"}")};
    jf_journal journal = {.number = 2,
                          .kind = JF_JOURNAL_COMMAND,
                          .day = {19723},
                          .command = &command,
                          .result = JF_STR("{}"),
                          .count = 2,
                          .postings = postings};
    jf_hash previous = {{0x9c, 0x9e, 0x32, 0x65, 0x62, 0xfa, 0xb3, 0x6d, 0x2e, 0x66, 0x3d,
                         0xff, 0xdb, 0x9a, 0xb1, 0x81, 0x62, 0xab, 0x27, 0x4f, 0x45, 0x62,
                         0x99, 0x64, 0x18, 0x48, 0xc6, 0xd6, 0xd4, 0x67, 0xe6, 0xc1}};
    jf_journal_row row;
    jf_journal_encode(sha, &arena, &journal, previous, &row);
    is_bytes(row.postings.p, row.postings.n, "[[0,0,-1230,-1230,0,10],[0,2,1230,1230,0,10]]",
             "postings are written as lists of six integers");
    is_bytes(row.result.p, row.result.n, "{}", "the answer is kept beside");
    is_str(hex(row.hash), "8628f6f9eacfb34b69f359f94d909b463702856fdad5a08f8b9a1acb7c60721b",
           "the encoded journal has the hash of its golden vector");
    journal.command = NULL;
    journal.count = 0;
    journal.kind = JF_JOURNAL_DAY;
    jf_journal_encode(sha, &arena, &journal, previous, &row);
    is_int(row.command.n, 0, "a journal that a command brought about has no command");
    is_bytes(row.postings.p, row.postings.n, "[]", "a journal may have no postings");
}

static void test_decoding(void)
{
    jf_posting_row *rows;
    uint32_t count;
    jf_str text = JF_STR("[[0,3,-9223372036854775808,0,9223372036854775807,7],"
                         "[4294967295,126750,5,9223372036854775807,2,4294967295]]");
    bool fine = jf_journal_postings(&arena, text, &rows, &count);
    ok(fine && count == 2, "two postings are read");
    is_int(rows[0].amount, INT64_MIN, "the smallest amount is read");
    is_int(rows[0].before, INT64_MAX, "the greatest number of a journal is read");
    is_int(rows[1].owner, UINT32_MAX, "the greatest owner is read");
    is_int(rows[1].slot, 126750, "the slot is read");
    is_int(rows[1].balance, INT64_MAX, "the greatest balance is read");
    is_int(rows[1].why, UINT32_MAX, "the reason is read");
    ok(jf_journal_postings(&arena, JF_STR("[]"), &rows, &count) && count == 0, "none are read");
}

static void test_texts_that_are_refused(void)
{
    static const char *const texts[] = {
        "",
        "[",
        "{}",
        "[[1,2,3,4,5]]",
        "[[1,2,3,4,5,6,7]]",
        "[[-1,0,0,0,0,0]]",
        "[[4294967296,0,0,0,0,0]]",
        "[[0,-1,0,0,0,0]]",
        "[[0,4294967296,0,0,0,0]]",
        "[[0,63,0,0,0,0]]",
        "[[0,0,9223372036854775808,0,0,0]]",
        "[[0,0,0,0,-1,0]]",
        "[[0,0,0,0,0,-1]]",
        "[[0,0,0,0,0,4294967296]]",
        "[[0,0,01,0,0,0]]",
        "[[0,0,1.0,0,0,0]]",
        "[[0,0,\"1\",0,0,0]]",
        "[[0,0,1,0,0,0]",
        "[[0,0,1,0,0,0]]]",
        "[[0,0,1,0,0,0]],",
        "[[0,0,1,0,0,0][0,0,1,0,0,0]]",
        "[ [0,0,1,0,0,0]]",
    };
    jf_posting_row *rows;
    uint32_t count;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ok(!jf_journal_postings(&arena, jf_str_of(texts[i]), &rows, &count), "refused: %s",
           texts[i]);
    }
}

static void test_kinds(void)
{
    static const char *const expected[JF_JOURNAL_KINDS] = {"command", "maturity", "close",
                                                           "credit",  "day",      "month"};
    for (int kind = 0; kind < JF_JOURNAL_KINDS; kind++) {
        is_str(jf_journal_kind_wire((jf_journal_kind)kind), expected[kind],
               "kind %d of a journal keeps its number and name", kind);
    }
}

int main(void)
{
    jf_arena_init(&arena, 0);
    sha = jf_sha256_new();
    test_golden_hashes();
    test_every_field_counts();
    test_encoding();
    test_decoding();
    test_texts_that_are_refused();
    test_kinds();
    jf_sha256_free(sha);
    jf_arena_free(&arena);
    return tap_plan_done();
}
