/*
 * A line of plain text that people wrote and others will read: a name, an address. What would
 * make it look like something else is no part of one: control characters, line breaks, marks
 * that turn the direction of writing around, and characters without a shape.
 */
#ifndef JF_BASE_LINE_H
#define JF_BASE_LINE_H

#include <stdbool.h>

#include "base/str.h"

/*
 * Valid UTF-8, at most so many characters (code points), none of them one of those above, and
 * no space at either end. The empty text is one.
 */
bool jf_line_fits(jf_str text, uint32_t characters);

#endif
