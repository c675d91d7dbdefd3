/*
 * What a region is called: 330106 is 浙江省杭州市西湖区. The names come in a file of their own, which is
 * fetched when the first of them is to be shown; until then, and where a code is unknown, the code
 * stands for itself. There are no names in other languages, so English shows the code beside them.
 */
import { shallowRef } from 'vue'

import { line } from './http'

const names = shallowRef<Map<string, string> | null>(null)
let asked = false

async function fetchNames(): Promise<void> {
  asked = true
  try {
    const { default: text } = await import('virtual:regions')
    const found = new Map<string, string>()
    let code = 0
    for (const [, step, name] of text.matchAll(/(\d+)(\D+)/g)) found.set(String((code += Number(step))), name === '-' ? '' : name)
    names.value = found
  } catch {
    asked = false
  }
}

/** What lies just below a region: of the country (''), a province or a city. Empty until the names are there. */
export function regionsIn(code: string): Array<{ code: string; name: string }> {
  if (!names.value && !asked) void fetchNames()
  const found: Array<{ code: string; name: string }> = []
  for (const [whole, name] of names.value ?? []) {
    const own = whole.endsWith('0000') ? whole.slice(0, 2) : whole.endsWith('00') ? whole.slice(0, 4) : whole
    if (own.length === code.length + 2 && own.startsWith(code)) found.push({ code: own, name: name || own })
  }
  return found
}

/* 33, 3301 and 330106: a province, a city, a county, each with those it lies in. */
function levels(code: string): string[] {
  const found: string[] = []
  for (const digits of [2, 4, 6]) {
    const name = code.length >= digits ? names.value?.get(code.slice(0, digits).padEnd(6, '0')) : undefined
    if (name && name !== found.at(-1)) found.push(name)
  }
  return found
}

/** short: without the province, as people say it who live there. */
export function regionName(code: string | undefined, short = false): string {
  if (!code) return ''
  if (!names.value && !asked) void fetchNames()
  const found = levels(code)
  const name = (short && found.length > 2 ? found.slice(1) : found).join('')
  if (!name) return code
  return line.language === 'en' && !short ? `${name} (${code})` : name
}
