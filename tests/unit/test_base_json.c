/*
 * JSON in and out (base/json.h): what is refused and with which words, what a
 * tree looks like, and that what is written can be read.
 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "tap.h"

static jf_arena arena;

/* Parses a copy of exactly the text's size, so that reading beyond it is seen. */
static bool parse(const char *text, size_t n, jf_json **out, char error[160])
{
    jf_buf exact;
    jf_buf_init(&exact, NULL);
    jf_buf_reserve(&exact, n + 1);
    jf_buf_bytes(&exact, text, n);
    *out = NULL;
    bool parsed = jf_json_parse(&arena, jf_buf_view(&exact), out, error);
    memset(exact.p, '#', n); /* the tree must not lean on the text */
    jf_buf_free(&exact);
    return parsed;
}

#define REFUSED(text, words)                                                                       \
    {                                                                                              \
        (text), sizeof(text) - 1, (words)                                                          \
    }

static void test_refusals(void)
{
    static const struct {
        const char *text;
        size_t n;
        const char *words; /* how the message begins */
    } rows[] = {
        REFUSED("", "the text is blank"),
        REFUSED(" \t\r\n", "the text is blank"),
        REFUSED("{\"a\":1,\"a\":2}", "duplicate key near line 1, column 10"),
        REFUSED("{\"a\":{\"b\":1,\n\"b\":1}}", "duplicate key near line 2, column 3"),
        REFUSED("{\"a\":1,\"\\u0061\":2}", "duplicate key"),
        REFUSED("{\"a\":\"\\u0000\"}", "\\u0000 is not allowed"),
        REFUSED("{\"\\u0000\":1}", "\\u0000 is not allowed"),
        REFUSED("{\"a\":\"\0\"}", "NUL is not allowed, at byte 7"),
        REFUSED("{}\0", "NUL is not allowed, at byte 3"),
        REFUSED("\0", "NUL is not allowed, at byte 1"),
        REFUSED("{\"a\":\"\xff\"}", "not valid UTF-8"),
        REFUSED("{\"a\":\"\xc0\x80\"}", "not valid UTF-8"),
        REFUSED("{\"a\":\"\xed\xa0\x80\"}", "not valid UTF-8"),
        REFUSED("{\"a\":\"\xe5\xba\"}", "not valid UTF-8"),
        REFUSED("{\"a\":\"\xf4\x90\x80\x80\"}", "not valid UTF-8"),
        REFUSED("{\"a\":\"\\ud800\"}", "invalid Unicode"),
        REFUSED("{\"a\":9223372036854775808}", "number too big"),
        REFUSED("{\"a\":-9223372036854775809}", "number too big"),
        REFUSED("{\"a\":1e999}", "number too big"),
        REFUSED("{\"a\":1}x", "nothing more was expected"),
        REFUSED("{\"a\":1} {}", "nothing more was expected"),
        REFUSED("{}}", "nothing more was expected"),
        REFUSED("1", "'[' or '{' expected"),
        REFUSED("\"a\"", "'[' or '{' expected"),
        REFUSED("null", "'[' or '{' expected"),
        REFUSED("\xef\xbb\xbf{}", "'[' or '{' expected"),
        REFUSED("{", "the text ends too early"),
        REFUSED("[1,2", "the text ends too early"),
        REFUSED("{\"a\":\"b", "the text ends too early"),
        REFUSED("{\"a\":\"b\\", "invalid escape"),
        REFUSED("{\"a\" 1}", "':' expected near line 1, column 6"),
        REFUSED("{'a':1}", "string or '}' expected"),
        REFUSED("{\"a\":01}", "invalid token"),
        REFUSED("{\"a\":+1}", "invalid token"),
        REFUSED("{\"a\":.5}", "invalid token"),
        REFUSED("{\"a\":NaN}", "invalid token"),
        REFUSED("{\"a\":True}", "invalid token"),
        REFUSED("{\"a\":\"\n\"}", "unexpected newline"),
        REFUSED("{\"a\":\"\t\"}", "control character 0x9"),
        REFUSED("{\"a\":\"\\x\"}", "invalid escape"),
        REFUSED("[1,]", "unexpected token"),
        REFUSED("{\"a\":1,}", "string or '}' expected"),
        REFUSED("[}", "unexpected token"),
        REFUSED("// c\n{}", "'[' or '{' expected"),
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_json *tree;
        char error[160] = "";
        ok(!parse(rows[i].text, rows[i].n, &tree, error), "refused: %s", rows[i].text);
        size_t n = strlen(rows[i].words);
        is_bytes(error, strnlen(error, n), rows[i].words, "because: %s", error);
        ok(!parse(rows[i].text, rows[i].n, &tree, NULL), "and refused without asking why");
    }
}

