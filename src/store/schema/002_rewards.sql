-- Reward programs, chain stores, old debts, tax withheld (spec sections 9, 12, 13).

ALTER TABLE state ADD COLUMN chains INTEGER NOT NULL DEFAULT 0;

-- Who serves a shop, who runs it, and its number among stores with shareholders (0: none).
ALTER TABLE party ADD COLUMN staff INTEGER NOT NULL DEFAULT 0;
ALTER TABLE party ADD COLUMN manager INTEGER NOT NULL DEFAULT 0;
ALTER TABLE party ADD COLUMN chain INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX party_chain ON party (chain) WHERE chain > 0;

-- Consumption coins that paid for a part of an order; tax withheld of a withdrawal.
ALTER TABLE orders ADD COLUMN legacy INTEGER NOT NULL DEFAULT 0;
ALTER TABLE withdrawal ADD COLUMN tax INTEGER NOT NULL DEFAULT 0;

-- Not debts alone: standings, turnovers and shares that are not 0 are listed as well.
ALTER TABLE debt RENAME TO listed;

DROP VIEW balance;
DROP VIEW posting;
DROP VIEW payout;

-- What every account holds now.
CREATE VIEW balance AS
SELECT coalesce(pk.name, 'platform') AS owner_kind,
       coalesce(p.id, 'platform') AS owner,
       k.name AS account,
       pool.name AS pool,
       iif(k.per = 'cohort', a.slot >> 12, NULL) AS cohort,
       al.name AS program,
       store.id AS store,
       u.name AS unit,
       iif(u.decimals = 0, a.balance,
           printf('%s%d.%0*d', iif(a.balance < 0, '-', ''), abs(a.balance) / u.scale,
                  u.decimals, abs(a.balance) % u.scale)) AS balance,
       printf('%d.%02d', a.credited / 100, a.credited % 100) AS credited,
       a.last AS last_journal,
       a.bucket, a.owner AS owner_no, a.slot, a.balance AS balance_steps
FROM account a
JOIN account_kind k ON k.kind = a.slot & 63
JOIN unit u ON u.unit = k.unit
LEFT JOIN party p ON p.no = a.owner
LEFT JOIN party_kind pk ON pk.kind = p.kind
LEFT JOIN pool ON k.per IN ('pool', 'cohort') AND pool.no = a.slot >> 6 & 63
LEFT JOIN allocation al ON k.per = 'program' AND al.allocation = a.slot >> 6 & 63
LEFT JOIN party store ON k.per = 'chain' AND store.chain > 0 AND store.chain = a.slot >> 12;

-- Every movement, and why.
CREATE VIEW posting AS
SELECT j.number AS journal,
       e.key + 1 AS line,
       date(j.day * 86400, 'unixepoch') AS day,
       jk.name AS journal_kind,
       coalesce(pk.name, 'platform') AS owner_kind,
       coalesce(p.id, 'platform') AS owner,
       k.name AS account,
       pool.name AS pool,
       iif(k.per = 'cohort', (e.value ->> 1) >> 12, NULL) AS cohort,
       al.name AS program,
       store.id AS store,
       u.name AS unit,
       iif(u.decimals = 0, e.value ->> 2,
           printf('%s%d.%0*d', iif((e.value ->> 2) < 0, '-', ''), abs(e.value ->> 2) / u.scale,
                  u.decimals, abs(e.value ->> 2) % u.scale)) AS amount,
       iif(u.decimals = 0, e.value ->> 3,
           printf('%s%d.%0*d', iif((e.value ->> 3) < 0, '-', ''), abs(e.value ->> 3) / u.scale,
                  u.decimals, abs(e.value ->> 3) % u.scale)) AS balance,
       r.name AS why,
       nullif((e.value ->> 5) >> 8, 0) - 1 AS entry, -- of the policy's allocation
       iif(j.command = '', NULL, j.command ->> 'cmd') AS command,
       iif(j.command = '', NULL, j.command ->> 'id') AS command_id,
       e.value ->> 0 AS owner_no, e.value ->> 1 AS slot, e.value ->> 2 AS amount_steps,
       e.value ->> 3 AS balance_steps, e.value ->> 4 AS before
FROM journal j
JOIN json_each(j.postings) e
JOIN journal_kind jk ON jk.kind = j.kind
JOIN account_kind k ON k.kind = (e.value ->> 1) & 63
JOIN unit u ON u.unit = k.unit
JOIN reason r ON r.reason = (e.value ->> 5) & 255
LEFT JOIN party p ON p.no = e.value ->> 0
LEFT JOIN party_kind pk ON pk.kind = p.kind
LEFT JOIN pool ON k.per IN ('pool', 'cohort') AND pool.no = (e.value ->> 1) >> 6 & 63
LEFT JOIN allocation al ON k.per = 'program' AND al.allocation = (e.value ->> 1) >> 6 & 63
LEFT JOIN party store
       ON k.per = 'chain' AND store.chain > 0 AND store.chain = (e.value ->> 1) >> 12;

-- Every withdrawal: whose, how much, the tax withheld of it, how far it is.
CREATE VIEW payout AS
SELECT w.id, pk.name AS owner_kind, p.id AS owner,
       printf('%d.%02d', w.amount / 100, w.amount % 100) AS amount,
       printf('%d.%02d', w.tax / 100, w.tax % 100) AS tax,
       s.name AS state, w.party AS owner_no
FROM withdrawal w
JOIN withdrawal_state s ON s.state = w.state
LEFT JOIN party p ON p.no = w.party
LEFT JOIN party_kind pk ON pk.kind = p.kind;
