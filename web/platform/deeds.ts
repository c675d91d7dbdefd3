/*
 * What the office does to the books beside orders, withdrawals and policies: one row each, which
 * parts/DeedButton.vue makes a button and a form of.
 *
 * given: fields that the screen knows already; id: what ids of this deed begin with, where it has one; the rest is asked for.
 */
import type { Api } from '@shared/api'

export interface Field {
  name: string
  pattern: string
  /** A whole number in the request, not a decimal string. */
  whole?: boolean
  choices?: string[]
}

export interface Deed {
  route: keyof Api
  roles: string[]
  id?: string
  fields: Field[]
}

const ID = '[A-Za-z0-9._:\\-]{1,64}'
const MONEY = '(0|[1-9][0-9]{0,12})(\\.[0-9]{1,2})?'
const WHOLE = '[1-9][0-9]{0,11}'
const FROM_ZERO = '0|[1-9][0-9]{0,8}'
const PROGRAMS = ['staff', 'level', 'manager', 'team', 'performance', 'shareholders']

const party = (name: string): Field => ({ name, pattern: ID })
const money = (name: string): Field => ({ name, pattern: MONEY })
const count = (name: string): Field => ({ name, pattern: WHOLE, whole: true })

export const deeds = {
  inject: { route: 'POST /v1/funds/{fund}/injections', roles: ['finance'], id: 'inject', fields: [money('amount')] },
  raise: { route: 'POST /v1/token/injections', roles: ['finance'], id: 'raise', fields: [money('amount')] },
  remit: { route: 'POST /v1/tax-remittances', roles: ['finance'], id: 'tax', fields: [money('amount')] },
  sweep: { route: 'POST /v1/pools/{pool}/cohorts/{cohort}/sweep', roles: ['operator'], fields: [count('cohort')] },
  home: { route: 'PUT /v1/members/{member}/home', roles: ['operator'], fields: [party('shop')] },
  enroll: {
    route: 'PUT /v1/programs/{program}/members/{member}', roles: ['operator'],
    fields: [{ name: 'program', pattern: ID, choices: PROGRAMS }, { name: 'weight', pattern: FROM_ZERO, whole: true }],
  },
  owe: { route: 'POST /v1/members/{member}/old-debts', roles: ['operator'], id: 'old', fields: [money('owed')] },
  grant: { route: 'POST /v1/members/{member}/old-debts/grants', roles: ['operator'], id: 'batch', fields: [money('coins')] },
  issue: { route: 'POST /v1/shops/{shop}/shares', roles: ['operator'], id: 'share', fields: [party('member'), count('shares')] },
  transfer: { route: 'POST /v1/shops/{shop}/share-transfers', roles: ['operator'], id: 'transfer', fields: [party('from'), party('to'), count('shares')] },
  dividend: { route: 'POST /v1/shops/{shop}/dividends', roles: ['finance'], id: 'dividend', fields: [{ name: 'period', pattern: ID }, money('profit')] },
  plate: { route: 'POST /v1/shops/{shop}/plates', roles: ['operator'], fields: [] },
  rebind: { route: 'PUT /v1/plates/{plate}/shop', roles: ['operator'], fields: [party('shop')] },
} satisfies Record<string, Deed>
