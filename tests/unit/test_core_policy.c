/*
 * Tests of reading and checking a policy (spec sections 3, 16, 18): one row a
 * finding and a near miss beside it, one row a bad field, the defaults, the
 * presets, and the canonical text.
 *
 * Documents are written with ' for ". What a check found is compared as one
 * line of "id@field", in the order of finding, so that a row sees everything.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/findings.h"
#include "tap.h"

typedef struct reading {
    jf_policy policy;
    jf_findings findings;
    jf_error error;
    jf_code code;
} reading;

static jf_arena arena;

/* Ids that some row has seen, so that no row of findings.def stays untested. */
static bool seen[JF_FINDING_KINDS];
static const char *const ids[JF_FINDING_KINDS] = {
#define JF_FINDING(NAME, id, severity, citation, en, zh) id,
#include "core/findings.def"
#undef JF_FINDING
};

static jf_json *parse(const char *text)
{
    size_t n = strlen(text);
    char *json = jf_arena_alloc(&arena, n + 1);
    for (size_t i = 0; i < n; i++) {
        json[i] = text[i] == '\'' ? '"' : text[i];
    }
    jf_json *tree = NULL;
    char error[160];
    if (!jf_json_parse(&arena, (jf_str){json, (uint32_t)n}, &tree, error)) {
        ok(false, "the test's own document is JSON: %s in %s", error, text);
        tap_plan_done();
        exit(1);
    }
    return tree;
}

static reading *read_tree(const jf_json *tree, const jf_policy *previous)
{
    reading *r = JF_NEW(&arena, reading);
    r->code = jf_policy_read(&arena, tree, previous, &r->policy, &r->findings, &r->error);
    for (uint32_t i = 0; i < r->findings.count; i++) {
        for (int k = 0; k < JF_FINDING_KINDS; k++) {
            seen[k] |= strcmp(ids[k], r->findings.list[i].id) == 0;
        }
    }
    return r;
}

static reading *read_text(const char *text)
{
    return read_tree(parse(text), NULL);
}

/* "id@field id@field …" of the findings of at least a severity. */
static const char *summary(const jf_findings *findings, jf_severity least)
{
    jf_buf text;
    jf_buf_init(&text, &arena);
    for (uint32_t i = 0; i < findings->count; i++) {
        const jf_finding *f = &findings->list[i];
        if (f->severity >= least) {
            jf_buf_c(&text, text.n > 0 ? " " : "");
            jf_buf_c(&text, f->id);
            jf_buf_char(&text, '@');
            jf_buf_c(&text, f->field);
        }
    }
    return jf_str_c(&arena, jf_buf_view(&text));
}

/* What the first finding of that id says beyond its row, or NULL where there is none. */
static const char *detail_of(const reading *r, const char *id)
{
    for (uint32_t i = 0; i < r->findings.count; i++) {
        if (strcmp(r->findings.list[i].id, id) == 0) {
            return r->findings.list[i].detail;
        }
    }
    return NULL;
}

typedef struct finding_row {
    const char *document;
    const char *expected;
} finding_row;

#define DOC(rest) "{'name':'x'," rest "}"
#define ALLOC(entries) "'allocation':[" entries "]"
#define HELD "'points':{'hold_days':7},"
/* A share pool by itself means quiet_period; growth and cap are out of the way. */
#define POOL(name, side, more)                                                                     \
    "{'name':'" name "','sides':['" side "'],'rule':'share','growth_target':'0','cap':'1'" more "}"
#define POOLS(pools) "'pools':[" pools "]"
#define QUIET "quiet_period@pools[0].rule"
#define TENTH "'rebate':{'min':'0.1','max':'0.2'},"
#define EXCEEDS "allocation_exceeds_rebate@allocation"
#define COIN(base, rate) "{'to':'coin','base':'" base "','rate':'" rate "'}"
#define AGENTS(mode, a, b, c)                                                                      \
    "{'to':'agents','base':'amount','mode':'" mode "','county':'" a "','city':'" b                 \
    "','province':'" c "'}"
#define REFERRAL(levels) "{'to':'referral','base':'amount','levels':[" levels "]}"
#define TAX "JF-TAX-01@allocation[0].to"
#define GRADES "JF-PYR-06@allocation[0].to"
#define PROGRAM(to, fields) "{'to':'" to "','base':'rebate'" fields "}"
#define TOKEN(rate) "{'to':'token_pool','base':'rebate','rate':'" rate "'}"
#define CREDITED(credit) "'credit':{" credit "},"

