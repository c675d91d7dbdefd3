/*
 * The desk: what is about people and machines and not about money. It lies in
 * a SQLite file of its own beside the books, PATH.desk (decision 17), so that it
 * can be erased while the ledger stays, and written while a server holds the books.
 *
 * Any thread may call; a mutex inside lets one in at a time. Other processes
 * may write meanwhile: a call waits for them for a moment. Functions that are
 * called for each row must not call the desk.
 */
#ifndef JF_STORE_DESK_H
#define JF_STORE_DESK_H

#include "base/day.h"
#include "base/password.h"
#include "base/sha256.h"
#include "store/store.h"

typedef struct jf_desk jf_desk;

/* By the URL of the books; made when it is not there. */
jf_store_result jf_desk_open(jf_desk **out, const char *books, jf_store_error *error);
void jf_desk_close(jf_desk *desk);

/* Changes whenever another process has written. */
int64_t jf_desk_version(jf_desk *desk);

/* --- keys of machines (desk_keys.c) ---------------------------------------------------------- */

/* A key as it is kept: never the key itself. Texts are valid during the call. */
typedef struct jf_desk_key {
    int64_t no;
    jf_str name, role, scope;
    jf_hash hash; /* of the key */
    jf_instant created, revoked;
    bool is_revoked;
} jf_desk_key;

/* Adds a key; its number in key->no. */
jf_store_result jf_desk_key_add(jf_desk *desk, jf_desk_key *key, jf_store_error *error);

/* JF_STORE_NONE when no key has this hash. Texts live in the arena. */
jf_store_result jf_desk_key_find(jf_desk *desk, jf_arena *arena, jf_hash hash, jf_desk_key *out,
                                 jf_store_error *error);

/* JF_STORE_NONE when there is no such key; a second time changes nothing. */
jf_store_result jf_desk_key_revoke(jf_desk *desk, int64_t no, jf_instant at, jf_store_error *error);

/* All keys, by number; false from fn ends it. */
jf_store_result jf_desk_key_scan(jf_desk *desk, bool (*fn)(void *context, const jf_desk_key *key),
                                 void *context, jf_store_error *error);

/* --- people, their roles and sessions (desk_people.c) -------------------------------------- */

typedef struct jf_desk_person {
    int64_t no;
    jf_str name;
    char password[JF_PASSWORD_HASH_SIZE]; /* Argon2id, encoded */
    uint8_t totp[JF_TOTP_SECRET_SIZE];
    uint8_t totp_next[JF_TOTP_SECRET_SIZE]; /* prepared, and not in force yet */
    bool has_totp, has_totp_next, disabled;
    int64_t totp_used; /* the last step whose code was taken */
    int64_t failures;  /* signing in, since it last worked */
    jf_instant locked; /* nobody signs in with this name before */
    jf_instant closed; /* they have left, for good; 0: they have not */
    jf_str joining;    /* the command that will make them a member; empty: they do not join */
} jf_desk_person;

/* JF_STORE_NONE when the name is taken. */
jf_store_result jf_desk_person_add(jf_desk *desk, jf_desk_person *person, jf_store_error *error);

/* JF_STORE_NONE when nobody has this name. The texts live in the arena. */
jf_store_result jf_desk_person_find(jf_desk *desk, jf_arena *arena, jf_str name,
                                    jf_desk_person *out, jf_store_error *error);

/* Everything but the name and the number. */
jf_store_result jf_desk_person_put(jf_desk *desk, const jf_desk_person *person,
                                   jf_store_error *error);

/* Somebody leaves, and the member with them. */
typedef struct jf_desk_leaving {
    int64_t person;
    jf_str member;
    jf_str roles; /* a JSON array: of these nobody holds one for the member any more */
    jf_instant at;
} jf_desk_leaving;

/*
 * What proves them, their sessions, roles and what the member said is erased; the name
 * stays taken. All of it, or nothing.
 */
jf_store_result jf_desk_person_close(jf_desk *desk, const jf_desk_leaving *leaving,
                                     jf_store_error *error);

/* Has the member left? OK: yes, NONE: no. */
jf_store_result jf_desk_member_closed(jf_desk *desk, jf_str member, jf_store_error *error);

/* Only while they join: NONE when they do not. */
jf_store_result jf_desk_person_remove(jf_desk *desk, int64_t no, jf_store_error *error);

