/*
 * The screens of the platform's console. Addresses stand behind the #, so that codes in them reach no log.
 */
import { createRouter, createWebHashHistory } from 'vue-router'

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [{ path: '/', name: 'home', component: () => import('./views/HomeView.vue') }],
})
