"""Books in which every kind of command was accepted once, for tests that ask what happens next: a
day of a small town, with units, coins, credit, old debts, a mall and a chain store.
"""

from serving import TODAY

POLICY = {
    "name": "town", "points": {"hold_days": 1}, "refund_days": 1,
    "credit": {"enabled": True, "max": "50.00", "fraction": "0.2"}, "token": {},
    "withdraw": {"withholding": "0.2"}, "legacy": {"coin_ratio": "0.05"},
    "pools": [{"name": "p", "sides": ["member", "shop"], "rule": "compound"}],
    "allocation": [{"to": "dividend", "pool": "p", "base": "rebate", "rate": "0.2"},
                   {"to": "coin", "base": "rebate", "rate": "0.05"},
                   {"to": "token_pool", "base": "rebate", "rate": "0.2"},
                   {"to": "referral", "base": "rebate", "levels": ["0.1"]}]}
BEGIN = "2024-02-26T09:00:00+08:00"  # so that an order of this day cannot be refunded any more


def shop(name, kind, rebate="0.2"):
    return {"cmd": "shop.create", "id": name, "owner": "m", "kind": kind, "region": "330106",
            "rebate": rebate, "at": BEGIN}


def kept(command, name, at=TODAY, **fields):
    return {"cmd": command, "id": name, "at": at, **fields}


def commands():
    """For `apply`: member m refers n, who buys; shops s and t, mall and chain."""
    return [
        {"cmd": "policy.set", "policy": POLICY, "from": "2024-02-26"},
        kept("member.create", "m", BEGIN, phone="13912345678"),
        kept("member.create", "n", BEGIN, referrer="m"),
        shop("s", "alliance"), shop("t", "alliance", "0.1"), shop("mall", "self"),
        shop("chain", "chain"),
        kept("order.pay", "old", BEGIN, member="n", shop="s", amount="1000.00"),
        kept("order.pay", "old2", BEGIN, member="m", shop="mall", amount="1000.00"),
        kept("order.pay", "o", member="m", shop="s", amount="1000.00"),
        kept("order.pay", "o2", member="n", shop="chain", amount="1000.00"),
        kept("order.refund", "r", order="o2", amount="1.00"),
        kept("fund.inject", "f", fund="capital", amount="100.00"),
        kept("token.inject", "ti", amount="6.00"),
        kept("token.sell", "ts", member="n", n="1"),
        kept("legacy.import", "li", member="m", owed="50.00"),
        kept("legacy.grant", "lg", member="m", coins="10.00"),
        kept("coin.redeem", "cr", member="m", shop="mall", coins="0.10"),
        kept("withdraw.request", "w", member="m", amount="5.00"),
        kept("withdraw.request", "w1", member="m", amount="1.00"),
        kept("withdraw.approve", "w1"), kept("withdraw.paid", "w1"),
        kept("withdraw.request", "w2", member="m", amount="1.00"),
        kept("withdraw.reject", "w2"),
        kept("withdraw.request", "w3", shop="s", amount="1.00"),
        kept("tax.remit", "tr", amount="0.10"),
        kept("share.issue", "si", shop="chain", member="m", shares=10),
        kept("share.transfer", "st", shop="chain", **{"from": "m", "to": "n"}, shares=1),
        kept("dividend.declare", "dd", shop="chain", period="2024-02", profit="10.00"),
        {"cmd": "reward.enroll", "program": "staff", "member": "m", "weight": 1, "at": TODAY},
        {"cmd": "home.bind", "member": "n", "shop": "s", "at": TODAY},
    ]
