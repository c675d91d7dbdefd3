/*
 * What QR codes of jifen say (spec section 13, scan and pay), signed so that
 * nobody else can make one:
 *
 *   plate   stands in a shop for years; names a plate, which the desk binds to a
 *           shop, so that a printed plate can move with its shop or to another
 *   charge  a shop asks for an amount, for a few minutes; has a number on the desk, by which
 *           the shop sees what came of it
 *   member  a member shows who they are; changes every minute
 *   invitation  a member's, for years: whoever joins with it was referred by them
 *
 * None of them moves money: whoever reads one learns whom it is about.
 */
#ifndef JF_APP_QR_H
#define JF_APP_QR_H

#include "base/day.h"
#include "base/str.h"

#define JF_QR_KEY_SIZE 32
#define JF_QR_MEMBER_S 60 /* a member's code changes this often, and is good as long again */

typedef enum jf_qr_kind {
    JF_QR_PLATE,
    JF_QR_CHARGE,
    JF_QR_MEMBER,
    JF_QR_INVITATION,
    JF_QR_KINDS
} jf_qr_kind;

const char *jf_qr_kind_wire(jf_qr_kind kind);

/* Does it lead to a shop? The others lead to a member. */
bool jf_qr_of_shop(jf_qr_kind kind);

typedef struct jf_qr {
    jf_qr_kind kind;
    int64_t plate;    /* number of a plate */
    jf_str id;        /* the shop of a charge; the member of the others */
    int64_t amount;   /* fen, of a charge */
    int64_t charge;   /* number of a charge */
    jf_instant until; /* of a charge and a member's: not good any more */
} jf_qr;

typedef enum jf_qr_result {
    JF_QR_OK,
    JF_QR_FOREIGN, /* no code of ours, or changed on the way */
    JF_QR_OVER,    /* it was ours, and its time is over */
} jf_qr_result;

/* Letters, digits and - _ . : ~ only. */
void jf_qr_print(const uint8_t key[JF_QR_KEY_SIZE], const jf_qr *qr, jf_buf *out);

/* The texts of *qr lie in `text`. */
jf_qr_result jf_qr_read(const uint8_t key[JF_QR_KEY_SIZE], jf_str text, jf_instant now, jf_qr *qr);

/* A member's code of now. */
jf_qr jf_qr_of_member(jf_str member, jf_instant now);

#endif
