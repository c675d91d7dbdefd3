/*
 * Pages and what they are made of, answered from the table in the program.
 */
#include "server/assets.h"
#include "server/exchange.h"

/* NULL: there is no such one. */
static const jf_asset *asset_find(jf_str path)
{
    for (size_t i = 0; i < jf_asset_count; i++)
        if (jf_str_eq(jf_str_of(jf_assets[i].path), path))
            return &jf_assets[i];
    return NULL;
}

void jf_handle_page(jf_exchange *x)
{
    const jf_asset *asset = asset_find(x->path);
    if (!asset) {
        jf_answer_problem(x, JF_P_NO_ROUTE,
                          jf_asset_count ? "see /openapi.json for what there is"
                                         : "this program was built without the web apps");
        return;
    }
    x->asset = asset;
    x->etag = asset->etag;
    bool known =
        jf_str_eq(jf_exchange_header(x, MHD_HTTP_HEADER_IF_NONE_MATCH), jf_str_of(asset->etag));
    jf_answer_text(x, known ? 304 : 200, asset->type,
                   known ? JF_STR_NONE : (jf_str){asset->plain, (uint32_t)asset->plain_n});
}
