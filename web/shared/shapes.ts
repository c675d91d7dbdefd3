/*
 * Shapes that /openapi.json only calls `object` (docs/statement.md describes them), and those that
 * several screens share.
 */
export interface Projection {
  per_point: string
  /** what the first of the closes pays for the point, and the last */
  first: string
  last: string
  closes: number
  capped: boolean
  turnover: string
  still: string
}

/** What a pool's points may still pay: both assumptions, never one. */
export interface Disclosure {
  pool: string
  rule: string
  periods: number
  growth: string
  /** the floor and the cap of growth with rule `compound` only */
  terms: { points_per_rebate: string; rate: string; cap: string; growth_floor?: string; growth_cap?: string }
  flat: Projection
  growing: Projection
  points: string
  collected: string
  released: string
  note: { en: string; zh: string }
}

/** From where a cohort goes on: its points in all, I, H and F. */
export interface Cohort {
  cohort: number
  points: string
  credited: string
  released: string
  cap: string
  finished: boolean
  ahead: { closes: number; points: string; index: string; level: string; rebates: string }
}

export interface Why {
  reason: string
  section: number
  en: string
  zh: string
  arithmetic?: string
}

export interface StatementRow {
  journal: number
  day: string
  at?: string
  by: string
  account: string
  pool?: string
  cohort?: number
  unit: string
  amount: string
  balance: string
  why: Why
  source: {
    order?: string
    buyer?: string
    shop?: string
    shop_name?: string
    amount?: string
    rebate?: string
    matures?: string
    refund?: string
    refunded?: string
    pool?: string
    period?: number
    command?: string
    id?: string
  }
}

export interface Account {
  wallet?: string
  receivable?: string
  vouchers: string
  points: string
  coins: string
  tokens: string
  token_value: string
  credit_headroom: string
  credit_debt: string
  clawback_debt: string
  debts: Record<string, string>
  pending: { wallet: string; vouchers: string; points: string; coins: string; token_pool: string }
  positions: Array<{ pool: string; cohort: number; points: string; credited: string }>
  rewards?: Array<{ program: string; weight: number; turnover: string }>
  shares?: Array<{ shop: string; shop_name?: string; shares: number }>
  legacy?: { owed: string; coins: string }
}
