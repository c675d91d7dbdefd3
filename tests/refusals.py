"""What takes a story of its own before a route refuses it: for http_errors.t."""

import re

import town
from serving import Broken, Server
from signing import PASSWORD, Session, made, now_of, person, totp

OPTIONS = ("--rate", "100000", "--channel", "sandbox", "--join")

# Good bodies of what is the server's own.
AMOUNT = {"amount": "1.00"}
OWN = {
    "SIGN_IN": {"name": "una", "password": "not this one"},
    "JOIN": {"name": "joy", "password": "a long enough one"},
    "PASSWORD": {"old": "x", "new": "another good one"}, "TOTP_BEGIN": {"code": "123456"},
    "TOTP_END": {"password": "x"}, "CLOSING": {"password": "x"},
    "PERSON_CREATE": {"name": "una", "password": "a long enough one"},
    "PERSON_GRANT": {"role": "finance"}, "PERSON_WITHDRAW": {"role": "finance"},
    "PERSON_PASSWORD": {"password": "a long enough one"},
    "CLERK_ADD": {"name": "nobody"}, "CLERK_REMOVE": {"name": "nobody"},
    "DECIDE": {"decision": "approve"}, "ASK_DECIDE": {"decision": "approve"},
    "PLATE_BIND": {"shop": "s"}, "PLATE_MOVE": {"shop": "s"},
    "CHARGE": AMOUNT, "PREFERENCES_PUT": {"personal": True},
    "CODE_READ": {"code": "x"}, "CODE_PICTURE": {"code": "x"},
    "QUOTE": {"shop": "s", **AMOUNT}, "SALE_QUOTE": {"n": "1"}, "REFUND_QUOTE": AMOUNT,
    "MEMBER_REFUND_QUOTE": AMOUNT, "SHOP_REFUND_QUOTE": AMOUNT,
    "PAYMENT": {"shop": "s", **AMOUNT}, "PAYMENT_PLAY": {"outcome": "paid"},
    "POLICY_CHECK": {"policy": {}}, "SIMULATE": {"policy": {}},
    "COLLECTION": {"code": "x", **AMOUNT},
    "REFUND_ASK": {"order": "o", "reason": "why not", **AMOUNT}, "SHOP_REFUND": AMOUNT,
    "SHOP_PROFILE_PUT": {"name": "Tea"},
}


# Rules that say no to the key of the system: (operation, code, body beside the good one, path).
RULES = (
    ("POLICY_SET", "policy_invalid", {"policy": {}}, {}),
    ("MEMBER_CREATE", "cycle", {"id": "eve", "referrer": "eve"}, {}),
    ("MEMBER_CREATE", "exists", {"phone": "13912345678"}, {}),
    ("MEMBER_HOME", "already_bound", {}, {"member": "n"}),
    ("MEMBER_SALE", "insufficient_tokens", {"n": "999"}, {}),
    ("MEMBER_SALE", "amount_overflow", {"n": "9" * 20}, {}),
    ("SALE_QUOTE", "insufficient_tokens", {"n": "999"}, {}),
    ("SALE_QUOTE", "amount_overflow", {"n": "9" * 20}, {}),
    ("MEMBER_COINS", "insufficient_coins", {"shop": "mall", "coins": "999.00"}, {}),
    ("MEMBER_WITHDRAWAL", "insufficient_wallet", {"amount": "9999.00"}, {}),
    ("SHOP_WITHDRAWAL", "insufficient_wallet", {"amount": "9999.00"}, {}),
    ("SHOP_CREATE", "policy_limit", {"rebate": "0.9"}, {}),
    ("SHOP_UPDATE", "policy_limit", {"rebate": "0.9"}, {}),
    ("REBATE_QUOTE", "policy_limit", {"rebate": "0.9"}, {}),
    ("SHOP_DIVIDEND", "insufficient_wallet", {"profit": "9999.00"}, {"shop": "chain"}),
    ("ORDER_PAY", "insufficient_vouchers", {"voucher": "1.00"}, {}),
    ("ORDER_PAY", "credit_exceeded", {"voucher": "9.00", "credit": "9.00"}, {}),
    ("ORDER_PAY", "policy_limit", {"shop": "mall", "legacy_coins": "9.00"}, {}),
    ("ORDER_PAY", "insufficient_coins",
     {"shop": "mall", "amount": "1000.00", "legacy_coins": "50.00"}, {}),
    ("QUOTE", "insufficient_vouchers", {"voucher": "1.00"}, {}),
    ("QUOTE", "credit_exceeded", {"voucher": "1.00", "credit": "1.00"}, {}),
    ("QUOTE", "policy_limit", {"shop": "frugal", "voucher": "1.00"}, {}),
    ("TAX_REMIT", "insufficient_fund", {"amount": "9999.00"}, {}),
    ("PERSON_CREATE", "exists", {}, {}),
    ("PERSON_GRANT", "exists", {"role": "operator"}, {"name": "una"}),
    ("CLERK_ADD", "exists", {"name": "una", "password": "not the one of una"}, {}),
    ("SHOP_REFUND", "id_conflict", {"id": "r"}, {}),
    ("REFUND_ASK", "id_conflict", {"id": "asked", "amount": "3.00"}, {}),
    ("ASSET", "no_route", {}, {"asset": "nothing"}),
)
REFUNDS = ("ORDER_REFUND", "REFUND_QUOTE", "MEMBER_REFUND_QUOTE", "SHOP_REFUND_QUOTE",
           "SHOP_REFUND")


