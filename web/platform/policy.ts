/*
 * The policy document as a form: which fields there are, where they stand, how they are written.
 * docs/policy.schema.json is the whole truth; a test of the console holds the names together.
 */
export type Kind = 'text' | 'ratio' | 'multiple' | 'amount' | 'price' | 'int' | 'switch' | 'choice' | 'sides' | 'rates' | 'amounts' | 'pool' | 'vacant'

export interface Field {
  name: string
  kind: Kind
  /** what a document that is silent says; none: it must be said */
  silent?: string
  choices?: string[]
}

const field = (name: string, kind: Kind, silent?: string, choices?: string[]): Field => ({ name, kind, silent, choices })

export const GENERAL: Field[] = [field('name', 'text'), field('timezone', 'text', 'Asia/Shanghai'), field('refund_days', 'int', '7')]

export const SECTIONS: Array<{ name: string; fields: Field[] }> = [
  { name: 'rebate', fields: [field('min', 'ratio', '0.03'), field('max', 'ratio', '0.2')] },
  { name: 'points', fields: [field('member', 'multiple', '1'), field('shop', 'multiple', '1'), field('hold_days', 'int', '0')] },
  { name: 'credit', fields: [field('enabled', 'switch', 'false'), field('max', 'amount', '500.00'), field('fraction', 'ratio', '0.2'), field('earns_points', 'switch', 'false')] },
  {
    name: 'token',
    fields: [
      field('mint', 'ratio', '0.7'), field('sell_fee', 'ratio', '0.2'), field('exit_multiple', 'multiple', '3'),
      field('exit_scope', 'choice', 'member', ['member', 'lot']), field('exit_fee', 'ratio', '0.2'),
      field('sell_price', 'choice', 'day', ['day', 'spot']), field('initial_price', 'price', '1.000000'),
    ],
  },
  { name: 'withdraw', fields: [field('withholding', 'ratio', '0')] },
  { name: 'legacy', fields: [field('coin_ratio', 'ratio', '0')] },
]

export const POOL: Field[] = [
  field('name', 'text'), field('sides', 'sides'), field('rule', 'choice', undefined, ['share', 'compound']), field('rate', 'ratio', '0.005'),
  field('metric', 'choice', 'flow', ['flow', 'cumulative']), field('first_threshold', 'amount', '1000000.00'), field('growth_target', 'ratio', '0.15'),
  field('growth_floor', 'ratio', '0'), field('growth_cap', 'ratio', '0.15'), field('min_days', 'int', '10'), field('max_days', 'int', '30'),
  field('periods', 'int', '40'), field('cap', 'multiple', '5'),
]

const RATE = [field('rate', 'ratio')]
const ENTRIES: Record<string, Field[]> = {
  dividend: [field('pool', 'pool'), ...RATE],
  lock: [...RATE, field('scope', 'choice', 'any', ['any', 'other'])],
  referral: [field('levels', 'rates')],
  recruit: RATE,
  city_partner: RATE,
  agents: [field('mode', 'choice', 'differential', ['differential', 'stacked']), field('county', 'ratio'), field('city', 'ratio'), field('province', 'ratio')],
  coin: RATE,
  token_pool: RATE,
  credit_fund: RATE,
  staff: [...RATE, field('base_pay', 'amount', '0.00')],
  level: [field('rates', 'rates'), field('uplines', 'int', '1'), field('peer', 'ratio', '0')],
  manager: [field('rates', 'rates'), field('turnover', 'amounts')],
  team: [...RATE, field('uplines', 'int', '1'), field('rates', 'rates'), field('turnover', 'amounts')],
  performance: RATE,
  shareholders: RATE,
  home_owner: RATE,
}

export const DESTINATIONS = Object.keys(ENTRIES)

export const entryFields = (to: string): Field[] => [field('base', 'choice', undefined, ['rebate', 'amount']), ...(ENTRIES[to] ?? []), field('vacant_to', 'vacant', 'platform')]

/** The name in the document: an upline count is called levels there, as the rates of referral are. */
export const wireName = (one: Field): string => (one.name === 'uplines' ? 'levels' : one.name)

/** What an entry needs to be one at all, when it is new. */
export function freshEntry(to: string, pools: string[]): Record<string, unknown> {
  const entry: Record<string, unknown> = { to, base: 'rebate' }
  for (const one of ENTRIES[to] ?? []) {
    if (one.silent !== undefined) continue
    entry[one.name] = one.kind === 'rates' ? ['0'] : one.kind === 'amounts' ? ['0.00'] : one.kind === 'pool' ? (pools[0] ?? '') : '0'
  }
  return entry
}

export interface Finding {
  id: string
  severity: 'error' | 'warning' | 'notice'
  field: string
  citation: string
  en: string
  zh: string
  detail?: string
}

export type Document = Record<string, any>

/* --- differences --- */

/** Every value of a document by its path; lists of things that have names are told by them. */
export function flat(value: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value)) {
    if (value.every((one) => typeof one !== 'object')) found.set(path, value.join(', '))
    else {
      const seen = new Map<string, number>()
      for (const one of value as Array<Record<string, any>>) {
        const name = [one.to, one.to ? one.pool : one.name].filter(Boolean).join(' · ')
        const times = (seen.get(name) ?? 0) + 1
        seen.set(name, times)
        flat(one, `${path}[${name}${times > 1 ? ` ${times}` : ''}]`, found)
      }
    }
  } else if (value !== null && typeof value === 'object')
    for (const [name, one] of Object.entries(value)) flat(one, path ? `${path}.${name}` : name, found)
  else found.set(path, String(value))
  return found
}

export interface Change {
  path: string
  before?: string
  after?: string
}

export function changes(before: Document, after: Document): Change[] {
  const [old, now] = [flat(before), flat(after)]
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => old.get(path) !== now.get(path))
    .map((path) => ({ path, before: old.get(path), after: now.get(path) }))
}
