/*
 * What narrows a list down: fields that parts/FilterBar.vue shows, kept in the page's address, so
 * that a link can lead to a list that is narrowed down already. The server does the rest.
 */
import type { LocationQuery } from 'vue-router'

export interface Filter {
  name: string
  label: string
  kind?: 'date' | 'search'
  pattern?: string
  choices?: Array<{ value: string; label: string }>
}

export const ID = '[A-Za-z0-9._:\\-]{1,64}'
export const REGION = '[1-9][0-9]([0-9]{2}){0,2}'

/** What is asked for, as the server's parameters; nothing for what was left empty. */
export function wishOf(query: LocationQuery, filters: Filter[]): Record<string, string> {
  return Object.fromEntries(filters.flatMap(({ name }) => (typeof query[name] === 'string' && query[name] ? [[name, query[name]]] : [])) as Array<[string, string]>)
}
