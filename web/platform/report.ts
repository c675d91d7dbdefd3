/*
 * The parts of GET /v1/report that /openapi.json only calls `object` (docs/statement.md).
 */
import type { Disclosure } from '@shared/shapes'

export interface PoolReport {
  pool: string
  period: number
  cohorts: { active: number; finished: number }
  matured: string
  released: string
  fund: string
  unclaimed: string
  next_close: { earliest?: string; latest?: string; threshold?: string }
  growth: { so_far: string; target: string }
  disclosure: Disclosure
}

export interface Coverage {
  held: string
  vouchers_outstanding: string
  still_at_most: string
  ratio: string | null
}

export interface Funds {
  voucher_reserve: string
  vouchers_outstanding: string
  unclaimed: string
  coin_reserve: string
  credit_fund: string
  dividend: Record<string, string>
  token_pool: string
  token_residue: string
  pending: string
  withdrawals: string
  revenue: string
  capital: string
  advance: string
  refund_loss: string
  cash: string
  pots?: Record<string, string>
  withheld?: string
  legacy?: string
}

export interface Waiting {
  count: number
  amount: string
}

export interface Debts {
  CNY: string
  VOUCHER: string
  COIN: string
  credit: string
  clawback: string
}