/* NONE when it was granted, or was not, before. */
jf_store_result jf_desk_role_grant(jf_desk *desk, int64_t person, jf_str role, jf_str scope,
                                   jf_store_error *error);
jf_store_result jf_desk_role_withdraw(jf_desk *desk, int64_t person, jf_str role, jf_str scope,
                                      jf_store_error *error);

typedef struct jf_desk_role {
    int64_t person;
    jf_str name, role, scope;
    bool disabled, has_totp, closed;
} jf_desk_role;

/* Which roles: zeros and empty texts are everybody's. */
typedef struct jf_desk_whose {
    int64_t person;     /* of this one alone */
    int64_t after;      /* of those with a higher number */
    jf_str role, scope; /* a role without a scope: whatever it is for */
} jf_desk_whose;

/* By number. People without a role come once, with an empty one, unless a role is asked for. */
jf_store_result jf_desk_role_scan(jf_desk *desk, const jf_desk_whose *whose,
                                  bool (*fn)(void *context, const jf_desk_role *role),
                                  void *context, jf_store_error *error);

/* Sessions by the hash of their token; those that ended long ago are swept here. */
jf_store_result jf_desk_session_add(jf_desk *desk, jf_hash hash, int64_t person, jf_instant now,
                                    jf_instant until, jf_store_error *error);

/* Whose, and until when; NONE when it is over, was ended, or the person may not come in. */
jf_store_result jf_desk_session_find(jf_desk *desk, jf_arena *arena, jf_hash hash, jf_instant now,
                                     jf_desk_person *person, jf_instant *until,
                                     jf_store_error *error);
jf_store_result jf_desk_session_end(jf_desk *desk, jf_hash hash, jf_store_error *error);

/* When somebody's sessions end, the first to end first; also of those that are over. */
jf_store_result jf_desk_session_scan(jf_desk *desk, int64_t person,
                                     bool (*fn)(void *context, jf_instant until), void *context,
                                     jf_store_error *error);

/* All of somebody's but one, or with NULL all. */
jf_store_result jf_desk_sessions_end(jf_desk *desk, int64_t person, const jf_hash *but,
                                     jf_store_error *error);

/* --- what members say of themselves (desk_profile.c) ----------------------------------------- */

typedef struct jf_desk_profile {
    jf_str phone;    /* empty: none; what stands in the books is not here */
    bool personal;   /* may what is shown to them depend on what they did? */
    jf_str language; /* like zh-CN; empty: they did not say */
} jf_desk_profile;

/* What holds when nothing was said, when nothing was. Texts live in the arena. */
jf_store_result jf_desk_profile_find(jf_desk *desk, jf_arena *arena, jf_str member,
                                     jf_desk_profile *out, jf_store_error *error);
jf_store_result jf_desk_phone_put(jf_desk *desk, jf_str member, jf_str phone,
                                  jf_store_error *error);

/* All but the phone, which stays. */
jf_store_result jf_desk_preferences_put(jf_desk *desk, jf_str member,
                                        const jf_desk_profile *profile, jf_store_error *error);

/* --- what shops say of themselves (desk_shops.c) ------------------------------------------- */

/* To everybody. It is never erased, so an edition stands for one text. */
typedef struct jf_desk_shop {
    jf_str shop;
    jf_str name;                  /* what it is called; never empty */
    jf_str address, phone, hours; /* empty: not said */
    int64_t edition;              /* grows with every change of any shop's */
} jf_desk_shop;

/* NONE when it has said nothing. Texts live in the arena. */
jf_store_result jf_desk_shop_find(jf_desk *desk, jf_arena *arena, jf_str shop, jf_desk_shop *out,
                                  jf_store_error *error);

/* In place of the edition that *shop has, 0: of nothing. NONE when it is another by now. */
jf_store_result jf_desk_shop_put(jf_desk *desk, const jf_desk_shop *shop, jf_store_error *error);

/* Those that were changed behind an edition, in the order of the changes. */
jf_store_result jf_desk_shop_scan(jf_desk *desk, int64_t edition,
                                  bool (*fn)(void *context, const jf_desk_shop *shop),
                                  void *context, jf_store_error *error);

/*
 * Those whose name begins so, capitals or not (of ASCII), by name and id, behind the shop
 * `after` (empty: from the first).
 */
jf_store_result jf_desk_shop_named(jf_desk *desk, jf_str begins, jf_str after,
                                   bool (*fn)(void *context, const jf_desk_shop *shop),
                                   void *context, jf_store_error *error);

