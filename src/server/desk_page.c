/*
 * Pages of the desk (desk_page.h).
 */
#include "server/desk_page.h"

#include "app/browse.h"

void jf_desk_page_begin(jf_desk_page *page, jf_exchange *x)
{
    *page = (jf_desk_page){.left = x->query.limit ? x->query.limit : JF_PAGE_LIMIT};
    jf_jw_init(&page->w, &x->found);
    jf_jw_open(&page->w, NULL, '{');
    jf_jw_open(&page->w, "rows", '[');
}

bool jf_desk_page_takes(jf_desk_page *page, int64_t no)
{
    page->more = page->left == 0;
    if (page->more)
        return false;
    page->left--;
    page->next = no;
    return true;
}

void jf_desk_page_end(jf_desk_page *page)
{
    jf_jw_close(&page->w, ']');
    if (page->more)
        jf_jw_int(&page->w, "next", page->next);
    else
        jf_jw_raw(&page->w, "next", JF_STR("null"));
    jf_jw_close(&page->w, '}');
}
