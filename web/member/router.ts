/*
 * The screens of the members' app. Addresses stand behind the #, so that codes in them reach no log.
 *
 * meta: title, the key of its words; tab, the one it belongs to; alone: without the tabs; open: to those who are not signed in.
 */
import { createRouter, createWebHashHistory } from 'vue-router'

import { comeLater } from '@shared/way'

export const router = createRouter({
  history: createWebHashHistory(),
  scrollBehavior: (_to, _from, kept) => kept ?? { top: 0 },
  routes: [
    { path: '/', name: 'home', component: () => import('./views/HomeView.vue'), meta: { title: 'tab.home', tab: 'home' } },
    { path: '/statement', name: 'statement', component: () => import('./views/StatementView.vue'), meta: { title: 'statement.title', tab: 'statement' } },
    { path: '/pay', name: 'pay', component: () => import('./views/PayView.vue'), meta: { title: 'pay.title', tab: 'pay' } },
    { path: '/pay/amount', name: 'amount', component: () => import('./views/PayAmountView.vue'), meta: { title: 'pay.title', alone: true } },
    { path: '/shops', name: 'shops', component: () => import('./views/ShopsView.vue'), meta: { title: 'shops.title', tab: 'pay' } },
    { path: '/payments/:payment', name: 'payment', component: () => import('./views/PaymentView.vue'), meta: { title: 'payment.title', alone: true } },
    { path: '/code', name: 'code', component: () => import('./views/CodeView.vue'), meta: { title: 'code.title', alone: true } },
    { path: '/assets', name: 'assets', component: () => import('./views/AssetsView.vue'), meta: { title: 'assets.title', tab: 'assets' } },
    { path: '/assets/points', name: 'points', component: () => import('./views/PointsView.vue'), meta: { title: 'assets.points', tab: 'assets' } },
    { path: '/assets/units', name: 'units', component: () => import('./views/UnitsView.vue'), meta: { title: 'assets.units', tab: 'assets' } },
    { path: '/assets/coins', name: 'coins', component: () => import('./views/CoinsView.vue'), meta: { title: 'assets.coins', tab: 'assets' } },
    { path: '/assets/wallet', name: 'wallet', component: () => import('./views/WalletView.vue'), meta: { title: 'assets.wallet', tab: 'assets' } },
    { path: '/assets/pending', name: 'pending', component: () => import('./views/PendingView.vue'), meta: { title: 'assets.pending', tab: 'assets' } },
    { path: '/orders', name: 'orders', component: () => import('./views/OrdersView.vue'), meta: { title: 'orders.title', tab: 'assets' } },
    { path: '/orders/:order', name: 'order', component: () => import('./views/OrderView.vue'), meta: { title: 'orders.one', tab: 'assets' } },
    { path: '/me', name: 'me', component: () => import('./views/MeView.vue'), meta: { title: 'me.title', tab: 'me' } },
    { path: '/me/home', name: 'home-shop', component: () => import('./views/HomeShopView.vue'), meta: { title: 'me.home', tab: 'me' } },
    { path: '/me/invite', name: 'invite', component: () => import('./views/InviteView.vue'), meta: { title: 'me.invite', tab: 'me' } },
    { path: '/me/offers', name: 'offers', component: () => import('./views/OffersView.vue'), meta: { title: 'me.offers', tab: 'me' } },
    { path: '/me/security', name: 'security', component: () => import('./views/SecurityView.vue'), meta: { title: 'me.security', tab: 'me' } },
    { path: '/me/export', name: 'export', component: () => import('./views/ExportView.vue'), meta: { title: 'me.export', tab: 'me' } },
    { path: '/me/close', name: 'close', component: () => import('./views/CloseView.vue'), meta: { title: 'me.close', tab: 'me' } },
    { path: '/closed', name: 'closed', component: () => import('./views/ClosedView.vue'), meta: { title: 'closing.closed', open: true, alone: true } },
    { path: '/join/:code?', name: 'join', component: () => import('./views/JoinView.vue'), meta: { title: 'join.title', open: true, alone: true } },
    { path: '/:rest(.*)', redirect: '/' },
  ],
})

comeLater(router)
