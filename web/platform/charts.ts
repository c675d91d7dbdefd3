/*
 * The colours and manners of charts, which are those of the page.
 */
export interface Palette {
  ink: string
  muted: string
  line: string
  card: string
  surface: string
  accent: string
  accentSoft: string
  amber: string
  red: string
  /** for lines that stand beside each other, told apart by dash as well */
  series: string[]
}

export function palette(): Palette {
  const style = getComputedStyle(document.documentElement)
  const get = (name: string) => style.getPropertyValue(name).trim()
  return {
    ink: get('--ink'),
    muted: get('--muted'),
    line: get('--line'),
    card: get('--card'),
    surface: get('--surface'),
    accent: get('--accent'),
    accentSoft: get('--accent-soft'),
    amber: get('--amber'),
    red: get('--red'),
    series: [get('--accent'), get('--amber'), get('--muted'), get('--ink'), get('--red')],
  }
}

/** A tooltip drawn on the canvas: the page's policy allows no style that comes with the text. */
export const tooltip = (c: Palette) => ({
  renderMode: 'richText' as const,
  confine: true,
  backgroundColor: c.card,
  borderColor: c.line,
  textStyle: { color: c.ink, fontSize: 12 },
})

export const axis = (c: Palette) => ({
  axisLine: { lineStyle: { color: c.line } },
  axisTick: { show: false },
  axisLabel: { color: c.muted, fontSize: 12, hideOverlap: true },
  splitLine: { lineStyle: { color: c.line } },
  nameTextStyle: { color: c.muted, fontSize: 12 },
})

export const legend = (c: Palette) => ({ textStyle: { color: c.muted, fontSize: 12 }, itemWidth: 18, itemHeight: 8, icon: 'roundRect', top: 0, left: 0 })

/** 12345678.9 as 1230万 or 12.3M: for axes, where the exact figure stands in the table beside. */
export const short = (value: number, language: string): string =>
  new Intl.NumberFormat(language, { notation: 'compact', maximumSignificantDigits: 3 }).format(value)
