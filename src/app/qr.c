/*
 * The texts of QR codes (qr.h): "jfc~shop~12300~17~1709254800~MAC". Ids hold no ~.
 *
 * MAC is the first half of HMAC-SHA-256 over all before it.
 */
#include "app/qr.h"

#include <string.h>

#include "base/check.h"
#include "base/id.h"
#include "base/secret.h"
#include "base/sha256.h"

#define SECOND INT64_C(1000000)
#define MAC_BYTES 16
#define MAC_TEXT (JF_BASE64URL_SIZE(MAC_BYTES) - 1)

#define FIELDS_MOST 4

static const struct {
    const char *wire, *prefix;
    uint32_t fields; /* between the prefix and the MAC */
    bool of_shop, timed;
} kinds[JF_QR_KINDS] = {
    [JF_QR_PLATE] = {"plate", "jfp~", 1, true, false},
    [JF_QR_CHARGE] = {"charge", "jfc~", FIELDS_MOST, true, true},
    [JF_QR_MEMBER] = {"member", "jfm~", 2, false, true},
    [JF_QR_INVITATION] = {"invitation", "jfi~", 1, false, false},
};

const char *jf_qr_kind_wire(jf_qr_kind kind)
{
    JF_ASSERT(kind < JF_QR_KINDS);
    return kinds[kind].wire;
}

bool jf_qr_of_shop(jf_qr_kind kind)
{
    JF_ASSERT(kind < JF_QR_KINDS);
    return kinds[kind].of_shop;
}

static void mac_of(const uint8_t key[JF_QR_KEY_SIZE], jf_str text, char out[MAC_TEXT + 1])
{
    jf_hash hash = jf_hmac_sha256(key, JF_QR_KEY_SIZE, text.p, text.n);
    jf_base64url(out, hash.b, MAC_BYTES);
}

void jf_qr_print(const uint8_t key[JF_QR_KEY_SIZE], const jf_qr *qr, jf_buf *out)
{
    size_t start = out->n;
    char mac[MAC_TEXT + 1];
    jf_buf_c(out, kinds[qr->kind].prefix);
    if (qr->kind == JF_QR_PLATE)
        jf_buf_int(out, qr->plate);
    else
        jf_buf_str(out, qr->id);
    if (qr->kind == JF_QR_CHARGE) {
        jf_buf_char(out, '~');
        jf_buf_int(out, qr->amount);
        jf_buf_char(out, '~');
        jf_buf_int(out, qr->charge);
    }
    if (kinds[qr->kind].timed) {
        JF_ASSERT(qr->until.us % SECOND == 0);
        jf_buf_char(out, '~');
        jf_buf_int(out, qr->until.us / SECOND);
    }
    jf_buf_char(out, '~');
    mac_of(key, (jf_str){out->p + start, (uint32_t)(out->n - start)}, mac);
    jf_buf_c(out, mac);
}

static bool kind_of(jf_str text, jf_qr_kind *kind)
{
    for (int i = 0; i < JF_QR_KINDS; i++)
        if (text.n > 4 && !memcmp(text.p, kinds[i].prefix, 4)) {
            *kind = (jf_qr_kind)i;
            return true;
        }
    return false;
}

/* The fields between the tildes, as many as the kind has. */
static bool fields_split(jf_str text, jf_str fields[FIELDS_MOST], uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const char *end = memchr(text.p, '~', text.n);
        if (!end)
            return false;
        fields[i] = (jf_str){text.p, (uint32_t)(end - text.p)};
        text.n -= fields[i].n + 1;
        text.p = end + 1;
    }
    return text.n == 0;
}

/* What we have signed we have written, so these are numbers. */
static int64_t number_of(jf_str text)
{
    uint64_t number;
    bool is_one = jf_number_parse(text, &number);
    JF_ASSERT(is_one);
    return (int64_t)number;
}

jf_qr_result jf_qr_read(const uint8_t key[JF_QR_KEY_SIZE], jf_str text, jf_instant now, jf_qr *qr)
{
    char mac[MAC_TEXT + 1];
    jf_str fields[FIELDS_MOST];
    *qr = (jf_qr){.kind = JF_QR_PLATE};
    if (text.n < MAC_TEXT + 5 || text.n > 200 || !kind_of(text, &qr->kind))
        return JF_QR_FOREIGN;
    jf_str body = {text.p, text.n - (uint32_t)MAC_TEXT};
    mac_of(key, body, mac);
    if (!jf_bytes_equal(mac, body.p + body.n, MAC_TEXT) ||
        !fields_split((jf_str){body.p + 4, body.n - 4}, fields, kinds[qr->kind].fields))
        return JF_QR_FOREIGN;
    if (qr->kind == JF_QR_PLATE) {
        qr->plate = number_of(fields[0]);
        return JF_QR_OK;
    }
    qr->id = fields[0];
    if (!kinds[qr->kind].timed)
        return JF_QR_OK;
    if (qr->kind == JF_QR_CHARGE) {
        qr->amount = number_of(fields[1]);
        qr->charge = number_of(fields[2]);
    }
    qr->until.us = number_of(fields[kinds[qr->kind].fields - 1]) * SECOND;
    return now.us < qr->until.us ? JF_QR_OK : JF_QR_OVER;
}

jf_qr jf_qr_of_member(jf_str member, jf_instant now)
{
    int64_t step = now.us / (SECOND * JF_QR_MEMBER_S);
    return (jf_qr){
        .kind = JF_QR_MEMBER, .id = member, .until = {(step + 2) * SECOND * JF_QR_MEMBER_S}};
}