static const finding_row finding_rows[] = {
    {"{'name':'x'}", ""},
    /* the first and the last digit may stand in a zone's name, like what else they hold */
    {DOC("'timezone':'Etc/GMT+0'"), ""},
    {DOC("'timezone':'Etc/GMT-9'"), ""},
    {DOC("'timezone':'America/North_Dakota/New_Salem'"), ""},
    /* allocation_exceeds_rebate: exactly 1 is allowed, one millionth of anything more is not */
    {DOC(TENTH ALLOC(COIN("amount", "0.1"))), ""},
    {DOC(TENTH ALLOC(COIN("amount", "0.100001"))), EXCEEDS},
    {DOC(TENTH ALLOC(COIN("rebate", "1"))), ""},
    {DOC(TENTH ALLOC(COIN("rebate", "0.5") "," COIN("rebate", "0.500001"))), EXCEEDS},
    {DOC(TENTH ALLOC(COIN("rebate", "0.5") "," COIN("amount", "0.05"))), ""},
    {DOC(TENTH ALLOC(COIN("rebate", "0.5") "," COIN("amount", "0.050001"))), EXCEEDS},
    {DOC(TENTH ALLOC(COIN("rebate", "0.500001") "," COIN("amount", "0.05"))), EXCEEDS},
    {DOC("'rebate':{'min':'0.000003'}," ALLOC(
         COIN("amount", "0.000001") "," COIN("rebate", "0.666666"))),
     ""},
    {DOC("'rebate':{'min':'0.000003'}," ALLOC(
         COIN("amount", "0.000001") "," COIN("rebate", "0.666667"))),
     EXCEEDS},
    {DOC(TENTH ALLOC(AGENTS("differential", "0.1", "0.1", "0.1"))), TAX},
    {DOC(TENTH ALLOC(AGENTS("differential", "0", "0", "0.100001"))), EXCEEDS " " TAX},
    {DOC(TENTH ALLOC(AGENTS("stacked", "0.05", "0.03", "0.02"))), TAX},
    {DOC(TENTH ALLOC(AGENTS("stacked", "0.05", "0.03", "0.020001"))), EXCEEDS " " TAX},
    {DOC(TENTH ALLOC(REFERRAL("'0.1'"))), TAX},
    {DOC(TENTH ALLOC(REFERRAL("'0.1','0.000001'"))),
     EXCEEDS " JF-PYR-02@allocation[0].levels " TAX},
    {DOC(TENTH ALLOC(REFERRAL("'0','0','0','0','0','0','0','0.100001'"))),
     EXCEEDS " JF-PYR-01@allocation[0].levels " TAX},
    /* endless_credit: fraction * cap * rho_max * points.member, of members' pools alone */
    {DOC(HELD CREDITED("'earns_points':true,'fraction':'1'")
             POOLS(POOL("m", "member", "") ","
                                           "{'name':'s','sides':['shop'],'rule':'share',"
                                           "'growth_target':'0','cap':'1000'}")),
     QUIET " quiet_period@pools[1].rule"},
    {"{'name':'x','points':{'hold_days':7,'member':'5'}," CREDITED(
         "'earns_points':true,'fraction':'1'") POOLS(POOL("m", "member", "")) "}",
     "endless_credit@credit.earns_points " QUIET " JF-RET-06@pools[0].cap"},
    {"{'name':'x','points':{'hold_days':7,'member':'5'}," CREDITED(
         "'earns_points':true,'fraction':'0.999999'") POOLS(POOL("m", "member", "")) "}",
     QUIET " JF-RET-06@pools[0].cap"},
    {"{'name':'x','points':{'hold_days':7,'member':'5'}," CREDITED("'fraction':'1'")
         POOLS(POOL("m", "member", "")) "}",
     QUIET " JF-RET-06@pools[0].cap"},
    /* credit_on_refundable */
    {DOC("'credit':{'enabled':true}"), "credit_on_refundable@points.hold_days"},
    {DOC("'points':{'hold_days':6},'credit':{'enabled':true}"),
     "credit_on_refundable@points.hold_days"},
    {DOC(HELD "'credit':{'enabled':true}"), ""},
    {DOC("'refund_days':0,'credit':{'enabled':true}"), ""},
    /* a growth that is fixed is no contradiction */
    {DOC(HELD POOLS(POOL("m", "member", ",'growth_floor':'0.1','growth_cap':'0.1'"))), QUIET},
    /* bad_period */
    {DOC(HELD POOLS(POOL("m", "member", ",'min_days':30,'max_days':30,'periods':40"))), QUIET},
    {DOC(HELD POOLS(POOL("m", "member", ",'min_days':11,'max_days':10"))),
     "bad_period@pools[0].min_days " QUIET},
    {DOC(HELD POOLS(POOL("m", "member", ",'max_days':31"))), "bad_period@pools[0].max_days " QUIET},
    {DOC(HELD POOLS(POOL("m", "member", ",'periods':41"))), "bad_period@pools[0].periods " QUIET},
    /* token_price_can_fall */
    {DOC("'token':{'mint':'0.999999','sell_fee':'0'}"), ""},
    {DOC("'token':{'mint':'1'}"), "token_price_can_fall@token.mint"},
    {DOC("'token':{'sell_fee':'-0.000001'}"), "token_price_can_fall@token.sell_fee"},
    /* unknown_pool */
    {DOC(ALLOC("{'to':'dividend','pool':'m','base':'rebate','rate':'0.2'}")),
     "unknown_pool@allocation[0].pool"},
    {DOC(HELD ALLOC("{'to':'dividend','pool':'m','base':'rebate','rate':'0.2'}") "," POOLS(
         POOL("m", "member", ""))),
     QUIET},
    {DOC(ALLOC("{'to':'coin','base':'rebate','rate':'0.2','vacant_to':'m'}")),
     "unknown_pool@allocation[0].vacant_to"},
    {DOC(ALLOC("{'to':'coin','base':'rebate','rate':'0.2','vacant_to':'platform'}")), ""},
    /* pool_side_taken_twice */
    {DOC(HELD POOLS(POOL("m", "member", "") "," POOL("s", "shop", ""))),
     QUIET " quiet_period@pools[1].rule"},
    {DOC(HELD POOLS(POOL("m", "member", "") "," POOL("s", "member", ""))),
     "pool_side_taken_twice@pools[1].sides " QUIET " quiet_period@pools[1].rule"},
    /* wash_order */
    {DOC("'points':{'hold_days':6}," POOLS(POOL("m", "member", ""))),
     QUIET " wash_order@points.hold_days"},
    {DOC(ALLOC(TOKEN("0.5"))), "wash_order@points.hold_days JF-APP-01@allocation[0].to"},
    {DOC(ALLOC(TOKEN("0"))), ""},
    {DOC(POOLS("{'name':'s','sides':['shop'],'rule':'compound','growth_target':'0'}")),
     "JF-RET-02@pools[0].rule"},
    /* JF-PYR-01, JF-PYR-02 */
    {DOC(ALLOC(REFERRAL("'0.003','0.002','0'"))), "JF-PYR-01@allocation[0].levels " TAX},
    {DOC(ALLOC(REFERRAL("'0.003','0.002'"))), "JF-PYR-02@allocation[0].levels " TAX},
    {DOC(ALLOC(REFERRAL("'0.003','0'"))), TAX},
    /* JF-RET-02, JF-RET-06 */
    {DOC(HELD POOLS("{'name':'s','sides':['shop'],'rule':'share','growth_target':'0.000001'}")),
     QUIET " JF-RET-02@pools[0].growth_target"},
    {DOC(HELD POOLS("{'name':'m','sides':['member'],'rule':'share','growth_target':'-0.1'}")),
     QUIET " JF-RET-06@pools[0].cap"},
    {DOC("'rebate':{'max':'0.199999'}," HELD POOLS(
         "{'name':'m','sides':['member'],'rule':'share','growth_target':'0'}")),
     QUIET},
    /* JF-APP-01, JF-TAX-01 */
    {DOC(HELD ALLOC(TOKEN("0.5"))), "JF-APP-01@allocation[0].to"},
    {DOC(HELD ALLOC(TOKEN("0.000001"))), "JF-APP-01@allocation[0].to"},
    {DOC(HELD ALLOC(TOKEN("0"))), ""},
    {DOC(ALLOC("{'to':'recruit','base':'rebate','rate':'0.000001'}")), TAX},
    {DOC(ALLOC("{'to':'recruit','base':'rebate','rate':'0'}")), ""},
    /* every program that ends in a wallet, also by way of a pot */
    {DOC(ALLOC(PROGRAM("staff", ",'rate':'0.01'"))), TAX},
    {DOC(ALLOC(PROGRAM("performance", ",'rate':'0.01'"))), TAX},
    {DOC(ALLOC(PROGRAM("shareholders", ",'rate':'0.01'"))), TAX},
    {DOC(ALLOC(PROGRAM("home_owner", ",'rate':'0.01'"))), TAX},
    {DOC(ALLOC(PROGRAM("level", ",'rates':['0.01']"))), GRADES " " TAX},
    {DOC(ALLOC(PROGRAM("manager", ",'rates':['0.01'],'turnover':['0']"))), GRADES " " TAX},
    {DOC(ALLOC(PROGRAM("team", ",'rate':'0.01','rates':['0.01'],'turnover':['0']"))),
     GRADES " " TAX},
    {DOC(ALLOC(PROGRAM("level", ",'rates':['0.01'],'levels':2"))),
     "JF-PYR-02@allocation[0].levels " GRADES " " TAX},
    {DOC(ALLOC(COIN("rebate", "0.1") "," PROGRAM("staff", ",'rate':'0.01'"))),
     "JF-TAX-01@allocation[1].to"},
    {DOC("'withdraw':{'withholding':'0.000001'}," ALLOC(
         "{'to':'recruit','base':'rebate','rate':'0.1'}")),
     ""},
    {DOC(ALLOC("{'to':'recruit','base':'rebate','rate':'0.1'}")), TAX},
    {DOC(ALLOC("{'to':'city_partner','base':'rebate','rate':'0.1'},"
               "{'to':'recruit','base':'rebate','rate':'0.1'}")),
     TAX},
    {DOC(ALLOC("{'to':'recruit','base':'rebate','rate':'0'}," COIN("rebate", "0.1"))), ""},
};

