/*
 * The screens of the platform's console. Addresses stand behind the #, so that codes in them reach no log.
 */
import { createRouter, createWebHashHistory } from 'vue-router'

import { screens } from './screens'

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    ...screens.map(({ name, path, view }) => ({ name, path, component: view })),
    { path: '/:rest(.*)*', redirect: '/' },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})
