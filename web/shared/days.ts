/*
 * Days and times as people read them. A business day is a plain date, never moved by a time zone.
 */
const formats = new Map<string, Intl.DateTimeFormat>()

function format(language: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${name}`
  let found = formats.get(key)
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(language, options)))
  return found
}

const asDate = (day: string): Date => new Date(`${day}T00:00:00Z`)

/** 11月30日 周一 */
export const dayText = (day: string, language: string): string =>
  format(language, 'day', { month: 'short', day: 'numeric', weekday: 'short', timeZone: 'UTC' }).format(asDate(day))

/** 11/30, where there is little room */
export const dayShort = (day: string, language: string): string =>
  format(language, 'short', { month: 'numeric', day: 'numeric', timeZone: 'UTC' }).format(asDate(day))

export const weekday = (day: string, language: string): string =>
  format(language, 'weekday', { weekday: 'long', timeZone: 'UTC' }).format(asDate(day))

/** 14:05, of an instant */
export const timeText = (at: string, language: string): string =>
  format(language, 'time', { hour: '2-digit', minute: '2-digit', hour12: false }).format(new Date(at))

export const momentText = (at: string, language: string): string =>
  format(language, 'moment', { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false }).format(
    new Date(at),
  )

/** The day `by` days later; earlier when negative. */
export function dayAfter(day: string, by: number): string {
  const date = asDate(day)
  date.setUTCDate(date.getUTCDate() + by)
  return date.toISOString().slice(0, 10)
}
