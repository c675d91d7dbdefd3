/*
 * Instants as people at the desk read them, in their own time zone.
 */
const two = (number: number) => String(number).padStart(2, '0')

/** 2025-03-03T01:00:00Z → 09:00:00 where it is eight hours later. */
export function clock(instant: string): string {
  const at = new Date(instant)
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

export function moment(instant: string): string {
  const at = new Date(instant)
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock(instant)}`
}

export const month = (day: string): string => day.slice(0, 7)
