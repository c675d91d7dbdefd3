/*
 * What a refund of a part of an order gives back and takes back, by the same floors as the rules
 * (section 10): each component in all ⌊component × refunded in all / amount⌋, less what was before.
 */
import { decimal, steps, subtract } from '@shared/amounts'

/** What is reversed of a component now; decimals are the component's. */
export function reversed(component: string, amount: string, before: string, now: string, decimals = 2): string {
  const whole = steps(amount) ?? 0n
  if (whole <= 0n) return decimal(0n, decimals)
  const part = steps(component, decimals) ?? 0n
  const past = steps(before) ?? 0n
  const after = past + (steps(now) ?? 0n)
  return decimal((part * after) / whole - (part * past) / whole, decimals)
}

export interface Bought {
  amount: string
  voucher: string
  refunded: string
  buyer_points: string
}

/** Exactly what the buyer gets, and the points that go. */
export function refundOf(order: Bought, now: string): { cash: string; voucher: string; points: string } {
  const voucher = reversed(order.voucher, order.amount, order.refunded, now)
  return {
    voucher,
    cash: subtract(now, voucher),
    points: reversed(order.buyer_points, order.amount, order.refunded, now),
  }
}

export const leftOf = (order: Bought): string => subtract(order.amount, order.refunded)

/** done, held (rewards on hold), partly or wholly refunded. */
export function stateOf(order: Bought & { held: boolean }): 'held' | 'done' | 'partly' | 'refunded' {
  if (order.refunded === order.amount) return 'refunded'
  if (!/^0(\.0*)?$/.test(order.refunded)) return 'partly'
  return order.held ? 'held' : 'done'
}

/** A part of a whole as a ratio of six decimals, floored. */
export const ratio = (part: string, whole: string): string =>
  decimal(((steps(part) ?? 0n) * 1_000_000n) / ((steps(whole) ?? 0n) || 1n), 6)
