/*
 * What shops and pools are called. Answers carry a shop's name beside the id; a shop that is called
 * nothing is shown by its id. The pools of the presets have words; others are called as their policy does.
 */
import { useI18n } from 'vue-i18n'

import { api } from './http'

/** For a component: what a pool is called. */
export function usePoolName(): (pool: string) => string {
  const { t, te } = useI18n()
  return (pool) => (te(`poolName.${pool}`) ? t(`poolName.${pool}`) : pool)
}

export const shopName = (row: { shop?: string; shop_name?: string }): string => row.shop_name ?? row.shop ?? ''

/** Of those that are shown at once, each asked for once: the shops that somebody works for. */
export async function shopNames(shops: string[]): Promise<Record<string, string>> {
  const profiles = await Promise.all(shops.map((shop) => api('GET /v1/shops/{shop}/profile', { path: { shop } })))
  return Object.fromEntries(profiles.map((one) => [one.shop, one.name ?? one.shop]))
}
