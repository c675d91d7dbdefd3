/*
 * What the tests of the web apps stand on: a real `jifen serve` on a free port, on books of a
 * small town that are the same every time, people to sign in as, and Chromium to look with.
 *
 *   const town = await stage()                 // JIFEN names the program
 *   const look = await eyes(town, { size: 'phone', language: 'zh-CN', theme: 'light' })
 *   await look.signIn('/member', 'lin')        // every password is PASSWORD
 *   await look.shot('home')                    // screens/member/home-zh-phone-light.png
 *   ok(...), is(...), done()                   // TAP
 *
 * An eye notes every console error and every request to another host; look.end() tests that there
 * were none.
 */
import { spawn, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

import { chromium } from 'playwright-core'

import { FIRST_DAY, NOW, people, PROFILES, town } from './town.mjs'

export { NOW, PROFILES }
/* As patient as a busy machine asks for. */
const PATIENCE_MS = 120_000
export const PASSWORD = 'correct horse 8'
export const SIZES = { small: { width: 320, height: 640 }, phone: { width: 390, height: 844 }, desk: { width: 1440, height: 900 } }
const JIFEN = resolve(process.env.JIFEN ?? 'build/jifen')
/* What a page's camera sees: one picture, which look.show() puts there. */
const CAMERA = join(mkdtempSync(join(tmpdir(), 'jifen-camera-')), 'seen.mjpeg')
const SCREENS = resolve(process.env.JF_SCREENS ?? join(process.env.JF_BUILD ?? 'build', 'screens'))

/* --- TAP -------------------------------------------------------------------------------------- */

let count = 0
let bad = 0

export function ok(holds, sentence, more = '') {
  count += 1
  if (!holds) bad += 1
  console.log(`${holds ? 'ok' : 'not ok'} ${count} - ${sentence}`)
  if (!holds && more) console.error(String(more).replace(/^/gm, '# '))
}

export function is(got, expected, sentence) {
  ok(got === expected, sentence, `got:      ${JSON.stringify(got)}\nexpected: ${JSON.stringify(expected)}`)
}

export function done() {
  console.log(`1..${count}`)
  process.exitCode = bad ? 1 : 0
}

/* A journey that breaks leaves no server and no browser behind, and no plan. */
const children = new Set()
for (const broken of ['uncaughtException', 'unhandledRejection'])
  process.on(broken, async (error) => {
    console.error(`# ${String(error?.stack ?? error).replace(/\n/g, '\n# ')}`)
    for (const child of children) child.kill('SIGKILL')
    await Promise.race([browser?.close(), new Promise((late) => setTimeout(late, 5000))])
    process.exit(1)
  })

/* --- the server ------------------------------------------------------------------------------- */

function jifen(args, input) {
  return execFileSync(JIFEN, args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'inherit'] })
}

async function serve(db, folder, now, options) {
  const child = spawn(
    JIFEN,
    ['serve', '--db', db, '--listen', '127.0.0.1:0', '--log', join(folder, 'log'), '--now', now,
      '--rate', '5000', '--channel', 'sandbox', ...options],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  children.add(child)
  child.once('exit', () => children.delete(child))
  const line = await new Promise((found, lost) => {
    createInterface({ input: child.stdout }).once('line', found)
    child.once('exit', (status) => lost(new Error(`the server ended with ${status}`)))
  })
  return { child, now, began: performance.now(), url: line.replace('listening on ', '').trim() }
}

/* What the shops of the town are called. */
async function name(url, key) {
  for (const [shop, profile] of Object.entries(PROFILES)) {
    const answer = await fetch(`${url}/v1/shops/${shop}/profile`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(profile),
    })
    if (!answer.ok) throw new Error(`${shop} got no name: ${await answer.text()}`)
  }
}

function ended(child) {
  return new Promise((gone) => {
    child.once('exit', gone)
    child.kill('SIGTERM')
  })
}