/* --- plates and secrets (desk_plates.c) ------------------------------------------------- */

/* A printed QR plate and the shop that it stands for. */
typedef struct jf_desk_plate {
    int64_t no;
    jf_str shop;
    jf_instant made, bound;
} jf_desk_plate;

/* A new one; its number in plate->no. */
jf_store_result jf_desk_plate_add(jf_desk *desk, jf_desk_plate *plate, jf_store_error *error);

/* NONE when there is no such plate, or not at `from`; empty: wherever it is. */
jf_store_result jf_desk_plate_bind(jf_desk *desk, int64_t no, jf_str from, jf_str shop,
                                   jf_instant now, jf_store_error *error);
/* NONE when there is no such plate. */
jf_store_result jf_desk_plate_find(jf_desk *desk, jf_arena *arena, int64_t no, jf_desk_plate *out,
                                   jf_store_error *error);

/* Those of a shop, by number. */
jf_store_result jf_desk_plate_scan(jf_desk *desk, jf_str shop,
                                   bool (*fn)(void *context, const jf_desk_plate *plate),
                                   void *context, jf_store_error *error);

/* 32 random bytes of that name, made when they are first asked for. */
jf_store_result jf_desk_secret(jf_desk *desk, const char *name, uint8_t out[32],
                               jf_store_error *error);

/* --- charges (desk_charges.c) ---------------------------------------------------------------- */

/* An amount that a shop asks for by a code, for a while. */
typedef struct jf_desk_shop_charge {
    int64_t no;
    jf_str shop;
    int64_t amount; /* fen */
    jf_instant until;
} jf_desk_shop_charge;

/* A new one; its number in charge->no. */
jf_store_result jf_desk_shop_charge_add(jf_desk *desk, jf_desk_shop_charge *charge,
                                        jf_store_error *error);

/* NONE when there is no such charge. Its text lives in the arena. */
jf_store_result jf_desk_shop_charge_find(jf_desk *desk, jf_arena *arena, int64_t no,
                                         jf_desk_shop_charge *out, jf_store_error *error);

/* --- payments (desk_payments.c) ------------------------------------------------------------ */

typedef enum jf_payment_state {
    JF_PAYMENT_PENDING,   /* the channel was asked for the cash */
    JF_PAYMENT_PAID,      /* the channel has it; the order is not in the books yet */
    JF_PAYMENT_DONE,      /* the order is */
    JF_PAYMENT_FAILED,    /* the payer could not */
    JF_PAYMENT_CLOSED,    /* the payer did not, in time */
    JF_PAYMENT_RETURNING, /* late, refused by the rules, or the charge was paid: it goes back */
    JF_PAYMENT_RETURNED,
    JF_PAYMENT_STATES
} jf_payment_state;

const char *jf_payment_state_wire(jf_payment_state state);

/* An order on its way to being paid. Amounts in fen. */
typedef struct jf_desk_payment {
    jf_str id; /* of the order too */
    jf_str member, shop;
    int64_t amount, voucher, credit, cash;
    bool scan;
    jf_payment_state state;
    jf_instant created, until;
    jf_instant paid;  /* when we learned of it: the order's time; 0: not yet */
    jf_str reason;    /* why it goes back: a code of the rules, or late; empty */
    int64_t charge;   /* number of the charge that it pays; 0: none */
    int64_t no;       /* in the order of creation, the desk's to say, like the next */
    jf_instant moved; /* when it came to its state */
} jf_desk_payment;

/* NONE when the id was used. */
jf_store_result jf_desk_payment_add(jf_desk *desk, const jf_desk_payment *payment,
                                    jf_store_error *error);

/* Of a member (empty: of all), newest first, with numbers below `before` (0: from the newest). */
jf_store_result jf_desk_payment_scan(jf_desk *desk, jf_str member, int64_t before,
                                     bool (*fn)(void *context, const jf_desk_payment *payment),
                                     void *context, jf_store_error *error);

/*
 * A member's code was scanned for a payment: NONE when it was for another before.
 * Codes that are over are forgotten.
 */
jf_store_result jf_desk_code_use(jf_desk *desk, jf_str code, jf_str payment, jf_instant until,
                                 jf_instant now, jf_store_error *error);

