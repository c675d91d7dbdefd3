/*
 * What a command is about, for lists: the thing it names, in the order in which people look for it.
 */
const NAMES = ['id', 'order', 'member', 'shop', 'pool', 'region', 'program', 'name', 'day', 'from']

export function subjectOf(command?: Record<string, unknown>): string {
  const found = NAMES.filter((name) => typeof command?.[name] === 'string').map((name) => String(command?.[name]))
  return found[0] ?? '—'
}