/** Books of the town and a server on them; options are further ones of `jifen serve`, policy are sections of it that are others. */
export async function stage({ now = NOW, options = [], more = [], policy = {}, backups = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'jifen-town-'))
  const db = `sqlite:${join(folder, 'town.db')}`
  const answers = jifen(['apply', '--db', db], [...town(policy), ...more].map((one) => JSON.stringify(one)).join('\n') + '\n')
  const refused = answers.split('\n').find((line) => line.startsWith('{"ok":false'))
  if (refused) throw new Error(`the town was refused: ${refused}`)
  for (const [name, ...grants] of people()) {
    jifen(['person', 'create', name, '--db', db], `${PASSWORD}\n`)
    for (const [role, scope] of grants)
      jifen(['person', 'grant', name, '--role', role, ...(scope ? ['--scope', scope] : []), '--db', db])
  }
  if (backups) {
    mkdirSync(join(folder, 'backups'))
    options = [...options, '--backups', join(folder, 'backups')]
  }
  let running = await serve(db, folder, now, options)
  await name(running.url, jifen(['key', 'create', '--db', db, '--role', 'operator']).trim())
  return {
    db,
    /** What the server's clock says, in seconds. */
    seconds: () => Math.floor((Date.parse(running.now) + performance.now() - running.began) / 1000),
    get url() {
      return running.url
    },
    /** A key for a role, as a machine has it. */
    key: (role, scope) =>
      jifen(['key', 'create', '--db', db, '--role', role, ...(scope ? ['--scope', scope] : [])]).trim(),
    /** What an address answers to a key: { status, reply }. */
    async ask(key, method, path, body) {
      const answer = await fetch(running.url + path, {
        method,
        headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      })
      return { status: answer.status, reply: await answer.json() }
    },
    /** The same books at another time: days that are over by then are closed. */
    async restart(later) {
      await ended(running.child)
      running = await serve(db, folder, later, options)
    },
    async end() {
      await ended(running.child)
      rmSync(folder, { recursive: true })
    },
  }
}

/* --- Chromium --------------------------------------------------------------------------------- */

let browser