/* Of the payments of a charge the one that is furthest; NONE when nobody began one. */
jf_store_result jf_desk_payment_of_charge(jf_desk *desk, jf_arena *arena, int64_t charge,
                                          jf_desk_payment *out, jf_store_error *error);

/* Texts live in the arena. */
jf_store_result jf_desk_payment_find(jf_desk *desk, jf_arena *arena, jf_str id,
                                     jf_desk_payment *out, jf_store_error *error);

/*
 * From one state to another, once: NONE when it is in another by now, or is to be paid and another
 * payment of its charge was.
 */
typedef struct jf_payment_move {
    jf_payment_state from, to;
    jf_instant at;   /* when: now */
    jf_instant paid; /* kept when it is not 0 */
    jf_str reason;   /* kept when it is not empty */
} jf_payment_move;

jf_store_result jf_desk_payment_move(jf_desk *desk, jf_str id, const jf_payment_move *move,
                                     jf_store_error *error);

/* Ids of those that something must be done about at this time: paid, returning, or over. */
jf_store_result jf_desk_payment_due(jf_desk *desk, jf_instant now,
                                    bool (*fn)(void *context, jf_str id), void *context,
                                    jf_store_error *error);

typedef enum jf_back_state {
    JF_BACK_ASKED,   /* the books have not answered the refund yet */
    JF_BACK_DUE,     /* they have: the cash must go back through the channel */
    JF_BACK_SENT,    /* it has */
    JF_BACK_REFUSED, /* the rules refused the refund */
} jf_back_state;

/* The refund of an order that was paid through a channel, on its way. */
typedef struct jf_desk_back {
    jf_str id;      /* of the refund, in the books and at the channel */
    jf_str payment; /* and so the order */
    jf_str command; /* order.refund, as it will be sent again until it is answered */
    jf_back_state state;
    int64_t amount; /* fen, once it is due */
} jf_desk_back;

/* From one state to another, once; NONE as with payments. */
typedef struct jf_back_move {
    jf_back_state from, to;
    int64_t amount;
    jf_instant at;
} jf_back_move;

/* NONE when the id was used. */
jf_store_result jf_desk_back_add(jf_desk *desk, const jf_desk_back *back, jf_store_error *error);

/* One that the rules refused is asked again, with other content: NONE when they did not. */
jf_store_result jf_desk_back_again(jf_desk *desk, const jf_desk_back *back, jf_store_error *error);
jf_store_result jf_desk_back_find(jf_desk *desk, jf_arena *arena, jf_str id, jf_desk_back *out,
                                  jf_store_error *error);
jf_store_result jf_desk_back_move(jf_desk *desk, jf_str id, const jf_back_move *move,
                                  jf_store_error *error);
jf_store_result jf_desk_back_due(jf_desk *desk, bool (*fn)(void *context, jf_str id), void *context,
                                 jf_store_error *error);

/* Money that moved through the channel. Texts are valid during the call. */
typedef struct jf_desk_money {
    jf_str charge; /* the payment's id */
    jf_str refund; /* its id; empty: it was paid */
    int64_t amount;
    jf_instant at;
} jf_desk_money;

/* What the desk knows to have moved from a time on, before another; in the order of time. */
jf_store_result jf_desk_money_scan(jf_desk *desk, jf_instant from, jf_instant to,
                                   bool (*fn)(void *context, const jf_desk_money *row),
                                   void *context, jf_store_error *error);

/* --- what members ask back (desk_refunds.c) ------------------------------------------------ */

/* A member asks for a refund; somebody of the shop or the office decides. Amount in fen. */
typedef struct jf_desk_ask {
    int64_t no;
    jf_str id; /* the member's own: NONE when it is added again */
    jf_str member, shop, order;
    int64_t amount;
    jf_str reason;
    jf_str state; /* open, approved, rejected */
    jf_instant asked, decided;
    jf_str decider, outcome; /* empty: not yet; the outcome is a code of the rules, or ok */
    bool late;               /* approved as an exception, whether or not the window is over */
} jf_desk_ask;

/* Its number in ask->no. NONE when the member used the id: *ask is what for then. */
jf_store_result jf_desk_ask_add(jf_desk *desk, jf_arena *arena, jf_desk_ask *ask,
                                jf_store_error *error);
jf_store_result jf_desk_ask_find(jf_desk *desk, jf_arena *arena, int64_t no, jf_desk_ask *out,
                                 jf_store_error *error);

