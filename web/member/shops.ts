/*
 * Shops by how near they are: regions are codes of province, city and county, two digits each, so
 * the longer the same beginning, the nearer.
 */
import { api } from '@shared/http'

export interface Shop {
  id: string
  name?: string
  kind: string
  region?: string
  rebate: string
  max_voucher_ratio: string
  takes_coins: boolean
  near: 'county' | 'city' | 'province' | 'far'
}

const LEVELS: Array<[Shop['near'], number]> = [
  ['county', 6],
  ['city', 4],
  ['province', 2],
]
const PAGE = 200

function nearness(region: string | undefined, mine: string | undefined): Shop['near'] {
  for (const [near, digits] of LEVELS)
    if (region && mine && region.length >= digits && region.slice(0, digits) === mine.slice(0, digits)) return near
  return 'far'
}

/** A page of shops, the nearest of it first; equally near ones stay in the order of their joining. */
export async function shopsPage(mine: string | undefined, after?: number): Promise<{ rows: Shop[]; next: number | null }> {
  const page = await api('GET /v1/shops', { query: { limit: PAGE, after } })
  const order = ['county', 'city', 'province', 'far']
  const rows = page.rows.map((row) => ({ ...row, near: nearness(row.region, mine) }))
  rows.sort((a, b) => order.indexOf(a.near) - order.indexOf(b.near))
  return { rows, next: page.next }
}
