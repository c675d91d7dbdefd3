/*
 * The journeys of a shop, in both languages, on a phone and at a desk: taking payments that arrive
 * live, the rebate, withdrawals and the month as a file, plates, clerks, refunds; and every screen
 * with amounts and names as long as they come, with nothing to show, and when it cannot be had.
 */
import { readFileSync } from 'node:fs'

import { goShop, SHOP as SCREENS } from './screens.mjs'
import { NOW, done, eyes, is, ok, PROFILES, shut, stage } from './stage.mjs'

const town = await stage()
const today = NOW.slice(0, 10)
const lin = town.key('member', 'lin')
const operator = town.key('operator')
const LOOKS = [
  { size: 'phone', language: 'zh-CN', theme: 'light' },
  { size: 'phone', language: 'en', theme: 'dark' },
  { size: 'desk', language: 'zh-CN', theme: 'dark' },
  { size: 'desk', language: 'en', theme: 'light' },
]

const go = (look, screen) => goShop(town, look, screen)
const text = (look, selector) => look.page.textContent(selector).then((found) => found.replace(/\s+/g, ' ').trim())
const press = (look, selector) => look.page.click(selector)

/** Controls that a finger would miss, and whatever sticks out at the side. */
async function wellSized(look, screen) {
  const wrong = await look.page.evaluate(() => {
    const small = [...document.querySelectorAll('button, a, select, input, summary')]
      .filter((one) => one.checkVisibility({ opacityProperty: true }) && !one.matches('.skip, .hidden-label, .hidden-label *'))
      .map((one) => ({ name: one.textContent.trim().slice(0, 30) || one.name || one.tagName, box: one.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
      .map(({ name, box }) => `${name} ${Math.round(box.width)}×${Math.round(box.height)}`)
    const page = document.scrollingElement
    return page.scrollWidth > innerWidth + 1 ? [...small, `the page is ${page.scrollWidth} wide`] : small
  })
  ok(wrong.length === 0, `targets are large enough and nothing sticks out: ${screen} ${look.tag}`, wrong.join('\n'))
}

/** Twice as large as usual: half as many pixels to stand on. */
async function reflows(look, screen, size) {
  const usual = look.page.viewportSize()
  await look.page.setViewportSize(size)
  const wide = await look.page.evaluate(() => {
    const out = [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.ways, .scroll, .skip'))
    return document.scrollingElement.scrollWidth > innerWidth + 1 ? out.slice(0, 5).map((one) => one.outerHTML.slice(0, 120)).join('\n') || 'wide' : ''
  })
  ok(wide === '', `nothing is lost at ${size.width} pixels: ${screen} ${look.tag}`, wide)
  await look.page.setViewportSize(usual)
}

async function pay(code, id, outcome = 'paid') {
  const begun = await town.ask(lin, 'POST', '/v1/members/lin/payments', { id, code })
  if (begun.status !== 201) throw new Error(JSON.stringify(begun.reply))
  return await town.ask(lin, 'POST', `/v1/members/lin/payments/${id}/sandbox`, { outcome })
}

async function keys(look, amount) {
  for (const key of amount) await look.page.click(`.keys button:text-is("${key}")`)
}

async function charges(look, at) {
  await go(look, 'charge')
  await look.shot('charge')
  await look.axe('charge')
  await wellSized(look, 'charge')
  await keys(look, `1280.5${at}`)
  is(await look.page.inputValue('input[name=amount]'), `1,280.5${at}`, `keys make an amount: ${look.tag}`)
  const [answer] = await Promise.all([
    look.page.waitForResponse((one) => one.url().endsWith('/charges')),
    press(look, '.actions .button.main'),
  ])
  const { code } = await answer.json()
  await look.page.waitForSelector('[data-charge] .qr img')
  await look.shot('charge-code')
  await look.axe('charge-code')
  /* Somebody pays as much by the plate on the table: it is in the list, and not what the code asks for. */
  const mei = town.key('member', 'mei')
  await town.ask(mei, 'POST', '/v1/members/mei/payments', { id: `same-${at}`, shop: 'tea', amount: `1280.5${at}` })
  await town.ask(mei, 'POST', `/v1/members/mei/payments/same-${at}/sandbox`, { outcome: 'paid' })
  await look.page.locator('.rows .fresh', { hasText: 'mei' }).waitFor()
  ok(!(await look.page.isVisible('[data-charge] .tick')), `the same amount, paid otherwise, is not taken for it: ${look.tag}`)
  await pay(code, `pay-${at}`)
  await look.page.waitForSelector('[data-charge] .tick')
  ok((await text(look, '[data-charge]')).includes(`¥1,280.5${at}`), `what a member paid arrives while the code is shown: ${look.tag}`)
  await look.page.locator('.rows .fresh', { hasText: 'lin' }).waitFor()
  ok(true, `and stands out in the list: ${look.tag}`)
  await look.shot('charge-received')
  await look.axe('charge-received')
}

/* A member's code is good once, and the same for a minute or two: each look has a member of its own. */
const SHOWN = ['lin', 'mei', 'hao', 'yue']

async function collects(look, at) {
  const member = SHOWN[at - 1]
  const key = town.key('member', member)
  await press(look, '[data-charge] .button.main')
  await keys(look, `88.0${at}`)
  await press(look, '.actions .button:not(.main)')
  await look.page.waitForSelector('dialog .scan')
  await look.shot('scan')
  await look.axe('scan')
  await look.page.fill('dialog input[name=code]', (await town.ask(key, 'GET', `/v1/members/${member}/code`)).reply.code)
  const [answer] = await Promise.all([
    look.page.waitForResponse((one) => one.url().endsWith('/collections')),
    press(look, 'dialog form button'),
  ])
  const { payment } = await answer.json()
  await look.page.waitForSelector('[data-collection] h2')
  ok(!(await look.page.isVisible('[data-collection] .tick')), `a member's code is charged, and nothing is said to be received: ${look.tag}`)
  await look.shot('collection')
  await look.axe('collection')
  await town.ask(key, 'POST', `/v1/members/${member}/payments/${payment}/sandbox`, { outcome: 'paid' })
  await look.page.waitForSelector('[data-collection] .tick')
  await look.page.locator('.rows .fresh', { hasText: `¥88.0${at}` }).waitFor()
  ok(true, `until it is: ${look.tag}`)
  await look.shot('collected')
}

async function opensAnOrder(look) {
  await press(look, '.rows .fresh button')
  await look.page.waitForSelector('dialog .rows button')
  await look.shot('order')
  await look.axe('order')
  await press(look, 'dialog .rows button')
  await look.page.waitForSelector('dialog .why')
  await look.shot('why')
  await look.axe('why')
  await look.page.keyboard.press('Escape')
  await look.page.keyboard.press('Escape')
  await look.page.waitForSelector('dialog', { state: 'detached' })
}

async function mutes(look) {
  await press(look, '.sound')
  is(await look.page.getAttribute('.sound', 'aria-pressed'), 'false', `the sound can be muted: ${look.tag}`)
  await press(look, '.sound')
}

async function theDay(look) {
  await go(look, 'today')
  await look.page.waitForSelector('[data-figure=sales]')
  ok(/¥[1-9]/.test(await text(look, '[data-figure=sales] .figure')), `today's sales are there: ${look.tag}`)
  await look.shot('today', { full: true })
  await look.axe('today')
  await wellSized(look, 'today')
  await press(look, '[data-figure=sales] [data-figure-why]')
  await look.page.waitForSelector('dialog .parts')
  const listed = (await look.page.locator('dialog .parts dd').allInnerTexts()).map((one) => Number(one.replace(/[¥,]/g, '')))
  const sales = Number((await text(look, 'dialog p.figure')).replace(/[¥,]/g, ''))
  ok(Math.abs(listed.reduce((all, one) => all + one, 0) - sales) < 0.005, `the day's sales are the sum of its orders: ${look.tag}`, `${listed} ${sales}`)
  await look.shot('today-why')
  await look.axe('today-why')
  await press(look, 'dialog .parts button')
  await look.page.waitForSelector('dialog .facts')
  ok((await text(look, 'dialog .facts')).length > 0, `and each opens its order: ${look.tag}`)
  await look.page.keyboard.press('Escape')
  await press(look, '[data-day-orders]')
  await look.page.waitForSelector('[data-day-receipts]')
  is(await look.page.locator('[data-day-receipts] li').count(), listed.length, `the count of the day opens its receipts: ${look.tag}`)
  await look.shot('day-receipts')
  await look.axe('day-receipts')
  await wellSized(look, 'day-receipts')
  await press(look, '[data-day-receipts] button')
  await look.page.waitForSelector('dialog .facts')
  await look.page.keyboard.press('Escape')
  await look.page.waitForSelector('[data-day-receipts]')
  ok(true, `a receipt gives its list back: ${look.tag}`)
  await look.page.keyboard.press('Escape')
  await press(look, 'summary')
  is(await look.page.locator('tbody tr').count(), 14, `and fourteen days as a table: ${look.tag}`)
  await look.shot('today-table', { full: true })
  await look.axe('today-table')
}

async function changesTheRebate(look) {
  await go(look, 'rebate')
  await look.page.waitForSelector('[data-quote]')
  await look.page.waitForSelector('[data-projection-pair]')
  const before = await text(look, 'output')
  await look.shot('rebate', { full: true })
  await look.axe('rebate')
  await wellSized(look, 'rebate')
  await press(look, '[data-quote] [data-figure-why]')
  await look.page.waitForSelector('dialog .step')
  await look.shot('rebate-why')
  await look.page.keyboard.press('Escape')
  const quoted = look.page.waitForResponse((one) => one.url().endsWith('/rebate-quotes'))
  await press(look, '.slide .button:last-child')
  await quoted
  const chosen = await text(look, 'output')
  ok(chosen !== before, `the rebate moves: ${look.tag}`)
  await press(look, '.set .button.main')
  await look.page.waitForSelector('dialog .facts')
  await look.shot('rebate-confirm')
  await look.axe('rebate-confirm')
  /* Somebody else is quicker. */
  await town.ask(operator, 'PATCH', '/v1/shops/tea', { max_voucher_ratio: look.tag.length % 2 ? '0.9' : '0.8' })
  await press(look, 'dialog .button.main')
  await look.page.waitForSelector('dialog .note')
  await look.shot('rebate-stale')
  await press(look, 'dialog .note .button')
  await look.page.waitForSelector('dialog .note', { state: 'detached' })
  await press(look, 'dialog .button.main')
  await look.page.waitForSelector('.said')
  is(await text(look, 'output'), chosen, `and is changed, once what is in force was read again: ${look.tag}`)
  await look.shot('rebate-saved')
}

async function settles(look, at) {
  await go(look, 'settlement')
  await look.page.waitForSelector('button[data-receivable]')
  await look.shot('settlement', { full: true })
  await look.axe('settlement')
  await wellSized(look, 'settlement')
  await press(look, 'button[data-receivable]')
  await look.page.waitForSelector('dialog .parts')
  const figure = await text(look, 'dialog .figure')
  ok((await text(look, 'dialog .parts')).includes(figure), `what the shop is owed is the sum of what is said to be in it: ${look.tag}`)
  await look.axe('settlement-why')
  await look.shot('settlement-why')
  await look.page.keyboard.press('Escape')
  const before = await look.page.locator('[data-withdrawal]').count()
  await press(look, '.receivable .button.main')
  await look.page.fill('dialog input[name=amount]', `10.0${at}`)
  await look.shot('withdraw')
  await look.axe('withdraw')
  await press(look, 'dialog button[type=submit]')
  await look.page.waitForSelector('.said')
  await look.page.waitForFunction((count) => document.querySelectorAll('[data-withdrawal]').length > count, before)
  ok((await text(look, '[data-withdrawal]')).includes(`¥10.0${at}`), `a withdrawal is asked for and listed: ${look.tag}`)
  await look.shot('withdrawn')
  await look.page.selectOption('select[name=month]', '2025-04')
  for (const [button, ending, begins] of [[0, '.xlsx', 'PK'], [1, '.csv', '']]) {
    const [file] = await Promise.all([
      look.page.waitForEvent('download'),
      look.page.locator('.side .card').last().locator('.actions .button').nth(button).click(),
    ])
    const bytes = readFileSync(await file.path())
    ok(file.suggestedFilename().endsWith(ending) && bytes.length > 500 && bytes.toString('latin1').startsWith(begins),
      `the month comes as ${ending}: ${look.tag}`, file.suggestedFilename())
  }
}

async function fans(look) {
  await go(look, 'fans')
  await look.page.waitForSelector('[data-movement]')
  ok(/\*\*\*/.test(await text(look, '.phone')), `phones of fans are masked: ${look.tag}`)
  await look.shot('fans', { full: true })
  await look.axe('fans')
  await wellSized(look, 'fans')
}

/** What customers see: said, and seen at once in the head of the page; who comes second is told so. */
async function says(look, at) {
  await go(look, 'shop/profile')
  await look.shot('profile')
  await look.axe('profile')
  await wellSized(look, 'profile')
  await press(look, '.card-head .button')
  await look.page.fill('input[name=name]', `${PROFILES.tea.name} ${at}`)
  await look.shot('profile-change')
  await look.axe('profile-change')
  const operator = town.key('operator')
  await town.ask(operator, 'PUT', '/v1/shops/tea/profile', { ...PROFILES.tea, hours: `10–${at}` })
  await press(look, 'dialog .button.main')
  await look.page.locator('dialog .problem').waitFor()
  await press(look, 'dialog .problem .button')
  await look.page.locator('dialog .problem').waitFor({ state: 'detached' })
  await press(look, 'dialog .button.main')
  await look.page.locator('header option:checked', { hasText: `${PROFILES.tea.name} ${at}` }).waitFor({ state: 'attached' })
  const { reply } = await town.ask(operator, 'GET', '/v1/shops/tea/profile')
  is(reply.name, `${PROFILES.tea.name} ${at}`, `the shop says what it is called, and is told of who came first ${look.tag}`)
  await town.ask(operator, 'PUT', '/v1/shops/tea/profile', PROFILES.tea)
}

async function plates(look) {
  await go(look, 'shop/plates')
  const before = await look.page.locator('[data-plate]').count()
  await look.shot(before ? 'plates' : 'plates-none')
  await look.axe('plates')
  await wellSized(look, 'plates')
  await press(look, 'section .button')
  await look.page.waitForSelector('dialog .preview .qr img')
  await look.shot('plate-a4')
  await look.axe('plate')
  is(await paper(look), '595×842', `a plate prints on one page of A4: ${look.tag}`)
  await press(look, 'dialog .choices button:last-child')
  await look.shot('plate-sticker')
  is(await paper(look), '227×312', `or as a sticker of 80 by 110 millimetres: ${look.tag}`)
  await look.page.keyboard.press('Escape')
  await look.page.waitForFunction((count) => document.querySelectorAll('[data-plate]').length > count, before)
  await press(look, 'li:last-child [data-plate]')
  await look.page.selectOption('dialog select[name=move-to]', 'bakery-with-a-long-name-on-west-lake-road')
  await look.shot('plate-move')
  await press(look, '[data-move]')
  await look.page.waitForFunction((count) => document.querySelectorAll('[data-plate]').length === count, before)
  ok((await look.page.textContent('section [role=status]')).includes(PROFILES['bakery-with-a-long-name-on-west-lake-road'].name), `a plate stands for the manager's other shop: ${look.tag}`)
}

/** The paper that is printed on, in points; several pages are told. */
async function paper(look) {
  const pdf = (await look.page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1')
  const boxes = [...pdf.matchAll(/\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]/g)]
  return boxes.map(([, wide, high]) => `${Math.round(wide)}×${Math.round(high)}`).join(' ')
}

async function clerks(look, at) {
  await go(look, 'shop/clerks')
  await look.page.waitForSelector('section .rows')
  await look.shot('clerks')
  await look.axe('clerks')
  await wellSized(look, 'clerks')
  await press(look, '.card-head .button')
  await look.page.fill('input[name=clerk]', `new-clerk-${at}`)
  await look.page.fill('input[name=clerk-password]', 'a first password')
  await look.shot('clerk-add')
  await look.axe('clerk-add')
  await press(look, 'dialog button[type=submit]')
  const row = look.page.locator('section .rows li', { hasText: `new-clerk-${at}` })
  await row.waitFor()
  ok(true, `a clerk is added: ${look.tag}`)
  await row.locator('button').click()
  await look.shot('clerk-remove')
  await press(look, 'dialog .button.danger')
  await row.waitFor({ state: 'detached' })
  ok(true, `and removed: ${look.tag}`)
}

async function refunds(look, at) {
  for (const [what, amount] of [['no', '5.00'], ['yes', '7.00']])
    await town.ask(lin, 'POST', '/v1/members/lin/refund-asks', {
      id: `ask-${what}-${at}`, order: `pay-${at}`, amount, reason: at % 2 ? '买错了' : 'Bought the wrong one',
    })
  await go(look, 'shop/refunds')
  await look.shot('refunds')
  await look.axe('refunds')
  await wellSized(look, 'refunds')
  await look.page.locator('[data-ask]', { hasText: '¥5.00' }).locator('.button:not(.main)').click()
  await look.page.waitForFunction(() => document.querySelectorAll('[data-ask]').length === 1)
  await press(look, '[data-ask] .button.main')
  await look.page.waitForSelector('dialog [data-preview][aria-busy=false] dd')
  ok((await text(look, 'dialog')).includes('¥7.00'), `agreeing to a refund says before what it gives and takes: ${look.tag}`)
  await look.shot('refund-agree')
  await look.axe('refund-agree')
  await press(look, 'dialog .button.danger')
  await look.page.waitForFunction(() => !document.querySelector('[data-ask]'))
  await look.page.locator('.refunded', { hasText: '7.00' }).first().waitFor()
  ok(true, `what a member asked back is refused or given: ${look.tag}`)
  await look.page.locator('.row', { hasText: `¥1,280.5${at}` }).first().click()
  await press(look, 'dialog .button.danger')
  await look.page.fill('dialog input[name=amount]', '280.50')
  await look.page.waitForSelector('[data-preview][aria-busy=false] dd')
  const preview = await text(look, '[data-preview]')
  /* At a point for a yuan of rebate, what the shop was paid and its points are the whole. */
  const [cash, receivable, points] = [/¥([\d.]+)/, /−¥([\d.]+)/, /−([\d.]+)\s(?:分|points)/].map((figure) => Number(figure.exec(preview)?.[1]))
  ok(cash === 280.5 && Math.abs(receivable + points - 280.5) < 0.001, `a refund says before what it gives back, and what it takes from the shop: ${look.tag}`, preview)
  await look.shot('refund')
  await look.axe('refund')
  await press(look, 'dialog button[type=submit]')
  await look.page.waitForSelector('.said')
  await look.page.locator('.refunded', { hasText: '287.50' }).first().waitFor()
  ok(true, `and is done: ${look.tag}`)
}

async function account(look) {
  await go(look, 'shop/account')
  await look.shot('account')
  await look.axe('account')
  await wellSized(look, 'account')
  await press(look, '.security section .button')
  await look.page.waitForSelector('.security .qr img')
  await look.shot('second-factor')
  await look.axe('second-factor')
}

async function clerkSeesLess(look) {
  await press(look, '.halves .actions .button')
  await look.page.waitForSelector('input[name=password]')
  await look.shot('sign-in')
  await look.axe('sign-in')
  await look.signIn('/shop', 'clerk')
  await look.page.goto(`${town.url}/shop#/rebate`)
  await look.page.waitForURL(/#\/charge$/)
  is(await look.page.locator('.ways a').count(), 3, `a clerk has the three screens of a clerk: ${look.tag}`)
  await look.shot('clerk')
}

async function manager(look, at) {
  await look.signIn('/shop', 'boss')
  await look.page.selectOption('header select', 'tea')
  await charges(look, at)
  await collects(look, at)
  await opensAnOrder(look)
  await mutes(look)
  await theDay(look)
  await changesTheRebate(look)
  await fans(look)
  await settles(look, at)
  await plates(look)
  await says(look, at)
  await clerks(look, at)
  await refunds(look, at)
  await account(look)
  const half = look.tag.includes('phone') ? { width: 320, height: 640 } : { width: 720, height: 450 }
  for (const screen of SCREENS) {
    await go(look, screen)
    await reflows(look, screen, half)
  }
  await clerkSeesLess(look)
}

/* Amounts as large as they may get, and names as long. */
const HUGE = '99999999999.99'
const LONG = 'a-member-whose-name-is-as-long-as-an-id-may-be-0000000000000064'
function enlarged(value, key = '') {
  if (Array.isArray(value)) return value.map((one) => enlarged(one, key))
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, enlarged(one, name)]))
  if (typeof value === 'string' && /^-?\d+\.\d\d$/.test(value)) return value.startsWith('-') ? `-${HUGE}` : HUGE
  return ['member', 'id', 'order', 'name'].includes(key) ? LONG : value
}

async function extremes(look) {
  await look.signIn('/shop', 'boss')
  await look.page.selectOption('header select', 'bakery-with-a-long-name-on-west-lake-road')
  await look.page.route(/\/v1\/shops\/.*(account|orders|days|fans|withdrawals|statement|rebate-quotes|refund-asks|clerks)(\?|$)/, async (route) => {
    const answer = await route.fetch()
    const reply = enlarged(await answer.json())
    if (route.request().url().includes('/orders')) reply.rows?.forEach((row) => (row.day = today))
    if (route.request().url().includes('/days') && reply.rows) reply.rows[0].day = today
    await route.fulfill({ response: answer, json: reply })
  })
  for (const screen of SCREENS) {
    await go(look, screen)
    await look.shot(`huge-${screen.replace('/', '-')}`)
    await reflows(look, `huge ${screen}`, look.page.viewportSize())
  }
  await look.end()
}

async function emptyAndBroken(look) {
  await look.signIn('/shop', 'boss')
  await look.page.selectOption('header select', 'tea')
  const shops = /\/v1\/(terms|shops\/.*)(\?|$)/
  await look.page.route(shops, async (route) => {
    if (route.request().url().endsWith('/events')) return await route.continue()
    const answer = await route.fetch()
    const reply = await answer.json()
    await route.fulfill({ response: answer, json: reply.rows ? { ...reply, rows: [], count: 0, next: null } : reply })
  })
  for (const screen of SCREENS) {
    await go(look, screen)
    await look.shot(`empty-${screen.replace('/', '-')}`, { full: true })
    await look.axe(`empty ${screen}`)
  }
  await look.page.unroute(shops)
  await look.page.route(shops, (route) =>
    route.fulfill({ status: 503, contentType: 'application/problem+json', json: { code: 'read_failed', title: 'the books cannot be read', detail: '' } }))
  await look.page.reload()
  await look.page.waitForSelector('.card')
  for (const screen of SCREENS.filter((one) => one !== 'shop/account')) {
    await go(look, screen)
    await look.page.waitForSelector('.problem')
    await look.shot(`broken-${screen.replace('/', '-')}`, { full: true })
    await look.axe(`broken ${screen}`)
  }
  await look.page.unroute(shops)
  await press(look, '.problem .button')
  await look.page.waitForSelector('.problem', { state: 'detached' })
  ok(true, `what could not be had can be asked for again: ${look.tag}`)
  await look.end([/503/, /MIME type/])
}

async function all(wanted) {
  for (const [at, how] of LOOKS.entries()) {
    if (!wanted.includes(`${at}`)) continue
    const look = await eyes(town, how)
    await manager(look, at + 1)
    const bytes = await look.scriptBytes()
    ok(bytes < 200 * 1024, `${bytes} bytes of script for all screens: ${look.tag}`)
    await look.end([/412/])
  }
  for (const at of [0, 3]) if (wanted.includes('huge')) await extremes(await eyes(town, LOOKS[at]))
  for (const at of [1, 2]) if (wanted.includes('empty')) await emptyAndBroken(await eyes(town, LOOKS[at]))
}

/* Parts can be named, for those who work on one: 0 to 3, huge, empty. */
const named = process.argv.slice(2)
try {
  await all(named.length ? named : ['0', '1', '2', '3', 'huge', 'empty'])
} catch (error) {
  ok(false, 'the journeys come to their ends', error.stack)
} finally {
  await shut()
  await town.end()
  done()
}
