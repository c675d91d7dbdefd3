/*
 * Where something stands that somebody else must act on: asked again every moment while it waits.
 */
import { onBeforeUnmount, reactive } from 'vue'

const EVERY_MS = 1500

export interface Standing<S> {
  now: S | null
  begin(now: S): void
  end(): void
}

/** For use in setup. What cannot be had now is asked for again; the last that was known stays. */
export function standing<S>(waits: (now: S) => boolean, ask: (now: S) => Promise<S>): Standing<S> {
  let turn = 0
  let later: ReturnType<typeof setTimeout> | undefined
  function next() {
    const mine = turn
    if (it.now === null || !waits(it.now)) return
    later = setTimeout(async () => {
      const now = await ask(it.now as S).catch(() => it.now)
      if (mine !== turn) return
      it.now = now as never
      next()
    }, EVERY_MS)
  }
  function set(now: S | null) {
    turn++
    clearTimeout(later)
    it.now = now as never
    next()
  }
  const it: Standing<S> = reactive({ now: null, begin: (now: S) => set(now), end: () => set(null) }) as never
  onBeforeUnmount(() => set(null))
  return it
}
