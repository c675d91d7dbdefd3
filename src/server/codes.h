/*
 * What codes and payments share (handle_codes.c, handle_payments.c).
 */
#ifndef JF_SERVER_CODES_H
#define JF_SERVER_CODES_H

#include "app/qr.h"
#include "server/exchange.h"

/* Goes on in `finish` with the shop's terms as the job's answer; refused there if there is none. */
void jf_shop_ask(jf_exchange *x, jf_str shop, void (*finish)(jf_exchange *x));

/*
 * What a code says, a plate's shop looked up; false when it was refused, as what the
 * request's `field` says. Texts live in `code`.
 */
bool jf_code_find(jf_exchange *x, const char *field, jf_str code, jf_qr *qr);

/* What every payment says of itself; what else it says depends on who is told. */
void jf_payment_members(jf_jw *w, const jf_desk_payment *payment);

/*
 * Refunds the order through the channel if it was paid through it, by the command
 * `line` with the id `id`, and goes on in `finish` as if the writer had run it; false: it was
 * not.
 */
bool jf_refund_through_channel(jf_exchange *x, jf_str order, jf_str id, jf_str line,
                               void (*finish)(jf_exchange *x));

#endif
