-- The tables of a jifen database, one file a cell; docs/store.md explains each column.
--
-- Amounts are integers in the smallest step of their unit, ratios in parts per
-- million, days are days since 1970-01-01; the views show them as people write
-- them. Relations are party numbers, 0 is the platform or nobody. Lists of
-- integers are JSON texts. Keys begin with the bucket where rows belong to a
-- bucket: that of the owner's id for parties and accounts, 0 (the chain of this
-- file) for ids; journals and orders carry theirs in the high bits of `number`.

-- Counters and totals: one row.
CREATE TABLE state (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    open_day    INTEGER NOT NULL,
    policies    INTEGER NOT NULL,
    pools       INTEGER NOT NULL,
    parties     INTEGER NOT NULL,
    journals    INTEGER NOT NULL,
    closes      INTEGER NOT NULL,
    price_over  INTEGER NOT NULL, -- of a unit, when the last one left; under 0: none yet
    price_under INTEGER NOT NULL,
    totals      TEXT    NOT NULL, -- [[kind,sum of the balances of that kind],...]
    head        BLOB    NOT NULL CHECK (length(head) = 32)
) STRICT;
INSERT INTO state VALUES (1, 0, 0, 0, 0, 0, 0, 0, 0, '[]', zeroblob(32));

CREATE TABLE policy (
    version  INTEGER PRIMARY KEY,
    from_day INTEGER NOT NULL,
    document TEXT    NOT NULL
) STRICT;

CREATE TABLE pool (
    no             INTEGER PRIMARY KEY,
    name           TEXT    NOT NULL UNIQUE,
    period         INTEGER NOT NULL,
    first_active   INTEGER NOT NULL,
    matured        INTEGER NOT NULL,
    matured_before INTEGER NOT NULL,
    flow_before    INTEGER NOT NULL,
    rebates        INTEGER NOT NULL,
    released       INTEGER NOT NULL,
    last_close     INTEGER NOT NULL
) STRICT;

CREATE TABLE cohort (
    pool        INTEGER NOT NULL,
    cohort      INTEGER NOT NULL,
    points      INTEGER NOT NULL,
    index_value INTEGER NOT NULL,
    growth      INTEGER NOT NULL,
    released    INTEGER NOT NULL,
    closed      INTEGER NOT NULL,
    finished    INTEGER NOT NULL,
    PRIMARY KEY (pool, cohort)
) STRICT, WITHOUT ROWID;

CREATE TABLE seat (
    region  INTEGER PRIMARY KEY,
    holders TEXT    NOT NULL -- [[party,weight],...]
) STRICT;

