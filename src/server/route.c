/*
 * From method and path to a row of routes.def (exchange.h).
 *
 * Paths are few and short, so rows are compared one after another, segment by
 * segment; a parameter takes exactly one segment that is not empty.
 */
#include <string.h>

#include "base/check.h"
#include "server/exchange.h"

const char *const jf_method_names[JF_METHODS] = {
    [JF_GET] = "GET",     [JF_POST] = "POST",     [JF_PUT] = "PUT",
    [JF_PATCH] = "PATCH", [JF_DELETE] = "DELETE",
};

/* The command column says `none` where there is no command. */
#define JF_CMD_none JF_COMMAND_KINDS
#define COMMAND_OF(name) (name##_row)

enum {
#define JF_COMMAND(NAME, name, ...) name##_row = JF_CMD_##NAME,
#include "core/commands.def"
#undef JF_COMMAND
    none_row = JF_COMMAND_KINDS
};

/* Shapes that several rows share. */
#define STATEMENT_REPLY                                                                            \
    "{account:object,order:text,rows:[movement],month?:object,uncredited:[object],"                \
    "balances:[object],now?:object,disclosure:[object],next:cursor}"
#define WHO_REPLY "{kind:text,name:id,roles:[{role:text,scope?:id}],totp?:bool,csrf?:text}"
#define PREFERENCES_REPLY "{personal:bool,language?:text}"
#define PAYMENT                                                                                    \
    "payment:id,state:text,shop:shop,amount:cny,voucher:cny,credit:cny,cash:cny,until:text,"       \
    "reason?:text,charge?:int"
#define PAYMENT_REPLY "{" PAYMENT "}"
#define PAYMENTS_REPLY "{rows:[{no:int,member:id,created:text,paid?:text," PAYMENT "}],next:cursor}"
#define COLLECTION_REPLY "{payment:id,member:id,state:text,amount:cny,until:text,reason?:text}"
#define QUOTE_REPLY                                                                                \
    "{cash:cny,voucher:voucher,rebate:cny,points:{buyer:point,shop:point},"                        \
    "allocation:[{to:text,who?:id,unit:unit,amount:amount}],"                                      \
    "tokens?:{minted:token,price:token},limits:{voucher:cny,credit:cny}}"
#define REFUND_QUOTE_REPLY                                                                         \
    "{cash:cny,voucher:voucher,debt_created:cny,back:[{kind:text,owner:text,account:text,"         \
    "pool?:text,cohort?:int,program?:text,store?:text,unit:unit,amount:amount}]}"
#define OWN_REFUND_QUOTE_REPLY                                                                     \
    "{cash:cny,voucher:voucher,back:[{account:text,pool?:text,cohort?:int,program?:text,"          \
    "store?:text,unit:unit,amount:amount}]}"
#define PLATE_REPLY "{plate:int,shop:shop,bound:text,code:text}"
#define PROFILE_REPLY "{shop:id,name?:text,address?:text,phone?:text,hours?:text}"
#define MEMBER_REPLY "{no:int,id:id,region?:text,phone?:text,referrer?:id,home?:shop}"
#define ORDER                                                                                      \
    "order:id,journal:int,day:day,at:text,member?:id,buyer_shop?:shop,shop:shop,amount:cny,"       \
    "cash:cny,voucher:voucher,credit:cny,rebate:cny,refunded:cny,buyer_points:point,"              \
    "shop_points:point,held:bool,matures?:day,refundable_until?:day"
#define ORDERS_REPLY "{rows:[{" ORDER "}],next:cursor}"
#define ORDER_REPLY "{" ORDER ",refunds:[{journal:int,day:day,at:text,amount:cny}]}"
#define WITHDRAWN_REPLY                                                                            \
    "{rows:[{id:id,member?:id,shop?:shop,amount:cny,tax:cny,state:text,day:day}],next:cursor}"
#define BOUND_REPLY "{count:int,rows:[{no:int,id:id,phone?:text,region?:text}],next:cursor}"
#define OUTLOOK_REPLY                                                                              \
    "{open_day:day,pools:[object],pending:[{day:day,account:text,unit:unit,amount:amount}]}"
#define MONEY_REPLY "{count:int,paid:cny,refunded:cny}"
#define ASK_REPLY                                                                                  \
    "{ask:int,id:id,member:id,shop:shop,order:id,amount:cny,reason:text,state:text,asked:text,"    \
    "decided?:text,decider?:text,outcome?:text,late?:bool}"
#define SIMULATED                                                                                  \
    "{sales:cny,rebates:cny,collected:cny,released:voucher,vouchers_outstanding:voucher,held:cny," \
    "still_at_most:cny,coverage?:ratio,revenue:cny,equity:cny,insolvent:bool,"                     \
    "pools:[{pool:text,periods:int,collected:cny,released:voucher}],audit:[finding],"              \
    "series:[{day:day,sales:cny,collected:cny,released:voucher,coverage?:ratio}]}"
