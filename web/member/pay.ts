/*
 * Paying, step by step: where, how much, and what the rules would answer to it (a quote).
 */
import { add, isZero } from '@shared/amounts'
import { api } from '@shared/http'

import { me } from './self'

/** Where to pay: a shop, what it is called, and its terms; `amount` when the shop has fixed it. */
export interface Place {
  shop: string
  name: string
  kind: string
  rebate: string
  maxVoucherRatio: string
  amount: string
}

export interface Share {
  to: string
  who?: string
  unit: string
  amount: string
}

export async function placeOf(shop: string, code: string): Promise<Place> {
  const read = code ? await api('POST /v1/codes', { body: { code } }) : null
  const id = read?.shop ?? shop
  const path = { shop: id }
  const [terms, profile] = await Promise.all([
    read?.terms ?? api('GET /v1/shops/{shop}', { path }),
    read ? { name: read.shop_name } : api('GET /v1/shops/{shop}/profile', { path }),
  ])
  return { shop: id, name: profile.name ?? id, kind: terms.kind, rebate: terms.rebate, maxVoucherRatio: terms.max_voucher_ratio, amount: read?.amount ?? '' }
}

/** What is paid in vouchers: those that are held, and those drawn on credit on top of them. */
export interface Vouchers {
  held: string
  credit: string
}

/** Vouchers and credit as a request says them: credit is a part of the vouchers, and nothing is left out. */
export function parts(v: Vouchers): { voucher?: string; credit?: string } {
  const voucher = add(v.held, v.credit)
  return { ...(isZero(voucher) ? {} : { voucher }), ...(isZero(v.credit) ? {} : { credit: v.credit }) }
}

export const quote = (shop: string, amount: string, v: Vouchers) =>
  api('POST /v1/members/{member}/quotes', { path: { member: me.value }, body: { shop, amount, ...parts(v) } })

export type Quote = Awaited<ReturnType<typeof quote>>

/** What the member's home shop gets of it, and the member's own coins. */
export const homeShare = (q: Quote): Share | undefined => q.allocation.find((one) => one.to === 'lock')
export const coinShare = (q: Quote): Share | undefined => q.allocation.find((one) => one.to === 'coin')
export const payment = (id: string) => api('GET /v1/members/{member}/payments/{payment}', { path: { member: me.value, payment: id } })
