/*
 * Something that is loaded, with its states: not yet, there, could not be had. What could not be
 * had because the server was out of reach is asked for again as soon as it is not.
 */
import { reactive, watch } from 'vue'

import { line, Problem } from './http'

export interface Loaded<T> {
  value: T | null
  problem: unknown
  busy: boolean
  load(): Promise<void>
  /** what failed last, once more: of a list that comes page by page, that page */
  again?(): Promise<void>
}

export const isOffline = (problem: unknown): boolean => problem instanceof Problem && problem.code === 'offline'

/** Asks again once the server is reached, when that was what was wrong. */
export function whenBack(it: { problem: unknown }, again: () => Promise<void>): void {
  watch(
    () => line.back,
    () => isOffline(it.problem) && void again(),
  )
}

/** Loads at once, and again whenever load() is called; what was there stays until the next is. */
export function loaded<T>(get: () => Promise<T>): Loaded<T> {
  const it: Loaded<T> = reactive({
    value: null,
    problem: null,
    busy: false,
    async load() {
      it.busy = true
      try {
        it.value = (await get()) as never
        it.problem = null
      } catch (refused) {
        it.problem = refused
      }
      it.busy = false
    },
  }) as never
  whenBack(it, () => it.load())
  void it.load()
  return it
}

export interface Paged<R> extends Loaded<R[]> {
  next: number | null
  more(): Promise<void>
}

/** A list that comes page by page; `from` is what the page before named as next. */
export function paged<R>(get: (from?: number) => Promise<{ rows: R[]; next?: number | null }>): Paged<R> {
  let last: number | undefined
  async function page(from?: number) {
    it.busy = true
    last = from
    try {
      const { rows, next } = await get(from)
      it.value = (from === undefined ? rows : [...(it.value ?? []), ...rows]) as never
      it.next = next ?? null
      it.problem = null
    } catch (refused) {
      it.problem = refused
    }
    it.busy = false
  }
  const it: Paged<R> = reactive({
    value: null,
    next: null,
    problem: null,
    busy: false,
    load: () => page(),
    again: () => page(last),
    more: async () => {
      if (it.next !== null && !it.busy) await page(it.next)
    },
  }) as never
  whenBack(it, () => page(last))
  void it.load()
  return it
}

/** Something that is done at a press: its problem, and that it is under way. */
export function action<A extends unknown[]>(run: (...args: A) => Promise<void>) {
  const it = reactive({
    busy: false,
    problem: null as unknown,
    async run(...args: A): Promise<boolean> {
      if (it.busy) return false
      it.busy = true
      it.problem = null
      try {
        await run(...args)
      } catch (refused) {
        it.problem = refused
      }
      it.busy = false
      return it.problem === null
    },
  })
  return it
}