#define CLOSES_REPLY                                                                               \
    "{rows:[{period:int,journal:int,since?:int,day:day,collected?:cny,released:voucher,"           \
    "fund?:cny,cohorts:[{cohort:int,points:point,amount:voucher,released:voucher}],"               \
    "still_at_most:cny,vouchers_outstanding?:voucher,held?:cny,owed_before?:cny,owed?:cny,"        \
    "coverage?:ratio}],next:cursor}"
#define JOURNAL_REPLY                                                                              \
    "{journal:int,day:day,by:text,subject:int,command?:object,result?:object,"                     \
    "postings:[{member?:id,shop?:shop,account:text,pool?:text,cohort?:int,program?:text,"          \
    "store?:shop,unit:unit,amount:amount,balance:amount,before:int,reason:text,en:text,"           \
    "zh:text}],hash:text}"

static const jf_route routes[] = {
#define JF_ROUTE(NAME, METHOD, path_, handler, command_, access_, success_, refuses_, en_, zh_)    \
    {.name = #NAME,                                                                                \
     .method = JF_##METHOD,                                                                        \
     .path = path_,                                                                                \
     .handle = jf_handle_##handler,                                                                \
     .command_route = command_##_row != none_row,                                                  \
     .command = (jf_command_kind)command_##_row,                                                   \
     .access = JF_ACCESS_##access_,                                                                \
     .success = success_,                                                                          \
     .refuses = refuses_,                                                                          \
     .en = en_,                                                                                    \
     .zh = zh_},
#define JF_READ(NAME, path_, read_, who_, query_, reply_, refuses_, en_, zh_)                      \
    {.name = #NAME,                                                                                \
     .method = JF_GET,                                                                             \
     .path = path_,                                                                                \
     .handle = jf_handle_read,                                                                     \
     .access = JF_ACCESS_READ,                                                                     \
     .success = 200,                                                                               \
     .refuses = refuses_,                                                                          \
     .en = en_,                                                                                    \
     .zh = zh_,                                                                                    \
     .read = jf_read_##read_,                                                                      \
     .who = who_,                                                                                  \
     .query = query_,                                                                              \
     .reply = reply_},
#define JF_OWN(NAME, METHOD, path_, handler, access_, who_, body_, success_, reply_, refuses_,     \
               en_, zh_)                                                                           \
    {.name = #NAME,                                                                                \
     .method = JF_##METHOD,                                                                        \
     .path = path_,                                                                                \
     .handle = jf_handle_##handler,                                                                \
     .access = JF_ACCESS_##access_,                                                                \
     .success = success_,                                                                          \
     .refuses = refuses_,                                                                          \
     .en = en_,                                                                                    \
     .zh = zh_,                                                                                    \
     .who = who_,                                                                                  \
     .reply = reply_,                                                                              \
     .body = body_},
#include "server/routes.def"
#undef JF_ROUTE
#undef JF_READ
#undef JF_OWN
};

const jf_route *jf_routes(uint32_t *count)
{
    *count = sizeof routes / sizeof *routes;
    return routes;
}

bool jf_method_takes_body(jf_method method)
{
    return method != JF_GET && method != JF_DELETE;
}

bool jf_route_is_api(const jf_route *route)
{
    return !strncmp(route->path, "/v1/", 4);
}

static jf_str segment(const char **at)
{
    JF_ASSERT(**at == '/');
    const char *start = ++*at;
    while (**at != '\0' && **at != '/')
        ++*at;
    return (jf_str){start, (uint32_t)(*at - start)};
}

/* Does the path fit? The parameters are noted as they are met. */
static bool fits(jf_exchange *x, const char *template, const char *path)
{
    x->param_count = 0;
    while (*template == '/' && *path == '/') {
        jf_str want = segment(&template), have = segment(&path);
        if (want.n > 0 && want.p[0] == '{') {
            if (have.n == 0)
                return false;
            JF_ASSERT(x->param_count < JF_ROUTE_PARAMS);
            x->param_names[x->param_count] = (jf_str){want.p + 1, want.n - 2};
            x->params[x->param_count++] = have;
        } else if (!jf_str_eq(want, have)) {
            return false;
        }
    }
    return *template == '\0' && *path == '\0';
}

static void allow_add(jf_exchange *x, jf_buf *allow, jf_method method)
{
    if (allow->n > 0)
        jf_buf_c(allow, ", ");
    jf_buf_c(allow, jf_method_names[method]);
    jf_buf_char(allow, '\0');
    allow->n--;
    x->allow = allow->p;
}

void jf_route_find(jf_exchange *x)
{
    jf_buf allow;
    jf_buf_init(&allow, &x->arena);
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        if (!fits(x, routes[i].path, x->path.p))
            continue;
        if (routes[i].method == x->method) {
            x->route = &routes[i];
            return;
        }
        allow_add(x, &allow, routes[i].method);
    }
    x->param_count = 0;
}
