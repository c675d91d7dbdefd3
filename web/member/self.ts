/*
 * The member whose app this is: what they hold, live, and the terms in force. Screens that show
 * what was read from the books read it again when the balances change (fresh).
 */
import { computed, reactive, watch } from 'vue'

import { api, follow } from '@shared/http'
import { type Loaded, loaded, type Paged, paged } from '@shared/load'
import { scopes } from '@shared/session'
import type { Account } from '@shared/shapes'

export const me = computed(() => scopes('member')[0] ?? '')

export const account: Loaded<Account> = loaded(getAccount)
export const terms = loaded(async () => (me.value ? api('GET /v1/terms') : null))
const moved = reactive({ times: 0 })

async function getAccount(): Promise<Account> {
  if (!me.value) return null as never
  return (await api('GET /v1/members/{member}/account', { path: { member: me.value } })) as Account
}

let stop = () => {}
watch(
  me,
  (id) => {
    stop()
    account.value = null
    if (!id) return
    void account.load()
    void terms.load()
    stop = follow<Account>(`/v1/members/${id}/events`, 'account.get', (now) => {
      account.value = now
      moved.times++
    })
  },
  { immediate: true },
)

/** Loaded, and loaded again whenever the member's balances changed. For use in setup. */
export function fresh<T>(get: () => Promise<T>): Loaded<T> {
  const it = loaded(get)
  watch(() => moved.times, (times) => times > 1 && it.load())
  return it
}

export function freshPages<R>(get: (from?: number) => Promise<{ rows: R[]; next?: number | null }>): Paged<R> {
  const it = paged(get)
  watch(() => moved.times, (times) => times > 1 && it.load())
  return it
}

/** A part of the policy in force, as the policy document calls it. */
export const rule = <T>(name: string): T | undefined => terms.value?.document?.[name] as T | undefined