static void test_findings(void)
{
    for (size_t i = 0; i < sizeof(finding_rows) / sizeof(finding_rows[0]); i++) {
        const finding_row *row = &finding_rows[i];
        reading *r = read_text(row->document);
        is_int(r->code, JF_OK, "findings are no refusal: %s", row->document);
        is_str(summary(&r->findings, JF_NOTICE), row->expected, "the findings of %s",
               row->document);
    }
}

/* What a later version must keep (section 18). */
static void test_previous(void)
{
    const jf_policy *before =
        &read_text(DOC(HELD POOLS(POOL("m", "member", "") "," POOL("s", "shop", ""))))->policy;
    static const finding_row rows[] = {
        {DOC(HELD POOLS(POOL("s", "shop", "") "," POOL("m", "member", ""))), ""},
        {DOC(HELD POOLS(POOL("s", "shop", ""))), "pool_dropped@pools"},
        {DOC(HELD POOLS(POOL("S", "shop", ""))), "pool_dropped@pools pool_dropped@pools"},
        {DOC(HELD "'timezone':'Europe/Berlin'," POOLS(
             POOL("m", "member", "") "," POOL("s", "shop", ""))),
         "zone_changed@timezone"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        reading *r = read_tree(parse(rows[i].document), before);
        is_str(summary(&r->findings, JF_ERROR_FINDING), rows[i].expected, "after a version: %s",
               rows[i].document);
    }
    reading *r = read_tree(parse(rows[1].document), before);
    is_str(detail_of(r, "pool_dropped"), "expected the pool \"m\" of the version before",
           "a dropped pool is named");
}

/* Documents that are wrong in one field each: the errors must be that one schema finding. */
#define IN_POOL(more) DOC("'pools':[{'name':'m','sides':['member'],'rule':'share'," more "}]")
#define ENTRY(fields) DOC("'allocation':[{" fields "}]")

static const finding_row field_rows[] = {
    {"{}", "name"},
    {"{'name':''}", "name"},
    {"{'name':7}", "name"},
    {"{'name':'12345678901234567890123456789012345678901234567890123456789012345'}", "name"},
    {DOC("'nmae':'y'"), "nmae"},
    {DOC("'timezone':''"), "timezone"},
    {DOC("'timezone':'/etc/passwd'"), "timezone"},
    {DOC("'timezone':'Asia//Shanghai'"), "timezone"},
    {DOC("'timezone':'Asia/'"), "timezone"},
    {DOC("'timezone':'../../etc'"), "timezone"},
    {DOC("'timezone':null"), "timezone"},
    {DOC("'rebate':'0.2'"), "rebate"},
    {DOC("'rebate':null"), "rebate"},
    {DOC("'rebate':{'min':0.03}"), "rebate.min"},
    {DOC("'rebate':{'min':'0'}"), "rebate.min"},
    {DOC("'rebate':{'min':'0.000000'}"), "rebate.min"},
    {DOC("'rebate':{'min':'0.0300000'}"), "rebate.min"},
    {DOC("'rebate':{'min':'.03'}"), "rebate.min"},
    {DOC("'rebate':{'min':'3e-2'}"), "rebate.min"},
    {DOC("'rebate':{'min':'-0.03'}"), "rebate.min"},
    {DOC("'rebate':{'min':'0.200001'}"), "rebate.min"},
    {DOC("'rebate':{'max':'1.000001'}"), "rebate.max"},
    {DOC("'rebate':{'median':'0.1'}"), "rebate.median"},
    {DOC("'points':[]"), "points"},
    {DOC("'points':{'member':1}"), "points.member"},
    {DOC("'points':{'member':'-1'}"), "points.member"},
    {DOC("'points':{'member':'-0'}"), "points.member"},
    {DOC("'points':{'shop':'1000.000001'}"), "points.shop"},
    {DOC("'points':{'hold_days':'7'}"), "points.hold_days"},
    {DOC("'points':{'hold_days':7.0}"), "points.hold_days"},
    {DOC("'points':{'hold_days':-1}"), "points.hold_days"},
    {DOC("'points':{'hold_days':366}"), "points.hold_days"},
    {DOC("'points':{'hold_days':4294967296}"), "points.hold_days"},
    {DOC("'refund_days':true"), "refund_days"},
    {DOC("'refund_days':366"), "refund_days"},
    {DOC("'pools':{}"), "pools"},
    {DOC("'pools':['member']"), "pools[0]"},
    {DOC("'pools':[{'sides':['shop'],'rule':'share'}]"), "pools[0].name"},
    {DOC("'pools':[{'name':'a b','sides':['shop'],'rule':'share'}]"), "pools[0].name"},
    {DOC("'pools':[{'name':'platform','sides':['shop'],'rule':'share'}]"), "pools[0].name"},
    {DOC("'pools':[{'name':'a','sides':['shop'],'rule':'share'},"
         "{'name':'a','sides':['member'],'rule':'share'}]"),
     "pools[1].name"},
    {DOC("'pools':[{'name':'a','rule':'share'}]"), "pools[0].sides"},
    {DOC("'pools':[{'name':'a','sides':'shop','rule':'share'}]"), "pools[0].sides"},
    {DOC("'pools':[{'name':'a','sides':[],'rule':'share'}]"), "pools[0].sides"},
    {DOC("'pools':[{'name':'a','sides':['buyer'],'rule':'share'}]"), "pools[0].sides[0]"},
    {DOC("'pools':[{'name':'a','sides':['shop','shop'],'rule':'share'}]"), "pools[0].sides[1]"},
    {DOC("'pools':[{'name':'a','sides':['shop',1],'rule':'share'}]"), "pools[0].sides[1]"},
    {DOC("'pools':[{'name':'a','sides':['shop']}]"), "pools[0].rule"},
    {DOC("'pools':[{'name':'a','sides':['shop'],'rule':'Share'}]"), "pools[0].rule"},
    {IN_POOL("'rate':'1.5'"), "pools[0].rate"},
    {IN_POOL("'metric':'volume'"), "pools[0].metric"},
    {IN_POOL("'first_threshold':'0.001'"), "pools[0].first_threshold"},
    {IN_POOL("'first_threshold':'100000000000'"), "pools[0].first_threshold"},
    {IN_POOL("'growth_target':'1000.1'"), "pools[0].growth_target"},
    {IN_POOL("'growth_target':'--1'"), "pools[0].growth_target"},
    {IN_POOL("'growth_floor':'-1'"), "pools[0].growth_floor"},
    {IN_POOL("'growth_floor':'0.150001'"), "pools[0].growth_floor"},
    {IN_POOL("'growth_floor':'-0.5','growth_cap':'-0.6'"), "pools[0].growth_floor"},
    {IN_POOL("'growth_cap':'-1'"), "pools[0].growth_cap"},
    {IN_POOL("'min_days':-1"), "pools[0].min_days"},
    {IN_POOL("'max_days':0,'min_days':0"), "pools[0].max_days"},
    {IN_POOL("'periods':0"), "pools[0].periods"},
    {IN_POOL("'cap':'1001'"), "pools[0].cap"},
    {IN_POOL("'caps':'5'"), "pools[0].caps"},
    {DOC("'allocation':'none'"), "allocation"},
    {DOC("'allocation':[null]"), "allocation[0]"},
    {ENTRY("'base':'rebate','rate':'0.1'"), "allocation[0].to"},
    {ENTRY("'to':3,'base':'rebate','rate':'0.1'"), "allocation[0].to"},
    {ENTRY("'to':'charity','base':'rebate','rate':'0.1'"), "allocation[0].to"},
    {ENTRY("'to':'staff','base':'rebate','rate':'0.1','base_pay':3000"), "allocation[0].base_pay"},
    {ENTRY("'to':'staff','base':'rebate'"), "allocation[0].rate"},
    {ENTRY("'to':'level','base':'rebate','rates':[]"), "allocation[0].rates"},
    {ENTRY("'to':'level','base':'rebate','rates':['0.1','0.05']"), "allocation[0].rates[1]"},
    {ENTRY("'to':'level','base':'rebate','rates':['0.1'],'levels':0"), "allocation[0].levels"},
    {ENTRY("'to':'level','base':'rebate','rates':['0.1'],'peer':'2'"), "allocation[0].peer"},
    {ENTRY("'to':'manager','base':'rebate','rates':['0.1','0.2'],'turnover':['0.00']"),
     "allocation[0].turnover"},
    {ENTRY("'to':'manager','base':'rebate','rates':['0.1','0.2'],'turnover':['5.00','5.00']"),
     "allocation[0].turnover[1]"},
    {ENTRY("'to':'manager','base':'rebate','rates':['0.1'],'turnover':['-1']"),
     "allocation[0].turnover[0]"},
    {ENTRY("'to':'team','base':'rebate','rate':'0.1','rates':['0.1']"), "allocation[0].turnover"},
    {ENTRY("'to':'team','base':'rebate','rate':'0.1','rates':['0.1','0.2'],"
           "'turnover':['5.00','4.99']"),
     "allocation[0].turnover[1]"},
    {ENTRY("'to':'shareholders','base':'rebate','rate':'0.1'},{'to':'shareholders',"
           "'base':'rebate','rate':'0.1'"),
     "allocation[1].to"},
    {ENTRY("'to':'coin','rate':'0.1'"), "allocation[0].base"},
    {ENTRY("'to':'coin','base':'margin','rate':'0.1'"), "allocation[0].base"},
    {ENTRY("'to':'coin','base':'rebate'"), "allocation[0].rate"},
    {ENTRY("'to':'coin','base':'rebate','rate':'1.1'"), "allocation[0].rate"},
    {ENTRY("'to':'coin','base':'rebate','rate':'0.1','scope':'any'"), "allocation[0].scope"},
    {ENTRY("'to':'coin','base':'rebate','rate':'0.1','pool':'m'"), "allocation[0].pool"},
    {ENTRY("'to':'coin','base':'rebate','rate':'0.1','vacant_to':1"), "allocation[0].vacant_to"},
    {ENTRY("'to':'dividend','base':'rebate','rate':'0.1'"), "allocation[0].pool"},
    {ENTRY("'to':'lock','base':'rebate','rate':'0.1','scope':'home'"), "allocation[0].scope"},
    {ENTRY("'to':'referral','base':'amount'"), "allocation[0].levels"},
    {ENTRY("'to':'referral','base':'amount','levels':[]"), "allocation[0].levels"},
    {ENTRY("'to':'referral','base':'amount','levels':'0.003'"), "allocation[0].levels"},
    {ENTRY("'to':'referral','base':'amount','levels':['0.003',0]"), "allocation[0].levels[1]"},
    {ENTRY("'to':'referral','base':'amount','levels':['0.003'],'rate':'0'"), "allocation[0].rate"},
    {ENTRY("'to':'agents','base':'amount','city':'0','province':'0'"), "allocation[0].county"},
    {ENTRY("'to':'agents','base':'amount','county':'0','city':'0','province':'0','mode':'sum'"),
     "allocation[0].mode"},
    {ENTRY("'to':'agents','base':'amount','county':'0.002','city':'0.001','province':'0.003'"),
     "allocation[0].city"},
    {ENTRY("'to':'agents','base':'amount','county':'0.001','city':'0.003','province':'0.002'"),
     "allocation[0].province"},
    {DOC("'allocation':[" TOKEN("0.1") "," TOKEN("0.1") "]"), "allocation[1].to"},
    {DOC("'credit':true"), "credit"},
    {DOC("'credit':{'enabled':'true'}"), "credit.enabled"},
    {DOC("'credit':{'enabled':0}"), "credit.enabled"},
    {DOC("'credit':{'max':'500.001'}"), "credit.max"},
    {DOC("'credit':{'max':'-1.00'}"), "credit.max"},
    {DOC("'credit':{'fraction':'1.01'}"), "credit.fraction"},
    {DOC("'token':{'mint':'1000.5'}"), "token.mint"},
    {DOC("'token':{'sell_fee':'1.1'}"), "token.sell_fee"},
    {DOC("'token':{'exit_fee':'-0.1'}"), "token.exit_fee"},
    {DOC("'token':{'exit_multiple':'0'}"), "token.exit_multiple"},
    {DOC("'token':{'exit_scope':'pool'}"), "token.exit_scope"},
    {DOC("'token':{'sell_price':'week'}"), "token.sell_price"},
    {DOC("'token':{'initial_price':'0.000000'}"), "token.initial_price"},
    {DOC("'token':{'initial_price':'1000000.000001'}"), "token.initial_price"},
    {DOC("'token':{'initial_price':'99999999999999999999'}"), "token.initial_price"},
    {"['name']", "policy"},
};

static void test_fields(void)
{
    for (size_t i = 0; i < sizeof(field_rows) / sizeof(field_rows[0]); i++) {
        reading *r = read_text(field_rows[i].document);
        const char *text = summary(&r->findings, JF_ERROR_FINDING);
        char expected[160];
        snprintf(expected, sizeof(expected), "schema@%s", field_rows[i].expected);
        is_str(text, expected, "one error in %s", field_rows[i].document);
        is_int(r->policy.document.n, 0, "a policy with errors has no text");
    }
}

/* A document that only has a name gets section 3's values everywhere. */
static void test_defaults(void)
{
    const jf_policy *p = &read_text("{'name':'x'}")->policy;
    ok(jf_str_eq(p->name, JF_STR("x")), "the name is read");
    ok(jf_str_eq(p->timezone, JF_STR("Asia/Shanghai")), "the default zone is Asia/Shanghai");
    is_int(p->rebate_min.v, 30000, "default rebate.min");
    is_int(p->rebate_max.v, 200000, "default rebate.max");
    is_int(p->points_member.v, 1000000, "default points.member");
    is_int(p->points_shop.v, 1000000, "default points.shop");
    is_int(p->hold_days, 0, "default points.hold_days");
    is_int(p->refund_days, 7, "default refund_days");
    is_int(p->pool_count, 0, "pools default to none");
    is_int(p->entry_count, 0, "the allocation defaults to none");
    ok(!p->credit.enabled, "credit is off by default");
    ok(!p->credit.earns_points, "credit earns no points by default");
    is_int(p->credit.max.v, 50000, "default credit.max");
    is_int(p->credit.fraction.v, 200000, "default credit.fraction");
    is_int(p->token.mint.v, 700000, "default token.mint");
    is_int(p->token.sell_fee.v, 200000, "default token.sell_fee");
    is_int(p->token.exit_multiple.v, 3000000, "default token.exit_multiple");
    is_int(p->token.exit_scope, JF_EXIT_MEMBER, "default token.exit_scope");
    is_int(p->token.exit_fee.v, 200000, "default token.exit_fee");
    is_int(p->token.sell_price, JF_SELL_DAY, "default token.sell_price");
    is_int(p->token.initial_price, 1000000, "default token.initial_price");
    is_int(p->version, 0, "the version is the caller's to fill in");
}

static void test_pool_defaults(void)
{
    const jf_policy *p =
        &read_text(DOC("'pools':[{'name':'m','sides':['member'],'rule':'compound'}]"))->policy;
    const jf_pool_policy *pool = &p->pools[0];
    is_int(p->pool_count, 1, "one pool is read");
    ok(jf_str_eq(pool->name, JF_STR("m")), "a pool's name is read");
    ok(pool->members && !pool->shops, "a pool's sides are read");
    is_int(pool->rule, JF_RULE_COMPOUND, "a pool's rule is read");
    is_int(pool->metric, JF_METRIC_FLOW, "default metric");
    is_int(pool->rate.v, 5000, "default rate");
    is_int(pool->first_threshold.v, 100000000, "default first_threshold");
    is_int(pool->growth_target.v, 150000, "default growth_target");
    is_int(pool->growth_floor.v, 0, "default growth_floor");
    is_int(pool->growth_cap.v, 150000, "default growth_cap");
    is_int(pool->min_days, 10, "default min_days");
    is_int(pool->max_days, 30, "default max_days");
    is_int(pool->periods, 40, "default periods");
    is_int(pool->cap.v, 5000000, "default cap");
}

/* Every field set to something that is not its default. */
static const char full[] =
    "{'name':'full','timezone':'Europe/Berlin','rebate':{'min':'0.04','max':'0.5'},"
    "'points':{'member':'2','shop':'0.5','hold_days':9},'refund_days':8,"
    "'pools':[{'name':'both','sides':['shop','member'],'rule':'compound','rate':'0.01',"
    "'metric':'cumulative','first_threshold':'400','growth_target':'-0.1',"
    "'growth_floor':'-0.5','growth_cap':'0.25','min_days':1,'max_days':29,'periods':12,"
    "'cap':'0.1'}],"
    "'allocation':[{'to':'dividend','pool':'both','base':'rebate','rate':'0.2'},"
    "{'to':'lock','base':'amount','rate':'0.001','scope':'other','vacant_to':'both'},"
    "{'to':'referral','base':'amount','levels':['0.003','0.002']},"
    "{'to':'agents','base':'amount','mode':'stacked','county':'0.003','city':'0.002',"
    "'province':'0.001'}],"
    "'credit':{'enabled':true,'max':'60.5','fraction':'0.3','earns_points':true},"
    "'token':{'mint':'0.6','sell_fee':'0.1','exit_multiple':'1.2','exit_scope':'lot',"
    "'exit_fee':'0.15','sell_price':'spot','initial_price':'2.5'}}";

static void test_full(void)
{
    const reading *r = read_text(full);
    const jf_policy *p = &r->policy;
    is_str(summary(&r->findings, JF_ERROR_FINDING), "", "the full document has no errors");
    ok(jf_str_eq(p->timezone, JF_STR("Europe/Berlin")), "timezone is read");
    is_int(p->rebate_min.v, 40000, "rebate.min is read");
    is_int(p->rebate_max.v, 500000, "rebate.max is read");
    is_int(p->points_member.v, 2000000, "points.member is read");
    is_int(p->points_shop.v, 500000, "points.shop is read");
    is_int(p->hold_days, 9, "points.hold_days is read");
    is_int(p->refund_days, 8, "refund_days is read");
    ok(p->credit.enabled && p->credit.earns_points, "credit's switches are read");
    is_int(p->credit.max.v, 6050, "credit.max is read");
    is_int(p->credit.fraction.v, 300000, "credit.fraction is read");
    is_int(p->token.mint.v, 600000, "token.mint is read");
    is_int(p->token.sell_fee.v, 100000, "token.sell_fee is read");
    is_int(p->token.exit_multiple.v, 1200000, "token.exit_multiple is read");
    is_int(p->token.exit_scope, JF_EXIT_LOT, "token.exit_scope is read");
    is_int(p->token.exit_fee.v, 150000, "token.exit_fee is read");
    is_int(p->token.sell_price, JF_SELL_SPOT, "token.sell_price is read");
    is_int(p->token.initial_price, 2500000, "token.initial_price is read");
}

static void test_full_lists(void)
{
    const jf_policy *p = &read_text(full)->policy;
    const jf_pool_policy *pool = &p->pools[0];
    ok(pool->members && pool->shops, "both sides are read");
    is_int(pool->metric, JF_METRIC_CUMULATIVE, "metric is read");
    is_int(pool->rate.v, 10000, "a pool's rate is read");
    is_int(pool->first_threshold.v, 40000, "first_threshold is read");
    is_int(pool->growth_target.v, -100000, "growth_target may be negative");
    is_int(pool->growth_floor.v, -500000, "growth_floor may be negative");
    is_int(pool->growth_cap.v, 250000, "growth_cap is read");
    is_int(pool->min_days * 10000 + pool->max_days * 100 + pool->periods, 12912,
           "min_days, max_days and periods are read");
    is_int(pool->cap.v, 100000, "cap is read");
    const jf_entry *e = p->entries;
    is_int(p->entry_count, 4, "four entries are read");
    is_int(e[0].to, JF_TO_DIVIDEND, "dividend is read");
    is_int(e[0].pool, 0, "a dividend's pool is its place in pools");
    is_int(e[0].vacant, JF_TO_PLATFORM, "vacant_to defaults to the platform");
    is_int(e[0].base, JF_BASE_REBATE, "base rebate is read");
    is_int(e[1].scope, JF_LOCK_OTHER, "scope is read");
    is_int(e[1].base, JF_BASE_AMOUNT, "base amount is read");
    is_int(e[1].rate.v, 1000, "an entry's rate is read");
    is_int(e[1].vacant, 0, "vacant_to may name a pool");
    is_int(e[2].levels, 2, "two levels are read");
    is_int(e[2].level[0].v, 3000, "the first level is read");
    is_int(e[2].level[1].v, 2000, "the second level is read");
    is_int(e[2].scope, JF_LOCK_ANY, "fields of other kinds stay zero");
    is_int(e[3].mode, JF_AGENTS_STACKED, "mode is read");
    is_int(e[3].level[JF_COUNTY].v, 3000, "county is read");
    is_int(e[3].level[JF_CITY].v, 2000, "city is read");
    is_int(e[3].level[JF_PROVINCE].v, 1000, "province is read");
    for (int to = 0; to < JF_TO_COUNT; to++) {
        ok(jf_to_wire((jf_to)to)[0] != '\0', "%s has a wire name", jf_to_wire((jf_to)to));
    }
}

/* Section 16, and what the check is to say about each, loudly, without refusing it. */
static void test_presets(void)
{
    static const finding_row rows[] = {
        {"wodian", "quiet_period@pools[0].rule quiet_period@pools[1].rule "
                   "JF-RET-02@pools[0].growth_target JF-RET-06@pools[0].cap "
                   "JF-RET-02@pools[1].growth_target JF-PYR-02@allocation[3].levels "
                   "JF-TAX-01@allocation[3].to"},
        {"zhongdian", "JF-RET-02@pools[0].rule JF-RET-06@pools[0].cap JF-TAX-01@allocation[2].to"},
        {"mall", "JF-APP-01@allocation[0].to JF-PYR-02@allocation[1].levels "
                 "JF-TAX-01@allocation[1].to"},
        {"local", "JF-APP-01@allocation[0].to JF-PYR-02@allocation[1].levels "
                  "JF-TAX-01@allocation[1].to"},
    };
    uint32_t count = sizeof(rows) / sizeof(rows[0]);
    for (uint32_t i = 0; i < count; i++) {
        is_str(jf_preset_name(i), rows[i].document, "preset %u is %s", i, rows[i].document);
        jf_json name = {.type = JF_JSON_STRING, .text = jf_str_of(rows[i].document)};
        const reading *r = read_tree(&name, NULL);
        is_int(r->code, JF_OK, "%s is found by its name", rows[i].document);
        is_int(r->findings.errors, 0, "%s has no errors", rows[i].document);
        is_str(summary(&r->findings, JF_NOTICE), rows[i].expected, "the findings of %s",
               rows[i].document);
        ok(jf_str_eq(r->policy.name, name.text), "%s bears its name", rows[i].document);
        is_int(r->policy.hold_days, 7, "%s holds for 7 days", rows[i].document);
        is_int(r->policy.refund_days, 7, "%s refunds for 7 days", rows[i].document);
    }
    ok(jf_preset_name(count) == NULL, "there are no more presets");
    jf_json name = {.type = JF_JSON_STRING, .text = JF_STR("nope")};
    const reading *r = read_tree(&name, NULL);
    is_int(r->code, JF_E_NOT_FOUND, "an unknown preset is not_found");
    is_str(r->error.field, "policy", "an unknown preset is about the field policy");
}

static const jf_policy *preset(const char *name)
{
    jf_json value = {.type = JF_JSON_STRING, .text = jf_str_of(name)};
    return &read_tree(&value, NULL)->policy;
}

static void test_preset_values(void)
{
    const jf_policy *p = preset("wodian");
    is_int(p->pools[0].first_threshold.v, 100000000, "wodian members: 1,000,000 points first");
    is_int(p->pools[1].first_threshold.v, 1000000000, "wodian shops: 10,000,000 points first");
    is_int(p->pools[0].min_days * 100 + p->pools[1].min_days, 1009, "wodian: 10 and 9 days");
    is_int(p->entry_count, 8, "wodian has eight entries");
    is_int(p->entries[6].level[JF_PROVINCE].v, 60000, "wodian: agents up to 6 %%");
    p = preset("zhongdian");
    is_int(p->pools[0].first_threshold.v, 40000, "zhongdian: 400 points first");
    is_int(p->pools[0].rule, JF_RULE_COMPOUND, "zhongdian compounds");
    is_int(p->pools[0].metric, JF_METRIC_CUMULATIVE, "zhongdian measures all points");
    is_int(p->pools[0].min_days, 0, "zhongdian has no least days");
    ok(p->pools[0].members && p->pools[0].shops, "zhongdian's pool takes both sides");
    ok(p->credit.enabled, "zhongdian gives credit");
    p = preset("mall");
    is_int(p->rebate_min.v, 700000, "mall: at least 70 %%");
    is_int(p->rebate_max.v, 700000, "mall: at most 70 %%");
    is_int(p->token.exit_multiple.v, 3000000, "mall: exit at 3");
    p = preset("local");
    is_int(p->rebate_min.v, 200000, "local: at least 20 %%");
    is_int(p->rebate_max.v, 200000, "local: at most 20 %%");
    is_int(p->token.exit_multiple.v, 1200000, "local: exit at 1.2");
}

static void test_canonical(void)
{
    static const char loose[] =
        "{'cmd':'policy.set', 'policy': {\n 'points' : {'hold_days': 7 }, 'token': {},\n"
        " 'name':'a\\u00e9\\/\\n', 'pools': [ ], 'credit':{'enabled' : false},\n"
        " 'allocation':[ {'to':'referral','levels':['0.1'],'base':'rebate'} ] }, 'from':'x'}";
    static const char tight[] =
        "{\"points\":{\"hold_days\":7},\"token\":{},\"name\":\"aé/\\n\",\"pools\":[],"
        "\"credit\":{\"enabled\":false},\"allocation\":[{\"to\":\"referral\",\"levels\":[\"0.1\"],"
        "\"base\":\"rebate\"}]}";
    const jf_json *inside = jf_json_get(parse(loose), JF_STR("policy"));
    jf_str text = read_tree(inside, NULL)->policy.document;
    is_bytes(text.p, text.n, tight, "the text is compact, in the order given, without siblings");
    const char *name;
    for (uint32_t i = 0; (name = jf_preset_name(i)) != NULL; i++) {
        const char *once = jf_str_c(&arena, preset(name)->document);
        jf_str twice = read_text(once)->policy.document;
        is_bytes(twice.p, twice.n, once, "the text of %s reads as itself", name);
    }
}

/* "[item,item,…]" after a key, with places for a number. */
static const char *repeated(const char *key, const char *item, int count)
{
    jf_buf text;
    jf_buf_init(&text, &arena);
    jf_buf_c(&text, "{'name':'x','");
    jf_buf_c(&text, key);
    jf_buf_c(&text, "':[");
    for (int i = 0; i < count; i++) {
        char part[160];
        snprintf(part, sizeof(part), item, i);
        jf_buf_c(&text, i > 0 ? "," : "");
        jf_buf_c(&text, part);
    }
    jf_buf_c(&text, "]}");
    return jf_str_c(&arena, jf_buf_view(&text));
}

static void test_limits(void)
{
    static const char pool[] = "{'name':'p%d','sides':['shop'],'rule':'share'}";
    static const char entry[] = "{'to':'lock','base':'rebate','rate':'0.01','vacant_to':'p%d'}";
    static const char coin[] = "{'to':'coin','base':'rebate','rate':'0.0%d'}";
    const reading *r = read_text(repeated("pools", pool, 17));
    is_str(r->findings.list[0].field, "pools", "a seventeenth pool is too many");
    is_str(r->findings.list[0].detail, "expected at most 16 pools, found a list of 17",
           "the limit of pools is said");
    is_int(r->policy.pool_count, 16, "sixteen pools are read");
    is_int(read_text(repeated("pools", pool, 16))->findings.errors, 15,
           "sixteen pools are not too many, but all take the same side");
    is_int(read_text(repeated("allocation", coin, 9))->findings.errors, 0, "nine entries are fine");
    r = read_text(repeated("allocation", entry, 33));
    is_int(r->findings.errors, 33, "of 33 entries 32 are read, and the list is too long");
    is_str(r->findings.list[0].id, "schema", "the length is a schema finding");
    r = read_text(repeated("allocation",
                           "{'to':'referral','base':'rebate','levels':["
                           "'0','0','0','0','0','0','0','0','%d']}",
                           1));
    is_str(summary(&r->findings, JF_ERROR_FINDING),
           "schema@allocation[0].levels JF-PYR-01@allocation[0].levels",
           "nine levels are too many to read, and more than two");
    r = read_text(repeated("allocation", "%d", 32));
    is_int(r->findings.errors, 32, "every entry that is no object is found");
    r = read_text(repeated("pools",
                           "{'name':'p%d','sides':[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,"
                           "16,17,18,19,20],'rule':'share'}",
                           16));
    is_int(r->findings.errors, 320, "errors beyond the end of the list are counted");
    is_int(r->findings.count, JF_FINDINGS_MAX, "the list of findings has an end");
}

static void test_details(void)
{
    static const struct {
        const char *document, *detail;
    } rows[] = {
        {"{}", "expected a text of 1 to 64 bytes, but the field is missing"},
        {DOC("'refund_days':'7'"),
         "expected a whole number of days from 0 to 365, found the text \"7\""},
        {DOC("'refund_days':366"),
         "expected a whole number of days from 0 to 365, found the number 366"},
        {DOC("'points':{'member':1.5}"), "expected a decimal string from 0 to 1000, at most 6 "
                                         "decimals, found a number with a decimal point or "
                                         "exponent"},
        {DOC("'token':[]"), "expected an object, found a list of 0"},
        {DOC("'credit':{'enabled':null}"), "expected true or false, found null"},
        {DOC("'x':1"), "no such field belongs here; check its spelling or leave it out"},
        {ENTRY("'to':'teams','base':'rebate','rate':'0'"),
         "expected a kind of share, like \"dividend\" or \"referral\", found the text \"teams\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const reading *r = read_text(rows[i].document);
        is_str(detail_of(r, "schema"), rows[i].detail, "what is said of %s", rows[i].document);
    }
    const reading *r =
        read_text(DOC("'政策政策政策政策政策政策政策政策政策政策政策政策\\u001b':1"));
    is_str(r->findings.list[0].field, "政策政策政策政策政策政策政策政策政策政策政",
           "a long field is cut between characters");
    r = read_text(DOC("'a\\u001b[2J':1"));
    is_str(r->findings.list[0].field, "a?[2J", "a field cannot drive a terminal");
}

static void test_findings_json(void)
{
    const reading *r = read_text("{'token':{'mint':'1'}}");
    jf_buf text;
    jf_buf_init(&text, &arena);
    jf_jw w;
    jf_jw_init(&w, &text);
    jf_findings_write(&w, NULL, &r->findings);
    jf_json *list;
    ok(jf_json_parse(&arena, jf_buf_view(&text), &list, NULL), "the findings are JSON");
    is_int(list->count, 2, "there are two of them");
    const jf_json *first = list->child;
    static const char *const keys[] = {"id", "severity", "field", "citation", "en", "zh", "detail"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const jf_json *value = jf_json_get(first, jf_str_of(keys[i]));
        ok(value != NULL && value->text.n > 0, "a schema finding has %s", keys[i]);
    }
    ok(jf_str_eq(jf_json_get(first, JF_STR("severity"))->text, JF_STR("error")),
       "the severity is a word");
    ok(jf_json_get(first->next, JF_STR("detail")) == NULL, "no detail where there is none");
    r = read_text("{'name':'x'}");
    jf_buf_clear(&text);
    jf_jw_init(&w, &text);
    jf_findings_write(&w, NULL, &r->findings);
    is_bytes(text.p, text.n, "[]", "no findings are an empty list");
}

int main(void)
{
    jf_arena_init(&arena, 0);
    test_findings();
    test_previous();
    test_fields();
    test_defaults();
    test_pool_defaults();
    test_full();
    test_full_lists();
    test_presets();
    test_preset_values();
    test_canonical();
    test_limits();
    test_details();
    test_findings_json();
    for (int k = 0; k < JF_FINDING_KINDS; k++) {
        ok(seen[k], "some row of this test finds %s", ids[k]);
    }
    jf_arena_free(&arena);
    return tap_plan_done();
}
