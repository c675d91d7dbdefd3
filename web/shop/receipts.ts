/*
 * The receipts of a shop as they arrive: whenever its balances have changed, its newest orders are
 * read again. What was not there before is new.
 */
import { onBeforeUnmount, reactive } from 'vue'

import { api, follow } from '@shared/http'
import type { Api } from '@shared/api'

import { soundReceipt } from './sound'

export type Receipt = Api['GET /v1/shops/{shop}/orders']['reply']['rows'][number]

export const AT_ONCE = 50

export interface Receipts {
  value: Receipt[] | null
  problem: unknown
  busy: boolean
  /** those that arrived while somebody looked, the newest first */
  fresh: Receipt[]
  load(): Promise<void>
}

/** For the component that calls it, as long as that is there. */
export function followReceipts(shop: string): Receipts {
  let again = false
  const it: Receipts = reactive({
    value: null,
    problem: null,
    busy: false,
    fresh: [],
    async load() {
      again = true
      if (it.busy) return
      it.busy = true
      while (again) {
        again = false
        try {
          take((await api('GET /v1/shops/{shop}/orders', { path: { shop }, query: { limit: AT_ONCE } })).rows)
          it.problem = null
        } catch (refused) {
          it.problem = refused
        }
      }
      it.busy = false
    },
  }) as never

  function take(all: Receipt[]): void {
    const rows = all.filter((row) => row.shop === shop)
    const known = new Set(it.value?.map((row) => row.order))
    const fresh = it.value ? rows.filter((row) => !known.has(row.order)) : []
    if (fresh.length) soundReceipt()
    it.fresh = [...fresh, ...it.fresh]
    it.value = rows
  }

  void it.load()
  onBeforeUnmount(follow(`/v1/shops/${encodeURIComponent(shop)}/events`, 'account.get', () => void it.load()))
  return it
}
