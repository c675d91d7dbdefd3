/*
 * Which shop the page is about: of those that the signed-in person works for, the one chosen last.
 */
import { computed, ref, watchEffect } from 'vue'

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

watchEffect(() => {
  if (chosen.value) localStorage.setItem(KEPT, chosen.value)
})
