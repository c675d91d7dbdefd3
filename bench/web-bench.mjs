/*
 * The benchmark of the web apps: what comes over the line before the first screen stands, and how
 * long that takes on a slow phone (Chromium with its processor slowed down four times).
 *
 *   web-bench.mjs [--json FILE]
 *
 * Yardstick: the page that only leads to the apps, opened in the same run.
 */
import { writeFileSync } from 'node:fs'

import { eyes, shut, stage } from '../web/e2e/stage.mjs'

const ROUNDS = 5
const APPS = [
  { name: 'member', person: 'lin', size: 'phone', stands: '[data-projection-pair]', most: 200 },
  { name: 'shop', person: 'boss', size: 'phone', stands: 'main', most: 200 },
  { name: 'platform', person: 'op', size: 'desk', stands: 'main', most: null },
]
const figures = {}
const middle = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]

/** Milliseconds from asking for the address until what is waited for stands. */
async function opening(town, look, path, stands, slowed) {
  const devtools = await look.page.context().newCDPSession(look.page)
  await devtools.send('Network.clearBrowserCache')
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowed })
  await look.page.goto('about:blank')
  const began = performance.now()
  await look.page.goto(`${town.url}${path}`)
  await look.page.waitForSelector(stands)
  const took = performance.now() - began
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  return took
}

async function openings(town, look, path, stands, slowed) {
  const times = []
  for (let round = 0; round < ROUNDS; round += 1) times.push(await opening(town, look, path, stands, slowed))
  return middle(times)
}

async function app(town, { name, person, size, stands, most }) {
  const look = await eyes(town, { size })
  const plain = await openings(town, look, '/', 'main', 4)
  await look.signIn(`/${name}`, person)
  const times = [await openings(town, look, `/${name}`, stands, 1), await openings(town, look, `/${name}`, stands, 4)]
  const kilobytes = (await look.scriptBytes()) / 1000
  figures[name] = { script_kb: Math.round(kilobytes), ms: Math.round(times[0]), ms_slowed_4: Math.round(times[1]), yardstick_ms: Math.round(plain) }
  const budget = most ? ` (at most ${most})` : ''
  console.log(
    `${name}: ${kilobytes.toFixed(0)} kB of gzipped script${budget}; first screen after ${times[0].toFixed(0)} ms, ` +
      `four times slowed down ${times[1].toFixed(0)} ms; the plain page, slowed down, ${plain.toFixed(0)} ms`,
  )
}

const town = await stage()
for (const one of APPS) await app(town, one)
await shut()
await town.end()
const at = process.argv.indexOf('--json')
if (at > 0) writeFileSync(process.argv[at + 1], `${JSON.stringify(figures)}\n`)
