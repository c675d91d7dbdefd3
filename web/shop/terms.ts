/*
 * The terms in force and the open business day, read once and again when somebody needs them newer.
 */
import { api } from '@shared/http'
import { type Loaded, loaded } from '@shared/load'

export interface Terms {
  version: number
  open_day: string
  document: {
    rebate?: { min?: string; max?: string }
    points?: { member?: string; shop?: string }
    refund_days?: number
  }
}

let kept: Loaded<Terms> | undefined

export function terms(): Loaded<Terms> {
  if (kept?.problem) void kept.load()
  kept ??= loaded(async () => (await api('GET /v1/terms')) as Terms)
  return kept
}
