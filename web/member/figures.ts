/*
 * Figures that stand in no account, and why they are what they are: the rule in words and the arithmetic
 * with the real figures. A step is left out where what was read at two moments does not give the figure.
 */
import { decimal, grouped, isZero, percent, steps } from '@shared/amounts'
import type { Account } from '@shared/shapes'
import type { Figure, Part } from '@shared/why'

import type { OutlookPool } from './outlook'
import type { Quote } from './pay'

type T = (key: string, values?: Record<string, unknown>) => string
interface Pool {
  pool: string
  units: string
  price: string
}
interface Sale {
  value: string
  fee: string
  paid: string
}
const PPM = 1000000n
const part = (name: string, value: string, unit?: string): Part => ({ name, value, unit })
const held = (text: string, decimals = 2): bigint => steps(text, decimals) ?? 0n

/* --- appreciation units -------------------------------------------------------------------------- */

export function unitValue(t: T, account: Account, pool: Pool | null): Figure {
  const units = pool ? held(pool.units, 6) : 0n
  const value = units > 0n ? decimal((held(account.tokens, 6) * held(pool?.pool ?? '')) / units) : ''
  return {
    title: t('units.value'),
    value: account.token_value,
    unit: 'CNY',
    uncertain: true,
    rule: t('figure.unitValue'),
    section: 12,
    steps: value === account.token_value && pool ? [`⌊${account.tokens} × ${pool.pool} ÷ ${pool.units}⌋ = ${value}`] : [],
    parts: pool ? [part(t('figure.poolMoney'), pool.pool, 'CNY'), part(t('figure.allUnits'), pool.units, 'TOKEN')] : [],
  }
}

export const unitPrice = (t: T, pool: Pool): Figure => ({
  title: t('units.price'),
  value: pool.price,
  unit: 'CNY',
  rule: t('figure.unitPrice'),
  section: 12,
  steps: isZero(pool.units) ? [] : [`${pool.pool} ÷ ${pool.units} = ${pool.price}`],
  parts: [part(t('figure.poolMoney'), pool.pool, 'CNY'), part(t('figure.allUnits'), pool.units, 'TOKEN')],
})

export const afterFee = (t: T, sale: Sale, fee: string | undefined): Figure => ({
  title: t('units.afterFee'),
  value: sale.paid,
  unit: 'CNY',
  uncertain: true,
  rule: t('figure.afterFee'),
  section: 12,
  steps: [...(fee ? [`⌈${sale.value} × ${percent(fee)}⌉ = ${sale.fee}`] : []), `${sale.value} − ${sale.fee} = ${sale.paid}`],
})

export const atWorst = (t: T): Figure => ({ title: t('units.worst'), value: '0.00', unit: 'CNY', rule: t('figure.worst'), section: 12 })

/* --- points -------------------------------------------------------------------------------------- */

export const growthOf = (t: T, pool: OutlookPool): Figure => ({
  title: t('figure.growthTitle'),
  value: percent(pool.growth.so_far),
  rule: t('figure.growth'),
  section: 6,
  parts: [
    part(t('figure.pool'), pool.pool),
    part(t('figure.target'), percent(pool.growth.target)),
    part(t('figure.matured'), pool.matured, 'POINT'),
  ],
})

/* --- what a payment comes to --------------------------------------------------------------------- */

export interface Bill {
  amount: string
  credit: string
  rebate: string
  hold: number
  points: string
}

/** The figures of a quote, by what they are. */
export function paying(t: T, bill: Bill, q: Quote): Record<'cash' | 'rebate' | 'points', Figure> {
  const given = decimal((held(bill.amount) * held(bill.rebate, 6)) / PPM)
  const ratio = percent(bill.rebate)
  const counted = decimal(held(bill.amount) - held(bill.credit))
  const base = isZero(bill.amount) ? 0n : (held(q.rebate) * held(counted)) / held(bill.amount)
  const mine = decimal((base * held(bill.points, 6)) / PPM)
  return {
    cash: {
      title: t('pay.cash'), value: q.cash, unit: 'CNY', rule: t('figure.cash'), section: 4,
      steps: [`${bill.amount} − ${q.voucher} = ${q.cash}`],
    },
    rebate: {
      title: t('pay.given'), value: q.rebate, unit: 'CNY', rule: t('figure.rebate'), section: 4,
      steps: given === q.rebate ? [`⌊${bill.amount} × ${ratio}⌋ = ${q.rebate}`] : [],
      parts: q.allocation.map((one) => part(t(`to.${one.to}`), one.amount, one.unit)),
    },
    points: {
      title: t('pay.points'), value: q.points.buyer, unit: 'POINT', uncertain: bill.hold > 0, rule: t('figure.points', { days: bill.hold }), section: 4,
      steps:
        mine === q.points.buyer
          ? [
              ...(isZero(bill.credit) ? [] : [`⌊${q.rebate} × ${counted} ÷ ${bill.amount}⌋ = ${decimal(base)}`]),
              `⌊${decimal(base)} × ${bill.points}⌋ = ${mine}`,
            ]
          : [],
    },
  }
}

/* --- credit and old debts ------------------------------------------------------------------------- */

export const headroom = (t: T, account: Account, rule: { max?: string; fraction?: string } | undefined): Figure => ({
  title: t('assets.headroom'),
  value: account.credit_headroom,
  unit: 'VOUCHER',
  rule: t('figure.headroom'),
  section: 8,
  parts: [
    ...(rule?.max ? [part(t('figure.creditMax'), rule.max, 'VOUCHER')] : []),
    ...(rule?.fraction ? [part(t('figure.creditFraction'), percent(rule.fraction))] : []),
    part(t('assets.debt.credit'), account.credit_debt, 'VOUCHER'),
  ],
})

export const ofMonth = (t: T, name: string, one: { rows: number; amount: string }, month: string): Figure => ({
  title: `${name} · ${month}`,
  value: one.amount,
  unit: 'CNY',
  rule: t('figure.ofMonth'),
  section: 9,
  parts: [part(t('figure.movements'), grouped(String(one.rows)))],
})
