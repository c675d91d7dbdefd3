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

/** What the server refused, as RFC 9457 says it, or `offline` when it could not be asked. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail = '',
    readonly field = '',
  ) {
    super(`${code}: ${title}`)
  }
}

export const line = reactive({ offline: false, csrf: '', language: 'zh-CN', onUnauthorized: () => {} })

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

async function problemOf(answer: Response): Promise<Problem> {
  const said = await answer.json().catch(() => ({}))
  return new Problem(answer.status, said.code ?? 'unknown', said.title ?? answer.statusText, said.detail, said.field)
}

export async function ask<R extends keyof Api>(
  route: R,
  sending: Sending<R> = {},
): Promise<{ reply: Part<R, 'reply'>; status: number; etag: string }> {
  const [method, template] = (route as string).split(' ')
  let answer: Response
  try {
    answer = await fetch(addressOf(template, sending), {
      method,
      headers: headersOf(method, sending),
      body: sending.body === undefined ? undefined : JSON.stringify(sending.body),
      credentials: 'same-origin',
    })
  } catch {
    line.offline = true
    throw new Problem(0, 'offline', '')
  }
  line.offline = false
  if (!answer.ok) {
    const problem = await problemOf(answer)
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

/** Follows a stream of events until the function that comes back is called. */
export function follow<T>(path: string, event: string, each: (data: T) => void): () => void {
  const source = new EventSource(path)
  source.addEventListener(event, (message) => each(JSON.parse((message as MessageEvent).data) as T))
  source.onopen = () => (line.offline = false)
  return () => source.close()
}

/** An id for a change: made once, kept when the change is sent again. */
export function newId(what: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  return `${what}-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

/** Keeps what an address answers as a file, in the language of the page; throws what was refused. */
export async function download(path: string): Promise<void> {
  const answer = await fetch(path, { headers: headersOf('GET', {}), credentials: 'same-origin' }).catch(() => null)
  line.offline = answer === null
  if (!answer) throw new Problem(0, 'offline', '')
  if (!answer.ok) throw await problemOf(answer)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await answer.blob())
  link.download = /filename="?([^";]+)/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1] ?? ''
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60000)
}