static void test_no_input_in_messages(void)
{
    static const char *const texts[] = {
        "{\"a\" SECRETSECRET}",
        "[SECRETSECRET]",
        "{\"a\":\"SECRETSECRET\n\"}",
        "{\"SECRETSECRET\":1,\"SECRETSECRET\":2}",
        "[] SECRETSECRET",
        "{\"a\":\"SECRETSECRET\xff\"}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        jf_json *tree;
        char error[160] = "";
        parse(texts[i], strlen(texts[i]), &tree, error);
        ok(error[0] != '\0' && strstr(error, "SECRET") == NULL,
           "the message does not repeat the input: %s", error);
        ok(error[0] < 'A' || error[0] > 'Z', "and does not start with a capital");
    }
}

/* `depth` opening brackets and as many closing ones. */
static bool parse_nested(uint32_t depth, const char *open, const char *close, char error[160])
{
    jf_buf text;
    jf_buf_init(&text, NULL);
    for (uint32_t i = 0; i < depth; i++) {
        jf_buf_c(&text, open);
    }
    for (uint32_t i = 0; i < depth; i++) {
        jf_buf_c(&text, close);
    }
    jf_json *tree;
    bool parsed = parse(text.p, text.n, &tree, error);
    jf_buf_free(&text);
    return parsed;
}

static void test_limits(void)
{
    char error[160] = "";
    ok(parse_nested(JF_JSON_DEPTH, "[", "]", error), "32 levels of arrays are read");
    ok(!parse_nested(JF_JSON_DEPTH + 1, "[", "]", error), "33 are not");
    is_str(error, "nested deeper than 32 levels at byte 33", "and the message says where");
    ok(parse_nested(JF_JSON_DEPTH - 1, "{\"a\":[1,", "2]}", error) == false,
       "62 levels of objects and arrays are not read");
    ok(!parse_nested(500000, "[", "]", error), "a bomb of half a million brackets is refused");
    ok(!parse_nested(500000, "[", "", error), "also when nothing closes them");

    static const char quoted[] = "{\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\":\"\\\"{{{{{{{{{{{{{{"
                                 "{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{\"}";
    jf_json *tree;
    ok(parse(quoted, sizeof quoted - 1, &tree, error), "brackets inside strings do not count");
    static const char wide[] = "[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],"
                               "[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]]";
    ok(parse(wide, sizeof wide - 1, &tree, error), "brackets that were closed do not count");

    static char big[JF_JSON_BYTES + 1];
    memset(big, ' ', sizeof big);
    big[0] = '[';
    big[JF_JSON_BYTES - 1] = ']';
    ok(parse(big, JF_JSON_BYTES, &tree, error), "a text of 2^20 bytes is read");
    ok(!parse(big, JF_JSON_BYTES + 1, &tree, error), "one more is too many");
    is_str(error, "too long: at most 1048576 bytes are read, this has 1048577",
           "and the message says how many");
}

