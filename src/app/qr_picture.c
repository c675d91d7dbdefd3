/*
 * Modules by libqrencode, the picture by hand: one path, a stroke for each run of
 * dark modules (qr_picture.h).
 */
#include "app/qr_picture.h"

#include <errno.h>
#include <qrencode.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/check.h"

#define QUIET 4
#define TEXT_MAX 1000

static void number(jf_buf *svg, const char *before, int value)
{
    jf_buf_c(svg, before);
    jf_buf_int(svg, value);
}

/* The runs of one row: M x,y h length, half a module down, for the stroke is as wide as one. */
static void row(jf_buf *svg, const unsigned char *modules, int width, int y)
{
    for (int x = 0; x < width;) {
        int n = 0;
        while (x + n < width && (modules[x + n] & 1))
            n++;
        if (n > 0) {
            number(svg, "M", x + QUIET);
            number(svg, " ", y + QUIET);
            number(svg, ".5h", n);
        }
        x += n > 0 ? n : 1;
    }
}

bool jf_qr_picture(jf_str text, jf_buf *svg)
{
    if (text.n == 0 || text.n > TEXT_MAX)
        return false;
    QRcode *code = QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_M);
    if (!code && errno == ENOMEM)
        jf_out_of_memory(TEXT_MAX);
    if (!code)
        return false;
    int size = code->width + 2 * QUIET;
    number(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", size);
    number(svg, " ", size);
    jf_buf_c(svg, "\" shape-rendering=\"crispEdges\" role=\"img\" aria-label=\"QR\">"
                  "<path fill=\"#fff\" d=\"M0 0h");
    jf_buf_int(svg, size);
    number(svg, "v", size);
    number(svg, "h-", size);
    jf_buf_c(svg, "z\"/><path stroke=\"#000\" d=\"");
    for (int y = 0; y < code->width; y++)
        row(svg, code->data + y * code->width, code->width, y);
    jf_buf_c(svg, "\"/></svg>\n");
    QRcode_free(code);
    return true;
}
