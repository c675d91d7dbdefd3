-- Who is bound to a shop, and whom a member brought (spec sections 3 and 7).
CREATE INDEX party_home ON party (home) WHERE home > 0;
CREATE INDEX party_referrer ON party (referrer) WHERE referrer > 0;
