/*
 * The HTTP interface as types, made by tools/api_types.py from /openapi.json: do not edit.
 * An amount is a decimal string, never a number.
 */

/** An object whose members the interface does not list; shapes.ts names those that are used. */
export type Loose = Record<string, any>

export interface Api {
  'POST /v1/commands': {
    body: Loose
    reply: string
  }
  'POST /v1/policies': {
    body: { policy: any; from: string }
    reply: { version: number; findings: Array<Loose> }
  }
  'GET /v1/policies': {
    reply: { rows: Array<{ version: number; from: string; name: string; document: Loose }> }
  }
  'POST /v1/members': {
    body: { id?: string; phone?: string; referrer?: string; region?: string; at?: string }
    reply: { id: string }
  }
  'GET /v1/members': {
    query: { limit?: number; after?: number; find?: string; region?: string; home?: string; referrer?: string }
    reply: { rows: Array<{ no: number; id: string; region?: string; phone?: string; referrer?: string; home?: string; home_name?: string }>; next: number | null }
  }
  'GET /v1/members/{member}/account': {
    path: { member: string }
    reply: { wallet?: string; receivable?: string; vouchers: string; points: string; coins: string; tokens: string; token_value: string; credit_headroom: string; credit_debt: string; clawback_debt: string; debts: { CNY: string; VOUCHER: string; COIN: string }; pending: { wallet: string; vouchers: string; points: string; coins: string; token_pool: string }; positions: Array<{ pool: string; cohort: number; points: string; credited: string }>; rewards?: Array<{ program: string; weight: number; turnover: string }>; shares?: Array<{ shop: string; shop_name?: string; shares: number }>; legacy?: { owed: string; coins: string } }
  }
  'PUT /v1/members/{member}/home': {
    path: { member: string }
    body: { shop: string; at?: string }
    reply: Record<string, never>
  }
  'POST /v1/members/{member}/token-sales': {
    path: { member: string }
    body: { id?: string; n: string; at?: string }
    reply: { value: string; paid: string; price: string }
  }
  'POST /v1/members/{member}/coin-redemptions': {
    path: { member: string }
    body: { id?: string; shop: string; coins: string; at?: string }
    reply: Record<string, never>
  }
  'POST /v1/members/{member}/withdrawals': {
    path: { member: string }
    body: { id?: string; shop?: string; amount: string; at?: string }
    reply: Record<string, never>
  }
  'GET /v1/members/{member}/withdrawals': {
    path: { member: string }
    query: { limit?: number; before?: number }
    reply: { rows: Array<{ id: string; member?: string; shop?: string; shop_name?: string; amount: string; tax: string; state: string; day: string }>; next: number | null }
  }
  'POST /v1/members/{member}/old-debts': {
    path: { member: string }
    body: { id?: string; owed: string; at?: string }
    reply: Record<string, never>
  }
  'POST /v1/members/{member}/old-debts/grants': {
    path: { member: string }
    body: { id?: string; coins: string; at?: string }
    reply: Record<string, never>
  }
  'POST /v1/shops': {
    body: { id?: string; owner: string; kind: "alliance" | "brand" | "self" | "supply" | "chain"; region: string; rebate: string; max_voucher_ratio?: string; recruiter?: string; city_partner?: string; staff?: string; manager?: string; at?: string }
    reply: { id: string }
  }
  'GET /v1/shops': {
    query: { limit?: number; after?: number; find?: string; name?: string; region?: string; kind?: "alliance" | "brand" | "self" | "supply" | "chain"; tied?: string }
    reply: { rows: Array<{ no: number; id: string; name?: string; region?: string; kind: string; owner?: string; rebate: string; max_voucher_ratio: string; takes_coins: boolean; recruiter?: string; city_partner?: string; staff?: string; manager?: string }>; next: number | null }
  }
  'GET /v1/shops/{shop}': {
    path: { shop: string }
    reply: { kind: string; owner: string; region: string; rebate: string; max_voucher_ratio: string; recruiter?: string; city_partner?: string; staff?: string; manager?: string }
  }
  'PATCH /v1/shops/{shop}': {
    path: { shop: string }
    body: { rebate?: string; max_voucher_ratio?: string; staff?: string; manager?: string; at?: string }
    reply: { id: string }
  }
  'GET /v1/shops/{shop}/account': {
    path: { shop: string }
    reply: { wallet?: string; receivable?: string; vouchers: string; points: string; coins: string; tokens: string; token_value: string; credit_headroom: string; credit_debt: string; clawback_debt: string; debts: { CNY: string; VOUCHER: string; COIN: string }; pending: { wallet: string; vouchers: string; points: string; coins: string; token_pool: string }; positions: Array<{ pool: string; cohort: number; points: string; credited: string }>; rewards?: Array<{ program: string; weight: number; turnover: string }>; shares?: Array<{ shop: string; shop_name?: string; shares: number }>; legacy?: { owed: string; coins: string } }
  }
  'POST /v1/shops/{shop}/withdrawals': {
    path: { shop: string }
    body: { id?: string; member?: string; amount: string; at?: string }
    reply: Record<string, never>
  }
  'GET /v1/shops/{shop}/withdrawals': {
    path: { shop: string }
    query: { limit?: number; before?: number }
    reply: { rows: Array<{ id: string; member?: string; shop?: string; shop_name?: string; amount: string; tax: string; state: string; day: string }>; next: number | null }
  }
  'POST /v1/shops/{shop}/shares': {
    path: { shop: string }
    body: { id?: string; member: string; shares: number; at?: string }
    reply: Record<string, never>
  }
  'POST /v1/shops/{shop}/share-transfers': {
    path: { shop: string }
    body: { id?: string; from: string; to: string; shares: number; at?: string }
    reply: Record<string, never>
  }
  'POST /v1/shops/{shop}/dividends': {
    path: { shop: string }
    body: { id?: string; period: string; profit: string; at?: string }
    reply: Record<string, never>
  }
  'GET /v1/regions/{region}/seat': {
    path: { region: string }
    reply: { holders: Array<{ member: string; weight: number }> }
  }
  'PUT /v1/regions/{region}/seat': {
    path: { region: string }
    body: { holders: Array<{ member: string; weight: number }>; at?: string }
    reply: Record<string, never>
  }
  'POST /v1/orders': {
    body: { id?: string; member?: string; buyer_shop?: string; shop: string; amount: string; voucher?: string; credit?: string; scan?: boolean; legacy_coins?: string; at?: string }
    reply: { cash: string; voucher: string; rebate: string; points: { buyer: string; shop: string }; allocation: Array<{ to: string; who?: string; unit: string; amount: string }>; tokens?: { minted: string; price: string } }
  }
  'GET /v1/orders': {
    query: { limit?: number; before?: number; from?: string; to?: string; member?: string; shop?: string; state?: "held" | "matured" | "refunded"; amount?: string }
    reply: { rows: Array<{ order: string; journal: number; day: string; at: string; member?: string; buyer_shop?: string; buyer_shop_name?: string; shop: string; shop_name?: string; amount: string; cash: string; voucher: string; credit: string; rebate: string; refunded: string; buyer_points: string; shop_points: string; held: boolean; matures?: string; refundable_until?: string }>; next: number | null }
  }
  'POST /v1/shops/{shop}/rebate-quotes': {
    path: { shop: string }
    body: { rebate: string; amount: string }
    reply: { amount: string; rebate: string; till: string; points: { buyer: string; shop: string }; allocation: Array<{ to: string; who?: string; unit: string; amount: string }> }
  }
  'POST /v1/orders/{order}/refunds': {
    path: { order: string }
    body: { id?: string; amount: string; late?: boolean; at?: string }
    reply: { cash: string; voucher: string; debt_created: string }
  }
  'POST /v1/days/{day}/close': {
    path: { day: string }
    body: Record<string, never>
    reply: { days: Array<{ day: string; closes: Array<{ pool: string; period: number; growth: string; released: string; cohorts: number }> }> }
  }
  'GET /v1/funds': {
    reply: { voucher_reserve: string; vouchers_outstanding: string; unclaimed: string; coin_reserve: string; credit_fund: string; dividend: Record<string, string>; token_pool: string; token_residue: string; pending: string; withdrawals: string; revenue: string; capital: string; advance: string; refund_loss: string; cash: string; pots?: Record<string, string>; withheld?: string; legacy?: string }
  }
  'POST /v1/funds/{fund}/injections': {
    path: { fund: "credit" | "capital" }
    body: { id?: string; amount: string; at?: string }
    reply: Record<string, never>
  }
  'GET /v1/token': {
    reply: { pool: string; units: string; price: string; holders: number }
  }
  'POST /v1/token/injections': {
    body: { id?: string; amount: string; at?: string }
    reply: { price: string }
  }
  'GET /v1/pools/{pool}': {
    path: { pool: string }
    reply: { period: number; matured: string; fund: string; released: string; cohorts: Array<{ cohort: number; points: string; index: string; released: string }> }
  }
  'POST /v1/pools/{pool}/cohorts/{cohort}/sweep': {
    path: { pool: string; cohort: number }
    body: { at?: string }
    reply: { credited: string; dust: string }
  }
  'POST /v1/withdrawals/{id}/approval': {
    path: { id: string }
    body: { at?: string }
    reply: Record<string, never>
  }
  'POST /v1/withdrawals/{id}/payment': {
    path: { id: string }
    body: { at?: string }
    reply: Record<string, never>
  }
  'POST /v1/withdrawals/{id}/rejection': {
    path: { id: string }
    body: { at?: string }
    reply: Record<string, never>
  }
  'PUT /v1/programs/{program}/members/{member}': {
    path: { program: string; member: string }
    body: { weight: number; at?: string }
    reply: Record<string, never>
  }
  'POST /v1/tax-remittances': {
    body: { id?: string; amount: string; at?: string }
    reply: Record<string, never>
  }
  'GET /v1/audit': {
    reply: { findings: Array<Loose>; journals: number; state_hash: string }
  }
  'GET /v1/members/{member}/events': {
    path: { member: string }
    reply: string
  }
  'GET /v1/shops/{shop}/events': {
    path: { shop: string }
    reply: string
  }
  'GET /v1/events': {
    reply: string
  }
  'GET /v1/members/{member}/statement': {
    path: { member: string }
    query: { limit?: number; before?: number; month?: string; account?: string }
    reply: { account: Loose; order: string; rows: Array<Loose>; month?: Loose; uncredited: Array<Loose>; balances: Array<Loose>; now?: Loose; disclosure: Array<Loose>; next: number | null }
  }
  'GET /v1/shops/{shop}/statement': {
    path: { shop: string }
    query: { limit?: number; before?: number; month?: string; account?: string }
    reply: { account: Loose; order: string; rows: Array<Loose>; month?: Loose; uncredited: Array<Loose>; balances: Array<Loose>; now?: Loose; disclosure: Array<Loose>; next: number | null }
  }
  'GET /v1/shops/{shop}/settlement': {
    path: { shop: string }
    query: { month: string; format?: "json" | "csv" | "xlsx" }
    reply: { shop: string; shop_name?: string; from: string; to: string; opening: string; in: string; out: string; closing: string; vouchers: string; rows: Array<{ journal: number; day: string; time?: string; what: string; en: string; zh: string; order?: string; amount?: string; rebate?: string; cash: string; vouchers: string; receivable: string }> }
  }
  'GET /v1/funds/{fund}/statement': {
    path: { fund: string }
    query: { limit?: number; before?: number; month?: string }
    reply: { account: Loose; order: string; rows: Array<Loose>; month?: Loose; uncredited: Array<Loose>; balances: Array<Loose>; now?: Loose; disclosure: Array<Loose>; next: number | null }
  }
  'GET /v1/members/{member}/outlook': {
    path: { member: string }
    reply: { open_day: string; pools: Array<Loose>; pending: Array<{ day: string; account: string; unit: string; amount: string }> }
  }
  'GET /v1/shops/{shop}/outlook': {
    path: { shop: string }
    reply: { open_day: string; pools: Array<Loose>; pending: Array<{ day: string; account: string; unit: string; amount: string }> }
  }
  'GET /v1/members/{member}/orders': {
    path: { member: string }
    query: { limit?: number; before?: number }
    reply: { rows: Array<{ order: string; journal: number; day: string; at: string; member?: string; buyer_shop?: string; buyer_shop_name?: string; shop: string; shop_name?: string; amount: string; cash: string; voucher: string; credit: string; rebate: string; refunded: string; buyer_points: string; shop_points: string; held: boolean; matures?: string; refundable_until?: string }>; next: number | null }
  }
  'GET /v1/shops/{shop}/orders': {
    path: { shop: string }
    query: { limit?: number; before?: number }
    reply: { rows: Array<{ order: string; journal: number; day: string; at: string; member?: string; buyer_shop?: string; buyer_shop_name?: string; shop: string; shop_name?: string; amount: string; cash: string; voucher: string; credit: string; rebate: string; refunded: string; buyer_points: string; shop_points: string; held: boolean; matures?: string; refundable_until?: string }>; next: number | null }
  }
  'GET /v1/orders/{order}': {
    path: { order: string }
    reply: { order: string; journal: number; day: string; at: string; member?: string; buyer_shop?: string; buyer_shop_name?: string; shop: string; shop_name?: string; amount: string; cash: string; voucher: string; credit: string; rebate: string; refunded: string; buyer_points: string; shop_points: string; held: boolean; matures?: string; refundable_until?: string; refunds: Array<{ journal: number; day: string; at: string; amount: string }> }
  }
  'GET /v1/shops/{shop}/days': {
    path: { shop: string }
    query: { limit?: number; before?: number }
    reply: { rows: Array<{ day: string; orders: number; sales: string; rebate: string; points: string; vouchers: string; refunded: string }>; next: number | null }
  }
  'GET /v1/token/history': {
    query: { limit?: number }
    reply: { rows: Array<{ day: string; price: string; pool: string; units: string; journal: number }> }
  }
  'GET /v1/pools/{pool}/closes': {
    path: { pool: string }
    query: { limit?: number; before?: number }
    reply: { rows: Array<{ period: number; journal: number; since?: number; day: string; collected?: string; released: string; fund?: string; cohorts: Array<{ cohort: number; points: string; amount: string; released: string }>; still_at_most: string; vouchers_outstanding?: string; held?: string; owed_before?: string; owed?: string; coverage?: string }>; next: number | null }
  }
  'GET /v1/shops/{shop}/fans': {
    path: { shop: string }
    query: { limit?: number; after?: number }
    reply: { count: number; rows: Array<{ no: number; id: string; phone?: string; region?: string }>; next: number | null }
  }
  'GET /v1/members/{member}/invited': {
    path: { member: string }
    query: { limit?: number; after?: number }
    reply: { count: number; rows: Array<{ no: number; id: string; phone?: string; region?: string }>; next: number | null }
  }
  'GET /v1/report': {
    reply: { open_day?: string; policy?: string; members: number; shops: number; orders: number; sales: string; rebates: string; refunded: string; allocation: Array<{ to: string; pool?: string; unit: string; amount: string }>; funds: Loose; coins: string; tokens?: Loose; withdrawals: Loose; pools: Array<Loose>; coverage: Loose; debts: Loose; legacy?: Array<Loose>; equity: string; insolvent: boolean }
  }
  'GET /v1/members/{member}': {
    path: { member: string }
    reply: { no: number; id: string; region?: string; phone?: string; referrer?: string; home?: string; home_name?: string }
  }
  'GET /v1/shops/{shop}/profile': {
    path: { shop: string }
    reply: { shop: string; name?: string; address?: string; phone?: string; hours?: string }
  }
  'PUT /v1/shops/{shop}/profile': {
    path: { shop: string }
    body: { name: string; address?: string; phone?: string; hours?: string }
    reply: { shop: string; name?: string; address?: string; phone?: string; hours?: string }
  }
  'GET /v1/withdrawals': {
    query: { limit?: number; after?: string; state?: "requested" | "approved" | "paid" | "rejected" }
    reply: { rows: Array<{ id: string; member?: string; shop?: string; shop_name?: string; amount: string; tax: string; state: string }>; next: string | null }
  }
  'GET /v1/business': {
    query: { limit?: number; after?: number }
    reply: { rows: Array<{ no: number; id: string; region?: string; roles: Array<{ role: string }>; programs: Array<{ program: string; weight: number }>; seats: Array<{ region: string }>; invited: number }>; next: number | null }
  }
  'GET /v1/system': {
    reply: { version: string; store: string; journals: number; head: string; waiting: number; books: { schema: number; bytes: number; log_bytes: number }; desk: { schema: number; bytes: number; log_bytes: number }; backups: { folder: boolean; keep?: number; running?: boolean; failed?: string; last?: { name: string; at: string; bytes: number; desk_bytes: number; journals: number; head: string } } }
  }
  'POST /v1/backups': {
    body: Record<string, never>
    reply: { running: boolean }
  }
  'GET /v1/terms': {
    reply: { version: number; open_day: string; document: Loose }
  }
  'GET /v1/seats': {
    query: { region?: string; member?: string }
    reply: { rows: Array<{ region: string; holders: Array<{ member: string; weight: number }> }> }
  }
  'GET /v1/find': {
    query: { id: string }
    reply: { rows: Array<{ kind: string; id: string; journal?: number }> }
  }
  'GET /v1/journals': {
    query: { limit?: number; before?: number }
    reply: { rows: Array<{ journal: number; day: string; by: string; subject: number; command?: Loose; result?: Loose; postings: Array<{ member?: string; shop?: string; shop_name?: string; account: string; pool?: string; cohort?: number; program?: string; store?: string; store_name?: string; unit: string; amount: string; balance: string; before: number; reason: string; en: string; zh: string }>; hash: string }>; next: number | null }
  }
  'GET /v1/journals/{journal}': {
    path: { journal: string }
    reply: { journal: number; day: string; by: string; subject: number; command?: Loose; result?: Loose; postings: Array<{ member?: string; shop?: string; shop_name?: string; account: string; pool?: string; cohort?: number; program?: string; store?: string; store_name?: string; unit: string; amount: string; balance: string; before: number; reason: string; en: string; zh: string }>; hash: string }
  }
  'POST /v1/session': {
    body: { name: string; password: string; code?: string }
    reply: { kind: string; name: string; roles: Array<{ role: string; scope?: string }>; totp?: boolean; csrf?: string }
  }
  'GET /v1/session': {
    reply: { kind: string; name: string; roles: Array<{ role: string; scope?: string }>; totp?: boolean; csrf?: string }
  }
  'DELETE /v1/session': {
    reply: Record<string, never>
  }
  'GET /v1/site': {
    reply: { name?: string; joining: boolean; channel?: string; zone?: string }
  }
  'POST /v1/people/join': {
    body: { name: string; password: string; phone?: string; region?: string; invitation?: string }
    reply: { kind: string; name: string; roles: Array<{ role: string; scope?: string }>; totp?: boolean; csrf?: string }
  }
  'PUT /v1/session/password': {
    body: { old: string; new: string }
    reply: Record<string, never>
  }
  'POST /v1/session/totp': {
    body: Record<string, never>
    reply: { secret: string; uri: string }
  }
  'PUT /v1/session/totp': {
    body: { code: string }
    reply: Record<string, never>
  }
  'POST /v1/session/totp/removal': {
    body: { password: string }
    reply: Record<string, never>
  }
  'GET /v1/people': {
    query: { limit?: number; after?: number }
    reply: { rows: Array<{ no: number; name: string; locked: boolean; totp: boolean; closed?: boolean; grants: Array<{ role: string; scope?: string; shop?: string; shop_name?: string }> }>; next: number | null }
  }
  'POST /v1/people': {
    body: { name: string; password: string }
    reply: Record<string, never>
  }
  'POST /v1/people/{name}/grants': {
    path: { name: string }
    body: { role: string; scope?: string }
    reply: Record<string, never>
  }
  'POST /v1/people/{name}/grant-removals': {
    path: { name: string }
    body: { role: string; scope?: string }
    reply: Record<string, never>
  }
  'POST /v1/people/{name}/lock': {
    path: { name: string }
    body: Record<string, never>
    reply: Record<string, never>
  }
  'POST /v1/people/{name}/unlock': {
    path: { name: string }
    body: Record<string, never>
    reply: Record<string, never>
  }
  'PUT /v1/people/{name}/password': {
    path: { name: string }
    body: { password: string }
    reply: Record<string, never>
  }
  'GET /v1/shops/{shop}/clerks': {
    path: { shop: string }
    reply: { rows: Array<{ name: string; locked: boolean; totp: boolean }> }
  }
  'POST /v1/shops/{shop}/clerks': {
    path: { shop: string }
    body: { name: string; password?: string }
    reply: Record<string, never>
  }
  'POST /v1/shops/{shop}/clerk-removals': {
    path: { shop: string }
    body: { name: string }
    reply: Record<string, never>
  }
  'GET /v1/approvals': {
    query: { limit?: number; before?: number }
    reply: { rows: Array<{ approval: number; asked: string; asker: string; command: Loose; state: string; decided?: string; decider?: string; outcome?: string }>; next: number | null }
  }
  'POST /v1/approvals/{approval}/decision': {
    path: { approval: string }
    body: { decision: string }
    reply: { approval: number; state: string; result?: Loose }
  }
  'GET /v1/trail': {
    query: { limit?: number; before?: number }
    reply: { rows: Array<{ no: number; at: string; who: string; act: string; subject: string; outcome: string }>; next: number | null }
  }
  'POST /v1/shops/{shop}/plates': {
    path: { shop: string }
    body: Record<string, never>
    reply: { plate: number; shop: string; shop_name?: string; bound: string; code: string }
  }
  'GET /v1/shops/{shop}/plates': {
    path: { shop: string }
    reply: { rows: Array<{ plate: number; shop: string; shop_name?: string; bound: string; code: string }> }
  }
  'PUT /v1/plates/{plate}/shop': {
    path: { plate: string }
    body: { shop: string }
    reply: { plate: number; shop: string; shop_name?: string; bound: string; code: string }
  }
  'PUT /v1/shops/{shop}/plates/{plate}/shop': {
    path: { shop: string; plate: string }
    body: { shop: string }
    reply: { plate: number; shop: string; shop_name?: string; bound: string; code: string }
  }
  'POST /v1/shops/{shop}/charges': {
    path: { shop: string }
    body: { amount: string; minutes?: number }
    reply: { charge: number; code: string; until: string }
  }
  'GET /v1/shops/{shop}/charges/{charge}': {
    path: { shop: string; charge: string }
    reply: { charge: number; state: string; amount: string; until: string; order?: string; member?: string; paid?: string }
  }
  'GET /v1/members/{member}/code': {
    path: { member: string }
    reply: { code: string; until: string }
  }
  'GET /v1/members/{member}/invitation': {
    path: { member: string }
    reply: { code: string }
  }
  'GET /v1/members/{member}/preferences': {
    path: { member: string }
    reply: { personal: boolean; language?: string }
  }
  'PUT /v1/members/{member}/preferences': {
    path: { member: string }
    body: { personal: boolean; language?: string }
    reply: { personal: boolean; language?: string }
  }
  'GET /v1/members/{member}/export': {
    path: { member: string }
    reply: { at: string; profile: Loose; account: Loose; statement: Array<Loose>; orders: Array<{ order: string; shop: string; shop_name?: string; day: string; at: string; amount: string; voucher: string; points: string; refunded: string }>; preferences: { personal: boolean; language?: string }; payments: Array<{ payment: string; state: string; shop: string; shop_name?: string; amount: string; voucher: string; credit: string; cash: string; created: string }>; refunds: Array<{ id: string; order: string; shop: string; shop_name?: string; amount: string; reason: string; state: string; asked: string }>; person: string; grants: Array<{ role: string; scope?: string }>; sessions: Array<{ began: string; until: string }> }
  }
  'POST /v1/members/{member}/closing': {
    path: { member: string }
    body: { password: string; forfeit?: boolean }
    reply: Record<string, never>
  }
  'POST /v1/codes': {
    body: { code: string }
    reply: { kind: string; shop?: string; shop_name?: string; member?: string; plate?: number; amount?: string; until?: string; terms?: Loose }
  }
  'POST /v1/codes/picture': {
    body: { code: string }
    reply: string
  }
  'POST /v1/members/{member}/quotes': {
    path: { member: string }
    body: { shop: string; amount: string; voucher?: string; credit?: string }
    reply: { cash: string; voucher: string; rebate: string; points: { buyer: string; shop: string }; allocation: Array<{ to: string; who?: string; unit: string; amount: string }>; tokens?: { minted: string; price: string }; limits: { voucher: string; credit: string } }
  }
  'POST /v1/members/{member}/token-sale-quotes': {
    path: { member: string }
    body: { n: string }
    reply: { value: string; fee: string; paid: string; sale_price: string; price: string; left: string }
  }
  'POST /v1/orders/{order}/refund-quotes': {
    path: { order: string }
    body: { amount: string; late?: boolean }
    reply: { cash: string; voucher: string; debt_created: string; back: Array<{ kind: string; owner: string; account: string; pool?: string; cohort?: number; program?: string; store?: string; unit: string; amount: string }> }
  }
  'POST /v1/members/{member}/orders/{order}/refund-quotes': {
    path: { member: string; order: string }
    body: { amount: string; late?: boolean }
    reply: { cash: string; voucher: string; back: Array<{ account: string; pool?: string; cohort?: number; program?: string; store?: string; unit: string; amount: string }> }
  }
  'POST /v1/shops/{shop}/orders/{order}/refund-quotes': {
    path: { shop: string; order: string }
    body: { amount: string }
    reply: { cash: string; voucher: string; back: Array<{ account: string; pool?: string; cohort?: number; program?: string; store?: string; unit: string; amount: string }> }
  }
  'POST /v1/members/{member}/payments': {
    path: { member: string }
    body: { id: string; shop?: string; code?: string; amount?: string; voucher?: string; credit?: string }
    reply: { payment: string; state: string; shop: string; shop_name?: string; amount: string; voucher: string; credit: string; cash: string; until: string; reason?: string; charge?: number }
  }
  'GET /v1/members/{member}/payments': {
    path: { member: string }
    query: { limit?: number; before?: number }
    reply: { rows: Array<{ no: number; member: string; created: string; paid?: string; payment: string; state: string; shop: string; shop_name?: string; amount: string; voucher: string; credit: string; cash: string; until: string; reason?: string; charge?: number }>; next: number | null }
  }
  'GET /v1/members/{member}/payments/{payment}': {
    path: { member: string; payment: string }
    reply: { payment: string; state: string; shop: string; shop_name?: string; amount: string; voucher: string; credit: string; cash: string; until: string; reason?: string; charge?: number }
  }
  'POST /v1/members/{member}/payments/{payment}/sandbox': {
    path: { member: string; payment: string }
    body: { outcome: string }
    reply: { payment: string; state: string; shop: string; shop_name?: string; amount: string; voucher: string; credit: string; cash: string; until: string; reason?: string; charge?: number }
  }
  'POST /v1/policies/check': {
    body: { policy: Loose }
    reply: { ok: boolean; findings: Array<Loose> }
  }
  'POST /v1/policies/simulate': {
    body: { policy: Loose; days?: number; customers?: number; seed?: number }
    reply: { seed: number; days: number; customers: number; flat: { sales: string; rebates: string; collected: string; released: string; vouchers_outstanding: string; held: string; still_at_most: string; coverage?: string; revenue: string; equity: string; insolvent: boolean; pools: Array<{ pool: string; periods: number; collected: string; released: string }>; audit: Array<Loose>; series: Array<{ day: string; sales: string; collected: string; released: string; coverage?: string }> }; growing: { sales: string; rebates: string; collected: string; released: string; vouchers_outstanding: string; held: string; still_at_most: string; coverage?: string; revenue: string; equity: string; insolvent: boolean; pools: Array<{ pool: string; periods: number; collected: string; released: string }>; audit: Array<Loose>; series: Array<{ day: string; sales: string; collected: string; released: string; coverage?: string }> }; findings: Array<Loose> }
  }
  'GET /v1/presets': {
    reply: { rows: Array<{ name: string; document: Loose }> }
  }
  'GET /v1/policy-schema': {
    reply: Loose
  }
  'GET /v1/payments': {
    query: { limit?: number; before?: number; id?: string }
    reply: { rows: Array<{ no: number; member: string; created: string; paid?: string; payment: string; state: string; shop: string; shop_name?: string; amount: string; voucher: string; credit: string; cash: string; until: string; reason?: string; charge?: number }>; next: number | null }
  }
  'POST /v1/shops/{shop}/collections': {
    path: { shop: string }
    body: { id: string; code: string; amount: string }
    reply: { payment: string; member: string; state: string; amount: string; until: string; reason?: string }
  }
  'GET /v1/shops/{shop}/collections/{payment}': {
    path: { shop: string; payment: string }
    reply: { payment: string; member: string; state: string; amount: string; until: string; reason?: string }
  }
  'GET /v1/reconciliation/{day}': {
    path: { day: string }
    reply: { day: string; bill: { count: number; paid: string; refunded: string }; books: { count: number; paid: string; refunded: string }; differences: Array<{ kind: string; id: string; payment: string; bill?: string; books?: string; action: string; zh: string }>; ok: boolean }
  }
  'GET /v1/reconciliation/{day}/{side}': {
    path: { day: string; side: string }
    query: { limit?: number; before?: number; kind?: "paid" | "refunded" }
    reply: { rows: Array<{ no: number; kind: string; id: string; payment: string; at: string; amount: string }>; next: number | null }
  }
  'POST /v1/members/{member}/refund-asks': {
    path: { member: string }
    body: { id: string; order: string; amount: string; reason: string }
    reply: { ask: number; state: string }
  }
  'GET /v1/members/{member}/refund-asks': {
    path: { member: string }
    query: { limit?: number; before?: number }
    reply: { rows: Array<{ ask: number; id: string; member: string; shop: string; shop_name?: string; order: string; amount: string; reason: string; state: string; asked: string; decided?: string; decider?: string; outcome?: string; late?: boolean }>; next: number | null }
  }
  'GET /v1/shops/{shop}/refund-asks': {
    path: { shop: string }
    query: { limit?: number; before?: number }
    reply: { rows: Array<{ ask: number; id: string; member: string; shop: string; shop_name?: string; order: string; amount: string; reason: string; state: string; asked: string; decided?: string; decider?: string; outcome?: string; late?: boolean }>; next: number | null }
  }
  'GET /v1/refund-asks': {
    query: { limit?: number; before?: number }
    reply: { rows: Array<{ ask: number; id: string; member: string; shop: string; shop_name?: string; order: string; amount: string; reason: string; state: string; asked: string; decided?: string; decider?: string; outcome?: string; late?: boolean }>; next: number | null }
  }
  'POST /v1/shops/{shop}/refund-asks/{ask}/decision': {
    path: { shop: string; ask: string }
    body: { decision: string; late?: boolean }
    reply: { ask: number; state: string; result?: Loose }
  }
  'POST /v1/shops/{shop}/orders/{order}/refunds': {
    path: { shop: string; order: string }
    body: { id: string; amount: string }
    reply: { cash: string; voucher: string; debt_created: string }
  }
  'GET /openapi.json': {
    reply: string
  }
  'GET /reference': {
    reply: string
  }
  'GET /reference.css': {
    reply: string
  }
  'GET /healthz': {
    reply: string
  }
  'GET /readyz': {
    reply: string
  }
  'GET /metrics': {
    reply: string
  }
  'GET /': {
    reply: string
  }
  'GET /member': {
    reply: string
  }
  'GET /shop': {
    reply: string
  }
  'GET /platform': {
    reply: string
  }
  'GET /assets/{asset}': {
    path: { asset: string }
    reply: string
  }
}
