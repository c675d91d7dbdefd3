/*
 * Lines of plain text (line.h).
 */
#include "base/line.h"

/*
 * Characters of Unicode that are refused, from and to: the controls (C0, DEL, C1), soft hyphen,
 * the marks and overrides of direction, separators of lines, what has no width, and tags.
 * U+200C and U+200D stay: Persian and pictures of several parts are written with them.
 */
static const uint32_t refused[][2] = {
    {0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},       {0x61c, 0x61c},   {0x180e, 0x180e},
    {0x200b, 0x200b}, {0x200e, 0x200f}, {0x2028, 0x202e},   {0x2060, 0x206f}, {0xfeff, 0xfeff},
    {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0xe007f},
};

/* Of the first byte of a character: how many bytes it has; 0: it begins none. */
static uint32_t length_of(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xc2 || first > 0xf4)
        return 0;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* The next character, and how long it is; 0: the bytes are none. */
static uint32_t character(jf_str text, uint32_t at, uint32_t *value)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *p = (const unsigned char *)text.p + at;
    uint32_t n = length_of(p[0]);
    if (n == 0 || n > text.n - at)
        return 0;
    *value = n == 1 ? p[0] : p[0] & (0x7fu >> n);
    for (uint32_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        *value = *value << 6 | (p[i] & 0x3f);
    }
    bool surrogate = *value >= 0xd800 && *value <= 0xdfff;
    return *value < least[n] || *value > 0x10ffff || surrogate ? 0 : n;
}

static bool is_refused(uint32_t value)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (value >= refused[i][0] && value <= refused[i][1])
            return true;
    return false;
}

/* What looks like nothing at the end of a line: of ASCII, of typesetters, and of Chinese. */
static bool is_space(uint32_t value)
{
    return value == ' ' || value == 0xa0 || value == 0x1680 || value == 0x202f || value == 0x205f ||
           value == 0x3000 || (value >= 0x2000 && value <= 0x200a);
}

bool jf_line_fits(jf_str text, uint32_t characters)
{
    uint32_t count = 0, value = 0;
    for (uint32_t at = 0, n; at < text.n; at += n, count++) {
        n = character(text, at, &value);
        if (n == 0 || is_refused(value) || count == characters || (at == 0 && is_space(value)))
            return false;
    }
    return count == 0 || !is_space(value);
}
