/*
 * What a member's points may bring, and what is on hold: the server's outlook, as its parts are shown.
 */
import { api } from '@shared/http'
import type { Cohort, Disclosure } from '@shared/shapes'

import { me } from './self'

export interface OutlookPool {
  pool: string
  period: number
  matured: string
  next_close: { earliest: string; latest: string } | { threshold: string }
  growth: { so_far: string; target: string }
  disclosure: Disclosure
  cohorts: Cohort[]
}

export interface Pending {
  day: string
  account: string
  unit: string
  amount: string
}

export interface Outlook {
  open_day: string
  pools: OutlookPool[]
  pending: Pending[]
}

export const getOutlook = async (): Promise<Outlook> =>
  (await api('GET /v1/members/{member}/outlook', { path: { member: me.value } })) as unknown as Outlook

/* What people look for first. */
const ORDER = ['pending_points', 'pending_vouchers', 'pending_wallet', 'pending_coins', 'pending_tokens']
const byWeight = (a: Pending, b: Pending): number => ORDER.indexOf(a.account) - ORDER.indexOf(b.account)

/** What is on hold, day by day. */
export function byDay(pending: Pending[]): Array<{ day: string; rows: Pending[] }> {
  const days = new Map<string, Pending[]>()
  for (const one of pending) days.set(one.day, [...(days.get(one.day) ?? []), one])
  return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, rows]) => ({ day, rows: rows.sort(byWeight) }))
}
