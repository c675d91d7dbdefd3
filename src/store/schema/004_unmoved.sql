-- Orders to which no posting leads, by the buyer or shop whose accounts they left alone. Kept by
-- the program, which knows it exactly: a partial index on orders would hold those that wait for
-- their units too, nearly all orders of some networks.
CREATE TABLE unmoved (
    party  INTEGER NOT NULL,
    number INTEGER NOT NULL, -- of the order
    PRIMARY KEY (party, number)
) STRICT, WITHOUT ROWID;

-- Shares 6 and 7 are coins and units of the buyer; without a hold it was known at once whether
-- there were units.
INSERT INTO unmoved
SELECT buyer, number FROM orders o
WHERE buyer_points = 0 AND voucher = 0 AND legacy = 0 AND minted = 0
  AND NOT EXISTS (SELECT 1 FROM json_each(o.parts) e
                  WHERE e.value ->> 4 > 0
                    AND (e.value ->> 1 = 6 OR (e.value ->> 1 = 7 AND o.held = 1)));
INSERT INTO unmoved
SELECT shop, number FROM orders WHERE shop_points = 0 AND amount = legacy + rebate;
