/*
 * The closes of a pool, read from the postings of what it released: which close gave which cohort
 * how much, and what was held against what could be owed then.
 */
import { add, decimal, steps } from '@shared/amounts'
import { api } from '@shared/http'
import type { StatementRow } from '@shared/shapes'

export interface Close {
  period: number
  journal: number
  day: string
  /** of each cohort, in vouchers */
  tranches: Map<number, string>
  released: string
}

const PAGES = 6
const PAGE = 500

/** All closes among the last 3,000 movements, oldest first; `whole` when there are no earlier ones. */
export async function closesOf(pool: string): Promise<{ closes: Close[]; whole: boolean }> {
  const found = new Map<number, Close>()
  let before: number | undefined
  for (let page = 0; page < PAGES; page += 1) {
    const { rows, next } = await api('GET /v1/funds/{fund}/statement', {
      path: { fund: `unclaimed:${pool}` },
      query: { limit: PAGE, before },
    })
    for (const row of rows as StatementRow[]) note(found, row)
    if (typeof next !== 'number') return { closes: sorted(found), whole: true }
    before = next
  }
  return { closes: sorted(found), whole: false }
}

function note(found: Map<number, Close>, row: StatementRow): void {
  const period = row.source.period
  if (row.by !== 'close' || period === undefined || row.cohort === undefined) return
  const close = found.get(period) ?? { period, journal: row.journal, day: row.day, tranches: new Map(), released: '0.00' }
  close.tranches.set(row.cohort, add(close.tranches.get(row.cohort) ?? '0.00', row.amount))
  close.released = add(close.released, row.amount)
  found.set(period, close)
}

const sorted = (found: Map<number, Close>) => [...found.values()].sort((a, b) => a.period - b.period)

/** What a fund held when a journal had been written. */
async function balanceAt(fund: string, journal: number): Promise<bigint> {
  const { rows } = await api('GET /v1/funds/{fund}/statement', { path: { fund }, query: { limit: 1, before: journal + 1 } })
  return steps((rows[0] as StatementRow | undefined)?.balance ?? '0.00') ?? 0n
}

export interface Moment {
  period: number
  journal: number
  day: string
  held: string
  outstanding: string
}

/** What was held, and which vouchers were outstanding, after each of the last closes of all pools. */
export async function heldAt(pools: string[], closes: Close[]): Promise<Moment[]> {
  return Promise.all(
    closes.map(async ({ period, journal, day }) => {
      const reserve = await balanceAt('voucher_reserve', journal)
      const funds = await Promise.all(pools.map((pool) => balanceAt(`dividend:${pool}`, journal)))
      return { period, journal, day, held: decimal(funds.reduce((sum, one) => sum + one, reserve)), outstanding: decimal(reserve) }
    }),
  )
}

export interface Cohort {
  cohort: number
  points: string
  index: string
  released: string
}

/**
 * Held over the most that could be owed after the closes of one pool, six decimals, floored as the
 * report does it: vouchers outstanding and, of every cohort until then, cap · points − released.
 */
export function coverageAt(cap: string, periods: number, cohorts: Cohort[], closes: Close[], moments: Moment[]): string[] {
  const released = new Map<number, bigint>()
  return moments.map((moment, at) => {
    for (const close of closes.filter((one) => one.period <= moment.period && (at === 0 || one.period > moments[at - 1].period)))
      for (const [cohort, amount] of close.tranches) released.set(cohort, (released.get(cohort) ?? 0n) + (steps(amount) ?? 0n))
    let owed = steps(moment.outstanding) ?? 0n
    for (const one of cohorts) {
      if (one.cohort > moment.period || one.cohort <= moment.period - periods) continue
      const most = ((steps(one.points) ?? 0n) * (steps(cap, 6) ?? 0n)) / 1_000_000n - (released.get(one.cohort) ?? 0n)
      owed += most > 0n ? most : 0n
    }
    return owed === 0n ? '' : decimal(((steps(moment.held) ?? 0n) * 1_000_000n) / owed, 6)
  })
}
