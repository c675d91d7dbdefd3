/*
 * What the sheet "why this number" shows: one movement; a balance with what it is made of; or a figure
 * that stands in no account, with the rule in words and its arithmetic.
 */
import { reactive } from 'vue'

import type { StatementRow } from './shapes'

/** A balance as shown: the accounts of the ledger that it is the sum of. */
export interface Balance {
  title: string
  value: string
  unit: string
  accounts: string[]
  pool?: string
  cohort?: number
  /** only what was on hold until this day */
  matures?: string
  uncertain?: boolean
}

/** Something a figure is made of; without a unit its value is a text. */
export interface Part {
  name: string
  value: string
  unit?: string
  uncertain?: boolean
  /** to what it is itself */
  open?(): void
}

export interface Figure {
  title: string
  value: string
  /** instead of the value where one must not stand without the other: both projections */
  pair?: [Part, Part]
  /** none for a ratio, which is a text */
  unit?: string
  uncertain?: boolean
  /** the rule in words, and its section of the rules where there is one */
  rule: string
  section?: number
  /** the arithmetic with the real figures, step by step */
  steps?: string[]
  parts?: Part[]
  /** further parts, which must be asked for */
  more?(): Promise<Part[]>
}

export const why = reactive({
  row: null as StatementRow | null,
  balance: null as Balance | null,
  figure: null as Figure | null,
})

export function openWhy(row: StatementRow): void {
  why.row = row
}

export function openBalance(balance: Balance): void {
  Object.assign(why, { row: null, balance, figure: null })
}

export function openFigure(figure: Figure): void {
  Object.assign(why, { row: null, balance: null, figure })
}

export const closeWhy = (): void => void Object.assign(why, { row: null, balance: null, figure: null })
