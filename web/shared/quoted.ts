/*
 * A quote: what the rules would answer to what is being chosen. It is asked for when the choice
 * rests for a moment, and only the answer to the last question counts.
 */
import { onBeforeUnmount, reactive, watch } from 'vue'

import { type Loaded, whenBack } from './load'

const REST_MS = 200

/**
 * For use in setup. `chosen` is what would be sent now, null when there is nothing to ask. `busy` from the moment the
 * choice changes; until the next answer the last one stays, of an earlier choice.
 */
export function quoted<C, Q>(chosen: () => C | null, get: (chosen: C) => Promise<Q>): Loaded<Q> {
  let later = 0
  let turn = 0
  function say(value: Q | null, problem: unknown) {
    it.value = value as never
    it.problem = problem
    it.busy = false
  }
  async function load() {
    window.clearTimeout(later)
    const mine = ++turn
    const what = chosen()
    if (what === null) return say(null, null)
    it.busy = true
    try {
      const answer = await get(what)
      if (mine === turn) say(answer, null)
    } catch (refused) {
      if (mine === turn) say(null, refused)
    }
  }
  const it: Loaded<Q> = reactive({ value: null, problem: null, busy: false, load }) as never
  watch(
    () => JSON.stringify(chosen()),
    (now) => {
      turn++
      window.clearTimeout(later)
      if (now === 'null') return say(null, null)
      it.busy = true
      later = window.setTimeout(load, it.value === null ? 0 : REST_MS)
    },
    { immediate: true },
  )
  whenBack(it, load)
  onBeforeUnmount(() => window.clearTimeout(later))
  return it
}
