/*
 * Where an order stands, and a refund's quote for people to read.
 */
import { isZero, subtract } from '@shared/amounts'

export interface Bought {
  amount: string
  refunded: string
}

export const leftOf = (order: Bought): string => subtract(order.amount, order.refunded)

/** done, held (rewards on hold), partly or wholly refunded. */
export function stateOf(order: Bought & { held: boolean }): 'held' | 'done' | 'partly' | 'refunded' {
  if (order.refunded === order.amount) return 'refunded'
  if (!isZero(order.refunded)) return 'partly'
  return order.held ? 'held' : 'done'
}

export interface Move {
  account: string
  pool?: string
  cohort?: number
  unit: string
  amount: string
}

/**
 * What moves besides what is given back. The quote says how much the vouchers move in all; those that are given
 * back stand apart, so here is the rest: what points had released, and what pays debts.
 */
export function movesBeside(quote: { voucher: string; back: Move[] }): Move[] {
  const vouchers = quote.back.find((row) => row.account === 'vouchers')
  const rest = subtract(vouchers?.amount ?? '0.00', quote.voucher)
  const others = quote.back.filter((row) => row !== vouchers)
  return isZero(rest) ? others : [...others, { account: 'vouchers', unit: 'VOUCHER', amount: rest }]
}
