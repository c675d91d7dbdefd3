/*
 * A QR code as a picture for screens and printers: SVG, black on white whatever
 * the theme, with the quiet zone of four modules that the standard asks for.
 */
#ifndef JF_APP_QR_PICTURE_H
#define JF_APP_QR_PICTURE_H

#include "base/str.h"

/* False when the text is too long for a code. */
bool jf_qr_picture(jf_str text, jf_buf *svg);

#endif
