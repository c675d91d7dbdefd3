/*
 * The web apps as the program carries them: pages, scripts, styles, pictures
 * (tools/web_assets.py makes the table). Built without them there are none.
 */
#ifndef JF_SERVER_ASSETS_H
#define JF_SERVER_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct jf_asset {
    const char *path, *type; /* as in the address and the header */
    const char *etag;        /* with its quotes */
    const char *plain;
    size_t plain_n;
    const char *packed; /* gzip; NULL where that is hardly smaller */
    size_t packed_n;
    bool forever; /* its name changes with its content */
} jf_asset;

extern const jf_asset jf_assets[];
extern const size_t jf_asset_count;

#endif
