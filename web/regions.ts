/*
 * The names of the administrative divisions for the build: `virtual:regions` is one short text made
 * of the package's lists. Codes stand in their order, each as what it is more than the one before,
 * and the name behind it.
 */
import { areaList } from '@vant/area-data'
import type { Plugin } from 'vite'

const NAME = 'virtual:regions'
const HERE = `\0${NAME}`

/* Levels that stand for "governed by the province itself", and say nothing in an address. */
const SILENT = new Set(['县', '省直辖县', '自治区直辖县级行政区划'])

function text(): string {
  const all = { ...areaList.province_list, ...areaList.city_list, ...areaList.county_list }
  let last = 0
  return Object.keys(all)
    .map(Number)
    .sort((a, b) => a - b)
    .map((code) => {
      const name = SILENT.has(all[code]) ? '-' : all[code]
      if (/[\d\s]/.test(name)) throw new Error(`a name that cannot be packed: ${name}`)
      const step = code - last
      last = code
      return `${step}${name}`
    })
    .join('')
}

export const regions = (): Plugin => ({
  name: 'regions',
  resolveId: (id) => (id === NAME ? HERE : undefined),
  load: (id) => (id === HERE ? `export default ${JSON.stringify(text())}` : undefined),
})