async function chromiumRuns() {
  browser ??= await chromium.launch({
    executablePath: process.env.JF_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--no-first-run', '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${CAMERA}`],
  })
  return browser
}

export async function shut() {
  await browser?.close()
  rmSync(dirname(CAMERA), { recursive: true })
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/*
 * In the page: what sticks out at the side, what its own box cuts off, and what a finger would miss.
 * What stands in a line of text, or in a table that is wide, may be 24 pixels high.
 */
function misfits() {
  const wide = document.documentElement
  const called = (one) => `${one.tagName.toLowerCase()}.${one.className?.baseVal ?? one.className} ${one.textContent.trim().slice(0, 40)}`
  const inScroller = (one) => {
    for (let up = one.parentElement; up; up = up.parentElement) if (/auto|scroll/.test(getComputedStyle(up).overflowX)) return true
    return false
  }
  const shown = [...document.querySelectorAll('body *')].filter(
    (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !one.closest('.hidden-label, .skip, svg, canvas'),
  )
  const found = []
  if (wide.scrollWidth > wide.clientWidth) found.push(`the page is ${wide.scrollWidth} wide on ${wide.clientWidth}`)
  for (const nav of document.querySelectorAll('nav')) if (nav.scrollWidth > nav.clientWidth) found.push(`cut: ${called(nav)}`)
  for (const one of shown) {
    const box = one.getBoundingClientRect()
    if (box.width && (box.right > wide.clientWidth + 1 || box.left < -1) && !inScroller(one)) found.push(`out: ${called(one)} ${box.left}–${box.right}`)
    const style = getComputedStyle(one)
    const cuts = /hidden|clip/.test(style.overflowX) && style.textOverflow !== 'ellipsis' && style.position !== 'absolute'
    if (cuts && one.scrollWidth > one.clientWidth + 1 && !one.matches('input')) found.push(`cut: ${called(one)}`)
  }
  for (const one of shown.filter((two) => two.matches('button, a[href], select, input, summary, textarea'))) {
    const boxes = [one, one.closest('label')].filter(Boolean).map((two) => two.getBoundingClientRect())
    const high = Math.max(...boxes.map((box) => box.height))
    const broad = Math.max(...boxes.map((box) => box.width))
    const inline = getComputedStyle(one).display === 'inline' || one.closest('td, th, p, dd')
    if (high && (high < (inline ? 23.5 : 43.5) || (!inline && broad < 43.5)))
      found.push(`small: ${called(one)} ${Math.round(broad)}×${Math.round(high)}`)
  }
  return found
}

/** A page of one size, language and theme, that notes what must not be. */
export async function eyes(town, { size = 'phone', language = 'zh-CN', theme = 'light', motion = false } = {}) {
  const context = await (await chromiumRuns()).newContext({
    viewport: SIZES[size],
    deviceScaleFactor: size === 'desk' ? 1 : 2,
    isMobile: size !== 'desk',
    hasTouch: size !== 'desk',
    locale: language,
    timezoneId: 'Asia/Shanghai',
    colorScheme: theme,
    reducedMotion: motion ? 'no-preference' : 'reduce',
  })
  /* axe is put into the page by the test, which the page's policy would forbid. */
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const errors = []
  const strangers = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(town.url) && !/^(data|blob):/.test(url)) strangers.push(url)
  })
  const tag = `${language.slice(0, 2)}-${size}-${theme}`
  return {
    page,
    errors,
    tag,
    async signIn(app, name, password = PASSWORD) {
      await page.goto(`${town.url}${app}`)
      await page.fill('input[name=username]', name)
      await page.fill('input[name=password]', password)
      await page.click('button[type=submit]')
      await page.waitForSelector('input[name=password]', { state: 'detached' })
    },
    /** The screen as it is, kept for people to look at. */
    async shot(name, { full = false } = {}) {
      const app = new URL(page.url()).pathname.split('/')[1] || 'front'
      mkdirSync(join(SCREENS, app), { recursive: true })
      await page.screenshot({ path: join(SCREENS, app, `${name}-${tag}.png`), fullPage: full, animations: 'disabled' })
    },
    /** No serious finding of axe on the screen as it is. */
    async axe(name) {
      const cdp = await context.newCDPSession(page)
      await cdp.send('Runtime.evaluate', { expression: axeSource })
      const found = await page.evaluate(() =>
        globalThis.axe.run(document, { resultTypes: ['violations'] }).then((result) =>
          result.violations
            .filter((one) => one.impact === 'serious' || one.impact === 'critical')
            .map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`.slice(0, 600)),
        ),
      )
      ok(found.length === 0, `axe has no serious finding: ${name} ${tag}`, found.join('\n'))
    },
    /** Holds what another page shows before the cameras. */
    async show(selector) {
      await page.locator(selector).screenshot({ path: CAMERA, type: 'jpeg', quality: 95, animations: 'disabled' })
    },
    /** Nothing sticks out or is cut at this width, and what is pressed is large enough. */
    async fits(name) {
      const found = await page.evaluate(misfits)
      ok(found.length === 0, `it fits, and targets are large enough: ${name} ${tag} ${page.viewportSize().width}`, found.join('\n'))
    },
    /** Bytes of script, as they came over the line, that the page has loaded so far. */
    scriptBytes: () =>
      page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .filter((one) => one.name.endsWith('.js'))
          .reduce((sum, one) => sum + one.encodedBodySize, 0),
      ),
    /** expected: texts of console errors that this journey provokes on purpose (RegExp). */
    async end(expected = []) {
      const unexpected = errors.filter((text) => !expected.some((one) => one.test(text)))
      ok(unexpected.length === 0, `no console error: ${tag}`, unexpected.join('\n'))
      ok(strangers.length === 0, `no request to another host: ${tag}`, strangers.join('\n'))
      await context.close()
    },
  }
}

export { FIRST_DAY }