CREATE TABLE party (
    no           INTEGER PRIMARY KEY,
    bucket       INTEGER NOT NULL,
    kind         INTEGER NOT NULL,
    id           TEXT    NOT NULL,
    region       INTEGER NOT NULL,
    phone        TEXT, -- NULL: none
    referrer     INTEGER NOT NULL,
    home         INTEGER NOT NULL,
    sell_day     INTEGER NOT NULL,
    sell_over    INTEGER NOT NULL,
    sell_under   INTEGER NOT NULL, -- 0: never sold units
    shop_kind    INTEGER NOT NULL,
    owner        INTEGER NOT NULL,
    recruiter    INTEGER NOT NULL,
    city_partner INTEGER NOT NULL,
    rebate       INTEGER NOT NULL,
    max_voucher  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX party_id ON party (bucket, kind, id);
CREATE UNIQUE INDEX party_phone ON party (phone) WHERE phone IS NOT NULL;

-- The hot table: an order changes about four rows of it.
CREATE TABLE account (
    bucket   INTEGER NOT NULL,
    owner    INTEGER NOT NULL,
    slot     INTEGER NOT NULL, -- kind | pool << 6 | cohort << 12
    balance  INTEGER NOT NULL,
    credited INTEGER NOT NULL,
    last     INTEGER NOT NULL, -- the journal that last moved it
    PRIMARY KEY (bucket, owner, slot)
) STRICT, WITHOUT ROWID;
-- The positions of a cohort by owner, for sweeps. Holds no column that a payment changes.
CREATE INDEX account_position ON account (slot, owner) WHERE slot & 63 = 30;

-- Which accounts are debts that are not paid (balance not 0). Kept by the program: as a partial
-- index on account it would be looked at in every payment.
CREATE TABLE debt (
    bucket INTEGER NOT NULL,
    owner  INTEGER NOT NULL,
    slot   INTEGER NOT NULL,
    PRIMARY KEY (bucket, owner, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
    number         INTEGER PRIMARY KEY, -- of the journal that paid it
    id             TEXT    NOT NULL,
    buyer          INTEGER NOT NULL,
    shop           INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    base_day       INTEGER NOT NULL,
    due_day        INTEGER NOT NULL,
    held           INTEGER NOT NULL,
    cash_shop      INTEGER NOT NULL,
    amount         INTEGER NOT NULL,
    rebate         INTEGER NOT NULL,
    rebate_voucher INTEGER NOT NULL,
    rest           INTEGER NOT NULL,
    voucher        INTEGER NOT NULL,
    credit         INTEGER NOT NULL,
    buyer_points   INTEGER NOT NULL,
    shop_points    INTEGER NOT NULL,
    minted         INTEGER NOT NULL,
    token_price    INTEGER NOT NULL,
    refunded       INTEGER NOT NULL,
    refunded_held  INTEGER NOT NULL,
    parts          TEXT    NOT NULL -- [[entry,to,owner,slot,amount],...]
) STRICT;
CREATE INDEX orders_due ON orders (due_day) WHERE held = 1;

-- Units minted by orders. Kept when all of them are gone: a refund must know.
CREATE TABLE lot (
    number    INTEGER PRIMARY KEY, -- of the order
    since     INTEGER NOT NULL,    -- number of the journal that minted it
    owner     INTEGER NOT NULL,
    member_id TEXT    NOT NULL,    -- both ids, because ties in the queue for exit go by them
    order_id  TEXT    NOT NULL,
    minted    INTEGER NOT NULL,
    units     INTEGER NOT NULL,    -- still held
    spend     INTEGER NOT NULL,    -- of the units held
    sold      INTEGER NOT NULL,
    burnt     INTEGER NOT NULL,    -- asked for by refunds, those sold before too
    proceeds  INTEGER NOT NULL     -- of the units sold
) STRICT;

-- Money on its way out.
CREATE TABLE withdrawal (
    bucket INTEGER NOT NULL,
    id     TEXT    NOT NULL,
    party  INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    state  INTEGER NOT NULL,
    PRIMARY KEY (bucket, id)
) STRICT, WITHOUT ROWID;

-- Ids that were used, by kind of command.
CREATE TABLE idem (
    bucket INTEGER NOT NULL,
    kind   INTEGER NOT NULL,
    id     TEXT    NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (bucket, kind, id)
) STRICT, WITHOUT ROWID;

-- The books. Rows are only ever added.
CREATE TABLE journal (
    number   INTEGER PRIMARY KEY,
    day      INTEGER NOT NULL,
    kind     INTEGER NOT NULL,
    subject  INTEGER NOT NULL,
    command  TEXT    NOT NULL,
    result   TEXT    NOT NULL,
    postings TEXT    NOT NULL, -- [[owner,slot,amount,balance,before,why],...]
    hash     BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- What the numbers mean. Filled by the program from its own tables when it opens the file.
CREATE TABLE unit (
    unit INTEGER PRIMARY KEY, name TEXT NOT NULL, decimals INTEGER NOT NULL,
    scale INTEGER NOT NULL, en TEXT NOT NULL, zh TEXT NOT NULL
) STRICT;
CREATE TABLE account_kind (
    kind INTEGER PRIMARY KEY, name TEXT NOT NULL, unit INTEGER NOT NULL, platform INTEGER NOT NULL,
    sign TEXT NOT NULL, per TEXT NOT NULL, en TEXT NOT NULL, zh TEXT NOT NULL
) STRICT;
CREATE TABLE reason (
    reason INTEGER PRIMARY KEY, name TEXT NOT NULL, section INTEGER NOT NULL,
    en TEXT NOT NULL, zh TEXT NOT NULL
) STRICT;
CREATE TABLE allocation (
    allocation INTEGER PRIMARY KEY, name TEXT NOT NULL, en TEXT NOT NULL, zh TEXT NOT NULL
) STRICT;
CREATE TABLE command_kind (
    kind INTEGER PRIMARY KEY, name TEXT NOT NULL, en TEXT NOT NULL, zh TEXT NOT NULL
) STRICT;
CREATE TABLE journal_kind (
    kind INTEGER PRIMARY KEY, name TEXT NOT NULL, en TEXT NOT NULL, zh TEXT NOT NULL
) STRICT;
CREATE TABLE party_kind (
    kind INTEGER PRIMARY KEY, name TEXT NOT NULL, en TEXT NOT NULL, zh TEXT NOT NULL
) STRICT;
CREATE TABLE shop_kind (
    kind INTEGER PRIMARY KEY, name TEXT NOT NULL, en TEXT NOT NULL, zh TEXT NOT NULL
) STRICT;
CREATE TABLE withdrawal_state (
    state INTEGER PRIMARY KEY, name TEXT NOT NULL, en TEXT NOT NULL, zh TEXT NOT NULL
) STRICT;

-- Every bucket: joined to party, it finds an id through the index without knowing its bucket.
CREATE VIEW bucket AS
WITH RECURSIVE n(bucket) AS (SELECT 0 UNION ALL SELECT bucket + 1 FROM n WHERE bucket < 1023)
SELECT bucket FROM n;

-- What every account holds now.
CREATE VIEW balance AS
SELECT coalesce(pk.name, 'platform') AS owner_kind,
       coalesce(p.id, 'platform') AS owner,
       k.name AS account,
       pool.name AS pool,
       nullif(a.slot >> 12, 0) AS cohort,
       u.name AS unit,
       printf('%s%d.%0*d', iif(a.balance < 0, '-', ''), abs(a.balance) / u.scale,
              u.decimals, abs(a.balance) % u.scale) AS balance,
       printf('%d.%02d', a.credited / 100, a.credited % 100) AS credited,
       a.last AS last_journal,
       a.bucket, a.owner AS owner_no, a.slot, a.balance AS balance_steps
FROM account a
JOIN account_kind k ON k.kind = a.slot & 63
JOIN unit u ON u.unit = k.unit
LEFT JOIN party p ON p.no = a.owner
LEFT JOIN party_kind pk ON pk.kind = p.kind
LEFT JOIN pool ON k.per <> 'one' AND pool.no = a.slot >> 6 & 63;

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
       nullif((e.value ->> 1) >> 12, 0) AS cohort,
       u.name AS unit,
       printf('%s%d.%0*d', iif((e.value ->> 2) < 0, '-', ''), abs(e.value ->> 2) / u.scale,
              u.decimals, abs(e.value ->> 2) % u.scale) AS amount,
       printf('%s%d.%0*d', iif((e.value ->> 3) < 0, '-', ''), abs(e.value ->> 3) / u.scale,
              u.decimals, abs(e.value ->> 3) % u.scale) AS balance,
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
LEFT JOIN pool ON k.per <> 'one' AND pool.no = (e.value ->> 1) >> 6 & 63;

-- The units of every order, and what became of them.
CREATE VIEW holding AS
SELECT l.member_id AS member,
       l.order_id AS "order",
       date(j.day * 86400, 'unixepoch') AS since,
       printf('%d.%06d', l.minted / 1000000, l.minted % 1000000) AS minted,
       printf('%d.%06d', l.units / 1000000, l.units % 1000000) AS units,
       printf('%d.%02d', l.spend / 100, l.spend % 100) AS spend,
       printf('%d.%06d', l.sold / 1000000, l.sold % 1000000) AS sold,
       printf('%d.%06d', l.burnt / 1000000, l.burnt % 1000000) AS burnt,
       printf('%d.%02d', l.proceeds / 100, l.proceeds % 100) AS proceeds,
       l.number AS order_number, l.since AS since_journal, l.owner AS owner_no
FROM lot l
LEFT JOIN journal j ON j.number = l.since;

-- Every withdrawal: whose, how much, how far it is.
CREATE VIEW payout AS
SELECT w.id, pk.name AS owner_kind, p.id AS owner,
       printf('%d.%02d', w.amount / 100, w.amount % 100) AS amount,
       s.name AS state, w.party AS owner_no
FROM withdrawal w
JOIN withdrawal_state s ON s.state = w.state
LEFT JOIN party p ON p.no = w.party
LEFT JOIN party_kind pk ON pk.kind = p.kind;
