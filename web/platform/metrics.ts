/*
 * The server's figures as Prometheus text: read into numbers. They are counts, never amounts.
 */
export type Figures = Map<string, number>

export function figuresOf(text: string): Figures {
  const found: Figures = new Map()
  for (const line of text.split('\n')) {
    const part = /^([a-z_]+(?:\{[^}]*\})?) ([0-9.e+-]+)$/.exec(line)
    if (part) found.set(part[1], Number(part[2]))
  }
  return found
}

export interface RouteFigures { route: string; good: number; refused: number; failed: number }

export function routesOf(figures: Figures): RouteFigures[] {
  const found = new Map<string, RouteFigures>()
  for (const [name, count] of figures) {
    const part = /^jifen_http_requests_total\{route="([^"]+)",status="(\d)xx"\}$/.exec(name)
    if (!part) continue
    const row = found.get(part[1]) ?? { route: part[1], good: 0, refused: 0, failed: 0 }
    if (part[2] === '4') row.refused += count
    else if (part[2] === '5') row.failed += count
    else row.good += count
    found.set(part[1], row)
  }
  return [...found.values()].sort((a, b) => b.good + b.refused + b.failed - (a.good + a.refused + a.failed))
}

/** Below which time a share of all requests was answered, as far as the steps of the histogram tell: seconds. */
export function within(figures: Figures, part: number): number | null {
  const all = figures.get('jifen_http_request_seconds_count') ?? 0
  if (!all) return null
  for (const [name, count] of figures) {
    const step = /^jifen_http_request_seconds_bucket\{le="([\d.e-]+)"\}$/.exec(name)
    if (step && count >= all * part) return Number(step[1])
  }
  return Infinity
}