/* From open to its state, with decided, decider and late; NONE when it was decided before. */
jf_store_result jf_desk_ask_decide(jf_desk *desk, const jf_desk_ask *decided,
                                   jf_store_error *error);

/* What the rules said to an approved one; other than ok, it is open again. */
jf_store_result jf_desk_ask_outcome(jf_desk *desk, int64_t no, jf_str outcome,
                                    jf_store_error *error);

/* Of a member or a shop (empty: of all), newest first, below `before` (0: from the newest). */
jf_store_result jf_desk_ask_scan(jf_desk *desk, jf_str member, jf_str shop, int64_t before,
                                 bool (*fn)(void *context, const jf_desk_ask *ask), void *context,
                                 jf_store_error *error);

/* --- the pretended channel's own books (desk_sandbox.c) ------------------------------------- */

typedef struct jf_desk_charge {
    int64_t amount;
    int64_t state; /* the channel's: 0 pending, 1 paid, then as it likes */
} jf_desk_charge;

/* NONE when it was opened before, with whatever amount. */
jf_store_result jf_desk_charge_open(jf_desk *desk, jf_str id, int64_t amount,
                                    jf_store_error *error);
jf_store_result jf_desk_charge_find(jf_desk *desk, jf_str id, jf_desk_charge *out,
                                    jf_store_error *error);

/* What the bill will say of a charge. */
typedef enum jf_charge_lie {
    JF_LIE_NONE,
    JF_LIE_UNBILLED,  /* nothing */
    JF_LIE_MISBILLED, /* one fen more */
    JF_LIE_STRAY,     /* and of another, ID:stray, that nobody asked for */
} jf_charge_lie;

/* To a state, from one of a set (a bit each). */
typedef struct jf_charge_move {
    unsigned from;
    int64_t to;
    jf_instant paid; /* 0: it is not */
    jf_charge_lie lie;
} jf_charge_move;

/* NONE when it is in none of the states. */
jf_store_result jf_desk_charge_move(jf_desk *desk, jf_str id, const jf_charge_move *move,
                                    jf_store_error *error);

/* NONE when less is left; a refund that was made before is OK and changes nothing. */
jf_store_result jf_desk_charge_refund(jf_desk *desk, jf_str id, jf_str refund, int64_t amount,
                                      jf_instant now, jf_store_error *error);

/* Its bill from a time on, before another, with its lies; in the order of time. */
jf_store_result jf_desk_bill_scan(jf_desk *desk, jf_instant from, jf_instant to,
                                  bool (*fn)(void *context, const jf_desk_money *row),
                                  void *context, jf_store_error *error);

/* --- the trail, and what waits for a second person (desk_office.c) ------------------------- */

/* An act in the trail; it can be added and never changed. */
typedef struct jf_desk_act {
    int64_t no;
    jf_instant at;
    jf_str who, act, subject, outcome;
} jf_desk_act;

jf_store_result jf_desk_act_add(jf_desk *desk, const jf_desk_act *act, jf_store_error *error);

/* The newest first, below `before` (0: from the newest). */
jf_store_result jf_desk_act_scan(jf_desk *desk, int64_t before,
                                 bool (*fn)(void *context, const jf_desk_act *act), void *context,
                                 jf_store_error *error);

/* A command that one person asked for and another must agree to. */
typedef struct jf_desk_approval {
    int64_t no;
    jf_instant asked, decided;
    jf_str asker, command, state, decider, outcome; /* state: open, approved, rejected */
} jf_desk_approval;

jf_store_result jf_desk_approval_add(jf_desk *desk, jf_desk_approval *approval,
                                     jf_store_error *error);
jf_store_result jf_desk_approval_find(jf_desk *desk, jf_arena *arena, int64_t no,
                                      jf_desk_approval *out, jf_store_error *error);

/* From open only, once: NONE when it was decided before. */
jf_store_result jf_desk_approval_decide(jf_desk *desk, const jf_desk_approval *decided,
                                        jf_store_error *error);

/* What the rules answered to an approved command. */
jf_store_result jf_desk_approval_outcome(jf_desk *desk, int64_t no, jf_str outcome,
                                         jf_store_error *error);
jf_store_result jf_desk_approval_scan(jf_desk *desk, int64_t before,
                                      bool (*fn)(void *context, const jf_desk_approval *approval),
                                      void *context, jf_store_error *error);

#endif
