/*
 * Who is signed in, and as what. The session itself is a cookie that scripts can't read; what is
 * kept here is only the mark that there is one, so that nobody is asked for nothing.
 */
import { computed, reactive } from 'vue'

import { api, line } from './http'

export interface Grant {
  role: string
  scope?: string
}

const MARK = 'jifen.signed-in'

export const session = reactive({ known: false, name: '', roles: [] as Grant[], totp: false })

export const signedIn = computed(() => session.name !== '')

function forget(): void {
  localStorage.removeItem(MARK)
  line.csrf = ''
  Object.assign(session, { known: true, name: '', roles: [], totp: false })
}

function remember(who: { name: string; roles: Grant[]; totp?: boolean; csrf?: string }): void {
  localStorage.setItem(MARK, '1')
  line.csrf = who.csrf ?? line.csrf
  Object.assign(session, { known: true, name: who.name, roles: who.roles, totp: who.totp ?? false })
}

line.onUnauthorized = forget

/** At the start: is there a session that still holds? */
export async function recall(): Promise<void> {
  if (!localStorage.getItem(MARK)) return forget()
  try {
    remember((await api('GET /v1/session')) as never)
  } catch {
    forget()
  }
}

export async function signIn(name: string, password: string, code?: string): Promise<void> {
  const body = code ? { name, password, code } : { name, password }
  remember((await api('POST /v1/session', { body })) as never)
}

/** Another reply of the same shape, as joining gives it. */
export const signedInAs = (who: unknown): void => remember(who as never)

export async function signOut(): Promise<void> {
  await api('DELETE /v1/session').catch(() => undefined)
  forget()
}

/** What the roles named are held for: ids of members or shops. */
export function scopes(...roles: string[]): string[] {
  const found = session.roles.filter((grant) => roles.includes(grant.role) && grant.scope)
  return [...new Set(found.map((grant) => grant.scope as string))]
}

export const hasRole = (...roles: string[]): boolean => session.roles.some((grant) => roles.includes(grant.role))
