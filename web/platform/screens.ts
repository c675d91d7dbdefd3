/*
 * The screens of the console: where they stand, who may see them, what they are made of. The menu
 * and the router are both made of this table; `roles` follows the column `who` of the server.
 */
import type { Component } from 'vue'

import { hasRole } from '@shared/session'

type View = () => Promise<{ default: Component }>

export interface Screen {
  name: string
  path: string
  group: 'money' | 'business' | 'control' | 'none'
  roles: string[]
  view: View
}

const OFFICE = ['operator', 'finance', 'risk', 'auditor']

export const screens: Screen[] = [
  { name: 'overview', path: '/', group: 'money', roles: OFFICE, view: () => import('./views/OverviewView.vue') },
  { name: 'pools', path: '/pools', group: 'money', roles: OFFICE, view: () => import('./views/PoolsView.vue') },
  { name: 'allocation', path: '/allocation', group: 'money', roles: OFFICE, view: () => import('./views/AllocationView.vue') },
  { name: 'token', path: '/token', group: 'money', roles: OFFICE, view: () => import('./views/TokenView.vue') },
  { name: 'ledger', path: '/ledger', group: 'money', roles: OFFICE, view: () => import('./views/LedgerView.vue') },
  { name: 'members', path: '/members', group: 'business', roles: OFFICE, view: () => import('./views/PartiesView.vue') },
  { name: 'shops', path: '/shops', group: 'business', roles: OFFICE, view: () => import('./views/PartiesView.vue') },
  { name: 'seats', path: '/seats', group: 'business', roles: OFFICE, view: () => import('./views/SeatsView.vue') },
  { name: 'business', path: '/business', group: 'business', roles: OFFICE, view: () => import('./views/BusinessView.vue') },
  { name: 'orders', path: '/orders', group: 'business', roles: OFFICE, view: () => import('./views/OrdersView.vue') },
  { name: 'withdrawals', path: '/withdrawals', group: 'business', roles: OFFICE, view: () => import('./views/WithdrawalsView.vue') },
  { name: 'approvals', path: '/approvals', group: 'control', roles: OFFICE, view: () => import('./views/ApprovalsView.vue') },
  { name: 'policy', path: '/policy', group: 'control', roles: OFFICE, view: () => import('./views/PolicyView.vue') },
  { name: 'reconciliation', path: '/reconciliation', group: 'control', roles: OFFICE, view: () => import('./views/ReconciliationView.vue') },
  { name: 'trail', path: '/trail', group: 'control', roles: ['operator', 'risk', 'auditor'], view: () => import('./views/TrailView.vue') },
  { name: 'people', path: '/people', group: 'control', roles: ['operator', 'auditor'], view: () => import('./views/PeopleView.vue') },
  { name: 'system', path: '/system', group: 'control', roles: OFFICE, view: () => import('./views/SystemView.vue') },
  { name: 'order', path: '/orders/:order', group: 'none', roles: OFFICE, view: () => import('./views/OrderView.vue') },
  { name: 'payment', path: '/payments/:payment', group: 'none', roles: OFFICE, view: () => import('./views/PaymentView.vue') },
  { name: 'person', path: '/business/:id', group: 'none', roles: OFFICE, view: () => import('./views/PersonView.vue') },
  { name: 'own', path: '/own', group: 'none', roles: OFFICE, view: () => import('./views/OwnView.vue') },
  { name: 'journal', path: '/ledger/journals/:journal', group: 'none', roles: OFFICE, view: () => import('./views/JournalView.vue') },
  { name: 'fund', path: '/ledger/funds/:fund', group: 'none', roles: OFFICE, view: () => import('./views/FundView.vue') },
  { name: 'member', path: '/members/:id', group: 'none', roles: OFFICE, view: () => import('./views/PartyView.vue') },
  { name: 'shop', path: '/shops/:id', group: 'none', roles: OFFICE, view: () => import('./views/PartyView.vue') },
]

export const GROUPS = ['money', 'business', 'control'] as const

/** Whoever has the role `system` may do everything, as on the server. */
export const may = (...roles: string[]): boolean => hasRole('system', ...roles)

/** Somebody whom the console is for. */
export const belongsHere = (): boolean => may(...OFFICE)
