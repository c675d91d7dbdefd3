/*
 * The statement: its pages, what belongs together, and a file for spreadsheets of what is shown under the
 * filters, from the newest movement to the first.
 */
import { api, keep } from '@shared/http'
import { both } from '@shared/i18n'
import type { StatementRow } from '@shared/shapes'

import { me } from './self'

const PAGE = 200

export async function statementPage(limit: number, before?: number): Promise<{ rows: StatementRow[]; next: number | null }> {
  const page = await api('GET /v1/members/{member}/statement', { path: { member: me.value }, query: { limit, before } })
  return { rows: page.rows as StatementRow[], next: page.next ?? null }
}

/** Those of a key stand together, in the order in which they came (Map.groupBy is too young for old phones). */
export function together<K>(rows: StatementRow[], key: (row: StatementRow) => K): Array<[K, StatementRow[]]> {
  const found = new Map<K, StatementRow[]>()
  for (const row of rows) found.set(key(row), [...(found.get(key(row)) ?? []), row])
  return [...found]
}

/* What a spreadsheet would take for a formula is kept a text; amounts are numbers, also negative ones. */
function cell(value: string | number | undefined): string {
  const text = String(value ?? '')
  const safe = /^[=+@\t]|^-(?!\d+(\.\d+)?$)/.test(text) ? `'${text}` : text
  return /[",\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}

/** t: the words of the page; wanted: which movements. */
export async function statementFile(t: (key: string) => string, wanted: (row: StatementRow) => boolean): Promise<void> {
  const COLUMNS: Array<[string, (row: StatementRow) => string | number | undefined]> = [
    ['day', (row) => row.day],
    ['at', (row) => row.at],
    ['what', (row) => t(`reason.${row.why.reason}`)],
    ['shop', (row) => row.source.shop],
    ['order', (row) => row.source.order],
    ['account', (row) => t(`account.${row.account}`)],
    ['pool', (row) => row.pool],
    ['period', (row) => row.cohort],
    ['amount', (row) => row.amount],
    ['unit', (row) => t(`unit.${row.unit}`)],
    ['balance', (row) => row.balance],
    ['rule', (row) => both(row.why)],
    ['arithmetic', (row) => row.why.arithmetic],
    ['journal', (row) => row.journal],
  ]
  const lines = [COLUMNS.map(([name]) => cell(t(`statement.column.${name}`))).join(',')]
  let before: number | undefined
  for (;;) {
    const { rows, next } = await statementPage(PAGE, before)
    for (const row of rows.filter(wanted)) lines.push(COLUMNS.map(([, get]) => cell(get(row))).join(','))
    if (next === null) break
    before = next
  }
  /* The mark tells spreadsheets that it is UTF-8. */
  keep(new Blob(['\ufeff', lines.join('\r\n'), '\r\n'], { type: 'text/csv' }), `statement-${me.value}.csv`)
}
