/*
 * Screens come over the line when they are first wanted. Where one can't, the visitor stays where
 * they are, and comes to it once the server is reached again, unless they went elsewhere.
 */
import { watch } from 'vue'
import type { Router } from 'vue-router'

import { line, lost } from './http'

export function comeLater(router: Router): void {
  let wanted = ''
  router.onError((_, to) => {
    wanted = to.fullPath
    lost()
  })
  router.afterEach(() => (wanted = ''))
  watch(
    () => line.back,
    () => wanted && void router.push(wanted),
  )
}
