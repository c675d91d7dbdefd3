/*
 * Amounts are decimal strings from the server and integers of the smallest step here: nothing is
 * ever a floating-point number. How they are written for people stands here too.
 */
export const decimalsOf = (unit: string): number => (unit === 'TOKEN' ? 6 : unit === 'SHARE' ? 0 : 2)

/** "12.3" with 2 decimals is 1230n; null for what is no amount. */
export function steps(text: string, decimals = 2): bigint | null {
  const found = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text.trim())
  if (!found || (found[3] ?? '').length > decimals) return null
  const whole = BigInt(found[2] + (found[3] ?? '').padEnd(decimals, '0'))
  return found[1] ? -whole : whole
}

export function decimal(value: bigint, decimals = 2): string {
  const sign = value < 0n ? '-' : ''
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0')
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

export const add = (a: string, b: string, decimals = 2): string =>
  decimal((steps(a, decimals) ?? 0n) + (steps(b, decimals) ?? 0n), decimals)

export const subtract = (a: string, b: string, decimals = 2): string =>
  decimal((steps(a, decimals) ?? 0n) - (steps(b, decimals) ?? 0n), decimals)

export const compare = (a: string, b: string, decimals = 6): number => {
  const difference = (steps(a, decimals) ?? 0n) - (steps(b, decimals) ?? 0n)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

export const least = (a: string, b: string): string => (compare(a, b) <= 0 ? a : b)

export const isZero = (text: string): boolean => /^-?0*(\.0*)?$/.test(text)

export const sum = (amounts: string[], decimals = 2): string => amounts.reduce((all, one) => add(all, one, decimals), decimal(0n, decimals))

/** By how much `now` is above `before`, as a ratio of six decimals; null where there was nothing. */
export function change(now: string, before: string): string | null {
  const was = steps(before, 6) ?? 0n
  return was <= 0n ? null : decimal((((steps(now, 6) ?? 0n) - was) * 1000000n) / was, 6)
}

/** An amount as it is typed key by key: digits, one point, no more decimals than the unit has. */
export function typed(text: string, key: string, digits = 11): string {
  if (key === 'back') return text.slice(0, -1)
  if (key === '.') return text.includes('.') ? text : `${text || '0'}.`
  const [whole, rest] = text.split('.')
  if (rest !== undefined) return rest.length < 2 ? text + key : text
  if (whole === '0') return key
  return whole.length < digits ? text + key : text
}

/** 1234567.80 → 1,234,567.80 */
export function grouped(text: string): string {
  const [whole, rest] = text.split('.')
  const wide = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return rest === undefined ? wide : `${wide}.${rest}`
}

/** A ratio like 0.153000 as 15.3 %, floored to `digits`; the sign stays on the line of its number. */
export function percent(ratio: string, digits = 2): string {
  const value = steps(ratio, 6)
  if (value === null) return ratio
  const scale = 10n ** BigInt(4 - digits)
  const floored = value >= 0n ? value / scale : -((-value + scale - 1n) / scale)
  return `${decimal(floored, digits).replace(/\.?0+$/, '')}\u00a0%`
}

/** How long `part` is beside `whole`, in whole per cent, for bars; the ratio is exact, the bar is a picture. */
export function share(part: string, whole: string): number {
  const a = steps(part, 6) ?? 0n
  const b = steps(whole, 6) ?? 0n
  if (b <= 0n || a <= 0n) return 0
  return Number((a >= b ? b : a) * 1000n / b) / 10
}
