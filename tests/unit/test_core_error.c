/*
 * Tests of refusals and of the formatter behind them (core/error.h, core/format.h).
 */
#include <string.h>

#include "core/error.h"
#include "core/format.h"
#include "tap.h"

static void test_conversions(void)
{
    char out[64];
    jf_format(out, sizeof(out), "%s|%.*s|%d|%ld|%u|%%", "ab", 2, "cdef", -7, -9000000000L, 4u);
    is_str(out, "ab|cd|-7|-9000000000|4|%", "every conversion is written");
    jf_format(out, sizeof(out), "%ld %d", INT64_MIN, 0);
    is_str(out, "-9223372036854775808 0", "the smallest number and zero are written");
    jf_format(out, sizeof(out), "%.*s", 40, "short");
    is_str(out, "short", "a precision beyond the text's end takes the text");
    jf_format(out, sizeof(out), "a%sb", "\n\x1b[2J\x7f");
    is_str(out, "a??[2J?b", "control characters become question marks");
}

/* "€uro" begins with three bytes: whatever the room, a character is whole or absent. */
static void test_cuts(void)
{
    /* clang-format off */
    static const struct {
        size_t size;
        const char *text, *expected;
    } rows[] = {
        {1, "abc", ""},        {3, "abc", "ab"},      {4, "abc", "abc"},
        {3, "€uro", ""},       {4, "€uro", "€"},      {5, "€uro", "€u"},
        {4, "ñandú", "ña"},    {2, "ñandú", ""},      {4, "😀", ""},
        {5, "😀", "😀"},       {6, "a😀", "a😀"},     {5, "a😀", "a"},
        {7, "政策文档", "政策"}, {8, "政策文档", "政策"}, {9, "政策文档", "政策"},
        {3, "ñandú", "ñ"},     {6, "añoñ", "año"},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char out[16];
        memset(out, 'X', sizeof(out));
        jf_format(out, rows[i].size, "%s", rows[i].text);
        is_str(out, rows[i].expected, "%s is cut to %zu bytes between characters", rows[i].text,
               rows[i].size);
        is_int(out[rows[i].size], 'X', "nothing is written behind %zu bytes", rows[i].size);
    }
    char out[8];
    jf_format(out, sizeof(out), "%s%s", "政策x", "y");
    is_str(out, "政策x", "a text that fits exactly is whole");
    jf_format(out, sizeof(out), "%s%s", "政策文", "y");
    is_str(out, "政策", "nothing is added behind a cut");
}

static void test_codes(void)
{
    is_str(jf_code_wire(JF_OK), "ok", "success has a name");
    is_int(jf_code_http(JF_OK), 200, "success is 200");
    is_str(jf_code_wire(JF_E_POLICY_INVALID), "policy_invalid", "a code has its wire name");
    is_int(jf_code_http(JF_E_POLICY_INVALID), 422, "a code has its status");
    for (int code = 1; code < JF_CODE_COUNT; code++) {
        const char *wire = jf_code_wire((jf_code)code);
        ok(jf_code_http((jf_code)code) >= 400, "%s is a refusal by its status", wire);
        ok(jf_code_text((jf_code)code, false)[0] != '\0', "%s has an English text", wire);
        ok(jf_code_text((jf_code)code, true)[0] != '\0', "%s has a Chinese text", wire);
        ok((unsigned char)jf_code_text((jf_code)code, false)[0] < 0x80, "%s: English first", wire);
        ok((unsigned char)jf_code_text((jf_code)code, true)[0] >= 0x80, "%s: Chinese last", wire);
        for (int other = 1; other < code; other++) {
            if (strcmp(wire, jf_code_wire((jf_code)other)) == 0) {
                ok(false, "%s is the name of one code only", wire);
            }
        }
    }
}

static void test_reply(void)
{
    jf_error error;
    jf_code code =
        jf_refuse(&error, JF_E_NOT_FOUND, "shop", "there is no shop \"%.*s\"", 3, "s-1x");
    is_int(code, JF_E_NOT_FOUND, "a refusal returns its code");
    is_int(error.code, JF_E_NOT_FOUND, "a refusal keeps its code");
    jf_buf out;
    jf_buf_init(&out, NULL);
    jf_error_reply(&out, &error);
    is_bytes(out.p, out.n,
             "{\"ok\":false,\"error\":{\"code\":\"not_found\",\"field\":\"shop\","
             "\"message\":\"there is no shop \\\"s-1\\\"\"}}",
             "the answer is the one of section 17, escaped");
    jf_buf_free(&out);

    char text[400];
    memset(text, 'a', sizeof(text));
    jf_refuse(&error, JF_E_BAD_REQUEST, "f", "%.*s", (int)sizeof(text), text);
    is_int(strlen(error.message), sizeof(error.message) - 1, "a long message is cut");
    jf_refuse(&error, JF_E_BAD_REQUEST, "a.field.whose.name.is.much.longer.than.fits.in.here", "x");
    is_int(strlen(error.field), sizeof(error.field) - 1, "a long field is cut");
}

int main(void)
{
    test_conversions();
    test_cuts();
    test_codes();
    test_reply();
    return tap_plan_done();
}
