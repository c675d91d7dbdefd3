/*
 * What the sheet "why this number" shows: one movement, or a balance with what it is made of.
 */
import { reactive } from 'vue'

import type { StatementRow } from '@shared/shapes'

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

export const why = reactive({ row: null as StatementRow | null, balance: null as Balance | null })

export function openWhy(row: StatementRow): void {
  why.row = row
}

export function openBalance(balance: Balance): void {
  why.row = null
  why.balance = balance
}

export const closeWhy = (): void => void Object.assign(why, { row: null, balance: null })