class Story:
    """A server with somebody to tell it to."""

    def __init__(self, asked, server):
        self.asked, self.server, self.system = asked, server, server.key("system")

    def expect(self, name, code, who=..., /, values=None, **body):
        who = self.system if who is ... else who
        good = self.asked.body(name)
        whole = None if good is None else good | body
        self.asked.expect(self.server, name, code, who, body=whole, values=values)

    def tell(self, name, who=..., /, values=None, **body):
        """The answer to a good request."""
        who = self.system if who is ... else who
        method = self.asked.rows[name][0]
        good = self.asked.body(name)
        address = self.asked.address(name, values)
        if isinstance(who, Session):
            status, _, answer = who.ask(method, address, None if good is None else good | body)
        else:
            status, _, answer = self.server.ask(method, address,
                                                None if good is None else good | body, who)
        if status >= 400:
            self.asked.faults.append(f"{name}: {answer}")
        return answer

    def until_locked(self, name, who, /, values=None, **body):
        """Wrong passwords, until the name is locked: the first locks are short."""
        whole = self.asked.body(name) | body
        for _ in range(14):
            if self.asked.ask(self.server, name, who, body=whole, values=values) == "locked":
                return
        self.asked.faults.append(f"{name} locks nobody")


def tell_rules(story):
    story.tell("SHOP_CREATE", id="frugal", max_voucher_ratio="0.05")
    story.tell("REFUND_ASK", id="asked")
    for name, code, body, values in RULES:
        story.expect(name, code, values=values, **body)
    for name in REFUNDS:
        story.expect(name, "refund_too_large", amount="9999.00")
        story.expect(name, "refund_too_late", values={"order": "old", "member": "n"})


def tell_asks(story):
    """What the shop decides about refunds: each ask has a number of its own."""
    def ask(**more):
        return {"ask": str(story.tell("REFUND_ASK", **more)["ask"])}
    story.expect("ASK_DECIDE", "refund_too_large", values=ask(amount="9999.00"))
    story.expect("ASK_DECIDE", "refund_too_late", values=ask(values={"member": "n"}, order="old"))
    rejected = ask()
    story.tell("ASK_DECIDE", values=rejected, decision="reject")
    story.expect("ASK_DECIDE", "state_conflict", values=rejected)
    used = ask()
    story.tell("ORDER_REFUND", values={"order": "o2"}, id=f"refund-ask:{used['ask']}")
    story.expect("ASK_DECIDE", "id_conflict", values=used)


def tell_payments(story):
    """Paid through the sandbox; then its table of refunds is elsewhere."""
    story.tell("PAYMENT", id="pay")
    story.tell("PAYMENT_PLAY", values={"payment": "pay"})
    story.expect("PAYMENT", "id_conflict", id="pay", amount="2.00")
    code = story.tell("CHARGE")["code"]
    method, path = "POST", "/v1/members/m/payments"
    story.server.ask(method, path, {"id": "charged", "code": code}, story.system)
    story.tell("PAYMENT_PLAY", values={"payment": "charged"})
    story.asked.expect(story.server, "PAYMENT", "state_conflict", story.system,
                       body={"id": "again", "code": code})
    code = story.tell("MEMBER_CODE")["code"]
    story.expect("CODE_READ", "forbidden", story.server.key("member", "n"), code=code)
    story.tell("COLLECTION", id="scanned", code=code)
    story.expect("COLLECTION", "id_conflict", id="scanned", code=code, amount="2.00")
    story.expect("COLLECTION", "state_conflict", id="other", code=code)
    ask = {"ask": str(story.tell("REFUND_ASK", order="pay")["ask"]), "order": "pay"}
    for name in ("ORDER_REFUND", "SHOP_REFUND", "ASK_DECIDE"):
        with Broken(story.server, "back"):
            story.expect(name, "channel_failed", values=ask)
    with Broken(story.server, "charge"):
        story.expect("CHARGE_GET", "channel_failed", values={"charge": "1"})


