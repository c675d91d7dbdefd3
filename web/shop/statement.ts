/*
 * A page of the movements of a shop that somebody wants to see. What is wanted may be rare, so that
 * several pages are read for one; never without end, and `next` says where to go on.
 */
import { api } from '@shared/http'
import type { StatementRow } from '@shared/shapes'

const ENOUGH = 20
const PAGES = 5

export async function statementPage(
  shop: string,
  wanted: (row: StatementRow) => boolean,
  from?: number,
): Promise<{ rows: StatementRow[]; next: number | null }> {
  const found: StatementRow[] = []
  let before = from
  for (let page = 0; page < PAGES; page += 1) {
    const { rows, next } = await api('GET /v1/shops/{shop}/statement', { path: { shop }, query: { limit: 100, before } })
    found.push(...(rows as StatementRow[]).filter(wanted))
    if (next === null || found.length >= ENOUGH) return { rows: found, next }
    before = next
  }
  return { rows: found, next: before ?? null }
}
