/*
 * What a sale of appreciation units would bring at the price of now, as the rules compute it: value
 * floored, fee rounded up (section 12). The books answer at the price of the day's first sale.
 */
import { decimal, steps } from '@shared/amounts'

const PPM = 1_000_000n

export interface Sale {
  value: string
  fee: string
  paid: string
}

/** pool: money in the pool; units: all units; n: units for sale; fee: a ratio. */
export function saleOf(pool: string, units: string, n: string, fee: string): Sale | null {
  const all = steps(units, 6) ?? 0n
  const sold = steps(n, 6)
  const rate = steps(fee, 6)
  if (all <= 0n || sold === null || rate === null) return null
  const value = (sold * (steps(pool) ?? 0n)) / all
  const cut = (value * rate + PPM - 1n) / PPM
  return { value: decimal(value), fee: decimal(cut), paid: decimal(value - cut) }
}
