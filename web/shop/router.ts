/*
 * The screens of the shops' app. Addresses stand behind the #, so that codes in them reach no log.
 */
import { createRouter, createWebHashHistory } from 'vue-router'

import { comeLater } from '@shared/way'

import { manages } from './shop'

export const router = createRouter({
  history: createWebHashHistory(),
  scrollBehavior: () => ({ top: 0 }),
  routes: [
    { path: '/', redirect: '/charge' },
    { path: '/charge', component: () => import('./views/ChargeView.vue') },
    { path: '/today', component: () => import('./views/TodayView.vue') },
    { path: '/rebate', component: () => import('./views/RebateView.vue'), meta: { manager: true } },
    { path: '/fans', component: () => import('./views/FansView.vue'), meta: { manager: true } },
    { path: '/settlement', component: () => import('./views/SettlementView.vue'), meta: { manager: true } },
    {
      path: '/shop',
      component: () => import('./views/ShopView.vue'),
      children: [
        { path: '', redirect: '/shop/plates' },
        { path: 'plates', component: () => import('./views/PlatesView.vue') },
        { path: 'profile', component: () => import('./views/ProfileView.vue'), meta: { manager: true } },
        { path: 'clerks', component: () => import('./views/ClerksView.vue'), meta: { manager: true } },
        { path: 'refunds', component: () => import('./views/RefundsView.vue'), meta: { manager: true } },
        { path: 'account', component: () => import('./views/AccountView.vue') },
      ],
    },
    { path: '/:rest(.*)', redirect: '/charge' },
  ],
})

/* What a clerk may not see is not even asked for. */
router.beforeEach((to) => (to.meta.manager && !manages.value ? '/charge' : true))

comeLater(router)
