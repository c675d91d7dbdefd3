-- What lists of many rows are narrowed down by, so that a page costs what it shows.

-- Orders that were refunded, in part or whole. Few of them are, and none when it is paid.
CREATE INDEX orders_refunded ON orders (number) WHERE refunded > 0;

-- The largest price among the orders of 1,024 journals: a search for large ones passes over the
-- rest. An index on the price would be written with every order.
CREATE TABLE order_peak (
    stretch INTEGER PRIMARY KEY, -- number of the journal / 1024
    most    INTEGER NOT NULL
) STRICT;
INSERT INTO order_peak SELECT number >> 10, max(amount) FROM orders GROUP BY number >> 10;

-- Members and shops by where they are.
CREATE INDEX party_region ON party (kind, region) WHERE region > 0;

-- Withdrawals by how far they are, then by id.
CREATE INDEX withdrawal_state_id ON withdrawal (state, bucket, id);