def tell_passwords(story, una):
    """Signing in, second factors, and names that are locked."""
    server = story.server
    secret = person(server, "create", "tia", "--totp", password=PASSWORD).stdout.split()[-1]
    secret = dict(re.findall(r"(secret)=([A-Z2-7]+)", secret)).get("secret", secret)
    story.expect("SIGN_IN", "code_required", None, name="tia", password=PASSWORD)
    tia = Session(server, "tia", code=totp(secret, now_of(server)))
    story.expect("TOTP_PREPARE", "state_conflict", tia)
    story.expect("TOTP_BEGIN", "state_conflict", una)
    story.expect("TOTP_END", "state_conflict", una, password=PASSWORD)
    story.expect("CLOSING", "state_conflict", una, password=PASSWORD)
    story.expect("SIGN_IN", "sign_in_failed", None)
    story.expect("JOIN", "exists", None, name="una")
    for name, who in (("PASSWORD", "lou"), ("TOTP_END", "liz"), ("CLOSING", "lee")):
        made(server, who, ("member", "m"))
        session = Session(server, who)
        story.expect(name, "wrong_password", session)
        story.until_locked(name, session)
    story.until_locked("SIGN_IN", None, name="lou")
    story.until_locked("JOIN", None, name="lou", password="wrong all the time")
    story.until_locked("CLERK_ADD", story.system, name="lou", password="wrong all the time")


def tell_leaving(story):
    """Somebody who has left, somebody who never was, and one who invites themselves."""
    server = story.server
    story.tell("MEMBER_CREATE", id="lea", phone="13800000009")
    made(server, "lea", ("member", "lea"))
    lea = Session(server, "lea")
    story.tell("CLOSING", lea, {"member": "lea"}, password=PASSWORD)
    story.expect("PERSON_GRANT", "state_conflict", values={"name": "lea"})
    story.expect("CLERK_ADD", "state_conflict", name="lea")
    made(server, "gho", ("member", "ghost"))
    story.expect("CLOSING", "not_found", Session(server, "gho"), {"member": "ghost"},
                 password=PASSWORD)
    code = story.tell("INVITATION", server.key("member", "zoe"), {"member": "zoe"})["code"]
    story.expect("JOIN", "cycle", None, name="zoe", invitation=code)


def tell_approvals(story, ann, bob):
    """Asked for by one, decided by the other: what the rules say then."""
    def approve(code, name, /, values=None, **body):
        number = str(story.tell(name, ann, values, **body)["approval"])
        story.expect("DECIDE", code, bob, {"approval": number})
    approve("policy_invalid", "POLICY_SET", policy={})
    approve("day_closed", "POLICY_SET", **{"from": "2024-02-01"})
    approve("id_conflict", "FUND_INJECT", {"fund": "credit"}, id="f")
    approve("insufficient_wallet", "SHOP_DIVIDEND", {"shop": "chain"}, profit="9999.00")
    number = {"approval": str(story.tell("FUND_INJECT", ann)["approval"])}
    story.tell("DECIDE", bob, number, decision="reject")
    story.expect("DECIDE", "state_conflict", bob, number)
    story.tell("PERSON_GRANT", values={"name": "una"}, role="risk")
    approve("exists", "PERSON_GRANT", {"name": "una"}, role="risk")


def tell_early(asked, folder):
    """Books that are ahead of the clock: every day of its is closed."""
    server = Server(folder, town.commands(), "early.db", OPTIONS, "2024-02-20T09:00:00+08:00")
    story = Story(asked, server)
    ask = {"ask": str(story.tell("REFUND_ASK")["ask"])}
    for name in asked.having("day_closed"):
        if name != "DECIDE":
            body = {"from": "2024-02-01"} if name == "POLICY_SET" else {}
            who = None if name == "JOIN" else story.system
            story.expect(name, "day_closed", who, {"day": "2024-02-01", **ask}, **body)
    server.stop()


def tell_bare(asked, folder):
    """A server that was started without a channel, where nobody joins by themselves."""
    server = Server(folder, town.commands(), "bare.db", ("--rate", "100000"))
    story = Story(asked, server)
    story.expect("JOIN", "forbidden", None)
    for name in ("PAYMENT", "COLLECTION", "RECONCILE", "PAYMENT_PLAY"):
        story.expect(name, "channel_failed")
    server.stop()


def stories(asked, folder, server, una):
    """All of them; what goes on when the books cannot be written is returned."""
    story = Story(asked, server)
    for name in ("ann", "bob"):
        made(server, name, ("operator", None), ("finance", None))
    ann, bob = Session(server, "ann"), Session(server, "bob")
    tell_rules(story)
    tell_asks(story)
    tell_payments(story)
    asked.told("each rule says no in its own words")
    tell_passwords(story, una)
    tell_leaving(story)
    asked.told("people are told what is wrong with their password, their name, their leaving")
    tell_approvals(story, ann, bob)
    tell_early(asked, folder)
    tell_bare(asked, folder)
    asked.told("what two decide, what is over, and what a server has not")
    return story, {
        "DECIDE": (bob, {"approval": str(story.tell("FUND_INJECT", ann)["approval"])}, {}),
        "ASK_DECIDE": (..., {"ask": str(story.tell("REFUND_ASK")["ask"])}, {}),
        "COLLECTION": (..., {}, {"code": story.tell("MEMBER_CODE")["code"]}),
        "CODE_READ": (..., {}, {"code": story.tell("CHARGE")["code"]}),
    }
