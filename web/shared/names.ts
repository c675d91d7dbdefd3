/*
 * What shops are called. Answers carry the name beside the id; a shop that is called nothing is
 * shown by its id.
 */
import { api } from './http'

export const shopName = (row: { shop?: string; shop_name?: string }): string => row.shop_name ?? row.shop ?? ''

/** Of those that are shown at once, each asked for once: the shops that somebody works for. */
export async function shopNames(shops: string[]): Promise<Record<string, string>> {
  const profiles = await Promise.all(shops.map((shop) => api('GET /v1/shops/{shop}/profile', { path: { shop } })))
  return Object.fromEntries(profiles.map((one) => [one.shop, one.name ?? one.shop]))
}