static void test_tree(void)
{
    static const char text[] = "{ \"zeta\" : 1, \"alpha\": [ null, true, false, -5, 1.5, \"x\" ],\n"
                               "\"m\":{}, \"empty\":[], \"\":\"\", "
                               "\"\\u5e97\":\"\\\"\\n\\ud83d\\ude00\" }";
    jf_json *tree;
    char error[160] = "";
    ok(parse(text, sizeof text - 1, &tree, error), "a mixed document is read");
    is_int(tree->type, JF_JSON_OBJECT, "its top is an object");
    is_int(tree->count, 6, "of six members");
    static const char *const keys[] = {"zeta", "alpha", "m", "empty", "", "\xe5\xba\x97"};
    const jf_json *member = tree->child;
    for (int i = 0; i < 6; i++, member = member->next) {
        is_bytes(member->key.p, member->key.n, keys[i], "member %d is \"%s\", as in the text", i,
                 keys[i]);
    }
    ok(member == NULL, "and the sixth is the last");
    static const jf_json_type types[] = {JF_JSON_NULL,    JF_JSON_TRUE, JF_JSON_FALSE,
                                         JF_JSON_INTEGER, JF_JSON_REAL, JF_JSON_STRING};
    const jf_json *array = jf_json_get(tree, JF_STR("alpha"));
    is_int(array->count, 6, "the array has six elements");
    const jf_json *element = array->child;
    for (int i = 0; i < 6; i++, element = element->next) {
        is_int(element->type, types[i], "element %d has its type", i);
    }
    ok(element == NULL, "and the sixth is the last");
    is_int(array->child->next->next->next->integer, -5, "an integer has its value");
    ok(jf_json_get(tree, JF_STR("nope")) == NULL, "a key that is absent is not found");
    ok(jf_json_get(tree, JF_STR("zet")) == NULL, "nor is the beginning of one");
    ok(jf_json_get(tree, JF_STR("m"))->child == NULL, "an empty object has no child");
    is_int(jf_json_get(tree, JF_STR("empty"))->type, JF_JSON_ARRAY, "an empty array is one");
    const jf_json *escaped = jf_json_get(tree, JF_STR("\xe5\xba\x97"));
    is_bytes(escaped->text.p, escaped->text.n, "\"\n\xf0\x9f\x98\x80", "escapes are resolved");
    is_int(jf_json_get(tree, JF_STR(""))->text.n, 0, "the empty key has the empty text");
}

