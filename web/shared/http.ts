/*
 * The one client of the server. Routes and their shapes come from its own description (api.d.ts).
 *
 * Amounts stay strings. A change carries the session's token; the id of a change is the caller's,
 * so that a request that got no answer can be sent again and is done once.
 */
import { reactive } from 'vue'

import type { Api } from './api'

type Part<R extends keyof Api, K extends string> = K extends keyof Api[R] ? Api[R][K] : undefined

export interface Sending<R extends keyof Api> {
  path?: Part<R, 'path'>
  query?: Part<R, 'query'>
  body?: Part<R, 'body'>
  /** sent as If-Match: the change is made only if nobody else made one */
  match?: string
}

/** What was asked for: to see something, to change something, or to be let in. */
export type Asked = 'read' | 'change' | 'signIn'

/** What the server refused, as RFC 9457 says it, or `offline` when it could not be asked. */
export class Problem extends Error {
  /** The key of words that say it better than its code can, where a screen knows more. */
  words = ''

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail = '',
    readonly field = '',
    readonly asked: Asked = 'read',
  ) {
    super(`${code}: ${title}`)
  }
}

/** A refusal that a screen finds out by itself. */
export const refusal = (code: string, words: string): Problem => Object.assign(new Problem(404, code, ''), { words })

/** Gives a refusal the words that this screen has for its code; throws it on in any case. */
export const inWords =
  (words: Record<string, string>) =>
  (refused: unknown): never => {
    if (refused instanceof Problem) refused.words = words[refused.code] ?? ''
    throw refused
  }

/** `back` counts how often the server was reached again after it could not be. */
export const line = reactive({ offline: false, back: 0, csrf: '', language: 'zh-CN', onUnauthorized: () => {} })

/* --- whether the server can be reached ---------------------------------------------------------- */

const LOOK_EVERY_MS = 3000
let looking: ReturnType<typeof setTimeout> | undefined

function reached(): void {
  clearTimeout(looking)
  looking = undefined
  if (!line.offline) return
  line.offline = false
  line.back += 1
}

export function lost(): void {
  line.offline = true
  looking ??= setTimeout(look, LOOK_EVERY_MS)
}

/** Asks for as little as there is; goes on asking until there is an answer. */
async function look(): Promise<void> {
  looking = undefined
  await fetch('/healthz', { cache: 'no-store' }).then(reached, lost)
}

addEventListener('offline', lost)
addEventListener('online', () => void look())

/* --- asking -------------------------------------------------------------------------------------- */

/* POST addresses that change nothing: what would be, and what a code says. */
const ONLY_ASKS = /quotes$|\/codes(\/picture)?$|\/(check|simulate)$/

function askedOf(method: string, template: string): Asked {
  if (method === 'POST' && template === '/v1/session') return 'signIn'
  return method === 'GET' || ONLY_ASKS.test(template) ? 'read' : 'change'
}

function addressOf(route: string, sending: { path?: unknown; query?: unknown }): string {
  const values = (sending.path ?? {}) as Record<string, string | number>
  const path = route.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])))
  const query = Object.entries((sending.query ?? {}) as Record<string, unknown>)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
  return query.length ? `${path}?${query.join('&')}` : path
}

function headersOf(method: string, sending: { body?: unknown; match?: string }): Record<string, string> {
  const headers: Record<string, string> = { 'Accept-Language': line.language }
  if (sending.body !== undefined) headers['Content-Type'] = 'application/json'
  if (method !== 'GET' && line.csrf) headers['X-CSRF-Token'] = line.csrf
  if (sending.match) headers['If-Match'] = sending.match
  return headers
}

async function problemOf(answer: Response, asked: Asked): Promise<Problem> {
  const said = await answer.json().catch(() => ({}))
  return new Problem(answer.status, said.code ?? 'unknown', said.title ?? answer.statusText, said.detail, said.field, asked)
}

export async function ask<R extends keyof Api>(
  route: R,
  sending: Sending<R> = {},
): Promise<{ reply: Part<R, 'reply'>; status: number; etag: string }> {
  const [method, template] = (route as string).split(' ')
  const asked = askedOf(method, template)
  let answer: Response
  try {
    answer = await fetch(addressOf(template, sending), {
      method,
      headers: headersOf(method, sending),
      body: sending.body === undefined ? undefined : JSON.stringify(sending.body),
      credentials: 'same-origin',
    })
  } catch {
    lost()
    throw new Problem(0, 'offline', '', '', '', asked)
  }
  reached()
  if (!answer.ok) {
    const problem = await problemOf(answer, asked)
    if (problem.code === 'unauthorized') line.onUnauthorized()
    throw problem
  }
  const json = /json/.test(answer.headers.get('Content-Type') ?? '')
  const reply = (json ? await answer.json() : await answer.text()) as Part<R, 'reply'>
  return { reply, status: answer.status, etag: answer.headers.get('ETag') ?? '' }
}

/** The reply alone. */
export async function api<R extends keyof Api>(route: R, sending: Sending<R> = {}): Promise<Part<R, 'reply'>> {
  return (await ask(route, sending)).reply
}

/**
 * Follows a stream of events until the function that comes back is called. A stream that breaks is
 * opened again: by the browser, or here where the browser has given up.
 */
export function follow<T>(path: string, event: string, each: (data: T) => void): () => void {
  let source: EventSource
  let later: ReturnType<typeof setTimeout> | undefined
  function open(): void {
    source = new EventSource(path)
    source.addEventListener(event, (message) => each(JSON.parse((message as MessageEvent).data) as T))
    source.onopen = reached
    source.onerror = () => {
      looking ??= setTimeout(look)
      if (source.readyState === EventSource.CLOSED) later = setTimeout(open, LOOK_EVERY_MS)
    }
  }
  open()
  return () => {
    clearTimeout(later)
    source.close()
  }
}

/** An id for a change: made once, kept when the change is sent again. */
export function newId(what: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  return `${what}-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

/** Keeps what an address answers as a file, in the language of the page; throws what was refused. */
export async function download(path: string): Promise<void> {
  const answer = await fetch(path, { headers: headersOf('GET', {}), credentials: 'same-origin' }).catch(() => null)
  if (!answer) {
    lost()
    throw new Problem(0, 'offline', '')
  }
  reached()
  if (!answer.ok) throw await problemOf(answer, 'read')
  const said = answer.headers.get('Content-Disposition') ?? ''
  const called = /filename\*=UTF-8''([^;]+)/.exec(said)?.[1]
  keep(await answer.blob(), called ? decodeURIComponent(called) : (/filename="?([^";]+)/.exec(said)?.[1] ?? ''))
}

/** Gives the visitor a file. */
export function keep(content: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60000)
}
