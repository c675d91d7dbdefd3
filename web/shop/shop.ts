/*
 * Which shop the page is about: of those that the signed-in person works for, the one chosen last.
 */
import { computed, ref, watch, watchEffect } from 'vue'

import { shopNames } from '@shared/names'
import { scopes, session } from '@shared/session'

const KEPT = 'jifen.shop'

const chosen = ref(localStorage.getItem(KEPT) ?? '')

export const shops = computed(() => scopes('manager', 'clerk'))

/** Its id; empty when there is none. */
export const shop = computed({
  get: () => (shops.value.includes(chosen.value) ? chosen.value : (shops.value[0] ?? '')),
  set: (id: string) => (chosen.value = id),
})

/** Clerks take payments and see the day; the rest is the manager's. */
export const manages = computed(() =>
  session.roles.some((grant) => grant.role === 'manager' && grant.scope === shop.value),
)

/** The other shops of a manager. */
export const managedToo = computed(() => scopes('manager').filter((id) => id !== shop.value))

const names = ref<Record<string, string>>({})

/** What they are called; asked for when it is known who is here, and again after one was changed. */
export async function readNames(): Promise<void> {
  names.value = await shopNames(shops.value).catch(() => names.value)
}
watch(() => shops.value.join(), readNames, { immediate: true })

/** What a shop is called here; with its id where two are called the same. */
export function nameOf(id: string): string {
  const name = names.value[id] ?? id
  return name !== id && shops.value.some((other) => other !== id && names.value[other] === name) ? `${name} · ${id}` : name
}

watchEffect(() => {
  if (chosen.value) localStorage.setItem(KEPT, chosen.value)
})