static void test_numbers(void)
{
    static const struct {
        const char *text;
        jf_json_type type;
        int64_t value;
    } rows[] = {
        {"[0]", JF_JSON_INTEGER, 0},
        {"[-0]", JF_JSON_INTEGER, 0},
        {"[9223372036854775807]", JF_JSON_INTEGER, INT64_MAX},
        {"[-9223372036854775808]", JF_JSON_INTEGER, INT64_MIN},
        {"[1.0]", JF_JSON_REAL, 0},
        {"[1e3]", JF_JSON_REAL, 0},
        {"[-1E-3]", JF_JSON_REAL, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_json *tree;
        char error[160] = "";
        bool parsed = parse(rows[i].text, strlen(rows[i].text), &tree, error);
        if (ok(parsed, "%s is read", rows[i].text)) {
            is_int(tree->child->type, rows[i].type, "%s has its type", rows[i].text);
            is_int(tree->child->integer, rows[i].value, "%s has its value", rows[i].text);
        }
    }
}

static void test_write(void)
{
    jf_buf out;
    jf_buf_init(&out, NULL);
    jf_jw w;
    jf_jw_init(&w, &out);
    jf_jw_open(&w, NULL, '{');
    jf_jw_bool(&w, "ok", true);
    jf_jw_open(&w, "result", '{');
    jf_jw_close(&w, '}');
    jf_jw_open(&w, "list", '[');
    jf_jw_int(&w, NULL, INT64_MIN);
    jf_jw_open(&w, NULL, '[');
    jf_jw_close(&w, ']');
    jf_jw_open(&w, NULL, '{');
    jf_jw_c(&w, "to", "lock");
    jf_jw_close(&w, '}');
    jf_jw_bool(&w, NULL, false);
    jf_jw_close(&w, ']');
    jf_jw_decimal(&w, "cash", 100000, 2);
    jf_jw_raw(&w, "raw", JF_STR("[1,2]"));
    jf_jw_key(&w, JF_STR("a\"b"));
    jf_jw_int(&w, NULL, 7);
    jf_jw_key(&w, JF_STR("o"));
    jf_jw_open(&w, NULL, '{');
    jf_jw_key(&w, JF_STR("x"));
    jf_jw_str(&w, NULL, JF_STR_NONE);
    jf_jw_close(&w, '}');
    jf_jw_str(&w, "last", JF_STR("z"));
    jf_jw_close(&w, '}');
    static const char expected[] =
        "{\"ok\":true,\"result\":{},\"list\":[-9223372036854775808,[],{\"to\":\"lock\"},false],"
        "\"cash\":\"1000.00\",\"raw\":[1,2],\"a\\\"b\":7,\"o\":{\"x\":\"\"},\"last\":\"z\"}";
    is_bytes(out.p, out.n, expected, "commas stand between values and nowhere else");
    jf_json *tree;
    char error[160] = "";
    ok(parse(out.p, out.n, &tree, error), "and what is written can be read");
    jf_buf_free(&out);
}

#define BAD "\xef\xbf\xbd"

static void test_escapes(void)
{
    static const struct {
        const char *text, *written;
    } rows[] = {
        {"", "\"\""},
        {"plain", "\"plain\""},
        {"\"\\/", "\"\\\"\\\\/\""},
        {"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
        {"\x01\x1f\x7f", "\"\\u0001\\u001f\x7f\""},
        {"\xe5\xba\x97 \xf0\x9f\x98\x80 \xc3\xa9", "\"\xe5\xba\x97 \xf0\x9f\x98\x80 \xc3\xa9\""},
        {"a\xe5\xba", "\"a" BAD BAD "\""},
        {"\xff"
         "a\xfe",
         "\"" BAD "a" BAD "\""},
        {"\xc0\x80", "\"" BAD BAD "\""},
        {"\xe0\x80\x80", "\"" BAD BAD BAD "\""},
        {"\xed\xa0\x80", "\"" BAD BAD BAD "\""},
        {"\xf0\x80\x80\x80", "\"" BAD BAD BAD BAD "\""},
        {"\xf4\x90\x80\x80", "\"" BAD BAD BAD BAD "\""},
        {"\xe5"
         "\"x",
         "\"" BAD "\\\"x\""},
        {"\xf0\x9f\x98"
         "x",
         "\"" BAD BAD BAD "x\""},
    };
    jf_buf out;
    jf_buf_init(&out, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_jw w;
        jf_buf_clear(&out);
        jf_jw_init(&w, &out);
        jf_jw_open(&w, NULL, '[');
        jf_jw_c(&w, NULL, rows[i].text);
        jf_jw_close(&w, ']');
        is_bytes(out.p + 1, out.n - 2, rows[i].written, "row %zu is escaped as JSON wants", i);
        jf_json *tree;
        char error[160] = "";
        ok(parse(out.p, out.n, &tree, error), "and read back without complaint");
    }
    jf_buf_clear(&out);
    jf_jw w;
    jf_jw_init(&w, &out);
    jf_jw_str(&w, NULL, (jf_str){"a\0b", 3});
    is_bytes(out.p, out.n, "\"a\\u0000b\"", "a NUL is escaped too");
    jf_buf_free(&out);
}

int main(void)
{
    jf_arena_init(&arena, 0);
    test_refusals();
    test_no_input_in_messages();
    test_limits();
    test_tree();
    test_numbers();
    test_write();
    test_escapes();
    jf_arena_free(&arena);
    return tap_plan_done();
}
