/*
 * Figures that stand in no account, and why they are what they are: the day's, and those of a bill.
 */
import { decimal, percent, steps } from '@shared/amounts'
import { timeText } from '@shared/days'
import { api, line } from '@shared/http'
import type { Figure, Part } from '@shared/why'

import type { DayRow } from './components/DayBars.vue'
import type { Receipt } from './receipts'

type T = (key: string, values?: Record<string, unknown>) => string
const PPM = 1000000n
const LISTED = 100
export const KINDS = [
  { name: 'sales', of: 'amount', unit: 'CNY' },
  { name: 'rebate', of: 'rebate', unit: 'CNY' },
  { name: 'points', of: 'shop_points', unit: 'POINT' },
  { name: 'vouchers', of: 'voucher', unit: 'VOUCHER' },
] as const

/** A figure of a day, as the sum of that day's orders, each of which opens. */
export function ofDay(t: T, shop: string, day: DayRow, kind: (typeof KINDS)[number], open: (row: Receipt) => void): Figure {
  return {
    title: t(`today.${kind.name}`),
    value: day[kind.name],
    unit: kind.unit,
    rule: t(`today.why.${kind.name}`),
    section: 4,
    more: async () => {
      const { rows } = await api('GET /v1/shops/{shop}/orders', { path: { shop }, query: { limit: LISTED } })
      const found = rows.filter((row) => row.shop === shop && row.day === day.day)
      const parts: Part[] = found.map((row) => ({
        name: `${timeText(row.at, line.language)} · ${row.member ?? row.buyer_shop ?? row.order}`,
        value: row[kind.of],
        unit: kind.unit,
        open: () => open(row),
      }))
      return found.length < day.orders ? [...parts, { name: t('today.earlier'), value: t('today.orderCount', { count: day.orders - found.length }) }] : parts
    },
  }
}

interface Quote {
  amount: string
  rebate: string
  till: string
  points: { buyer: string; shop: string }
}

/** What a bill gives at a rebate: `rates` are the points for a yuan of it. */
export function ofBill(t: T, ratio: string, q: Quote, rates: { member?: string; shop?: string }): Record<'till' | 'rebate' | 'buyer' | 'shop', Figure> {
  const given = `⌊${q.amount} × ${percent(ratio)}⌋ = ${q.rebate}`
  const points = (value: string, rate = '1'): string[] =>
    decimal(((steps(q.rebate) ?? 0n) * (steps(rate, 6) ?? 0n)) / PPM) === value ? [given, `⌊${q.rebate} × ${rate}⌋ = ${value}`] : [given]
  return {
    till: { title: t('rebate.till'), value: q.till, unit: 'CNY', rule: t('rebate.why.till'), section: 4, steps: [given, `${q.amount} − ${q.rebate} = ${q.till}`] },
    rebate: { title: t('rebate.given'), value: q.rebate, unit: 'CNY', rule: t('rebate.why.given'), section: 4, steps: [given] },
    buyer: { title: t('rebate.buyer'), value: q.points.buyer, unit: 'POINT', rule: t('rebate.why.points'), section: 4, steps: points(q.points.buyer, rates.member) },
    shop: { title: t('rebate.shop'), value: q.points.shop, unit: 'POINT', rule: t('rebate.why.points'), section: 4, steps: points(q.points.shop, rates.shop) },
  }
}
