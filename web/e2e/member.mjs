/*
 * What members do, in both languages, on a phone and at a desk: from signing in over paying to
 * asking for the money back; every screen as it is, for people to look at and for axe; and every refusal.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { goMember as go, MEMBER as SCREENS, whole } from './screens.mjs'
import { done, eyes, is, ok, PROFILES, shut, stage } from './stage.mjs'

const SCRIPT_MOST = 200 * 1024
const LARGE = '99999999999.99'
const text = (look, where = 'main') => look.page.locator(where).first().innerText()
const press = (look, name, within = 'body') => look.page.locator(within).getByRole('button', { name, exact: true }).first().click()

/** Nothing sticks out at the side, and what is pressed is large enough for a thumb. */
async function fits(look, name) {
  const found = await look.page.evaluate(() => {
    const small = [...document.querySelectorAll('main button, main select, nav a, main .link-row')]
      .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 43.5)
      .map((one) => one.outerHTML.slice(0, 120))
    return { wider: document.documentElement.scrollWidth - window.innerWidth, small }
  })
  ok(found.wider <= 0 && found.small.length === 0, `it fits, and targets are large enough: ${name} ${look.tag}`, JSON.stringify(found))
}

/* --- paying, and what comes of it --------------------------------------------------------------- */

async function payment(look, words, outcome) {
  await go(look, '/shops')
  await look.page.locator('.to-shop', { hasText: '杭州市西湖区' }).first().waitFor()
  await look.page.locator('.to-shop', { hasText: 'noodles' }).click()
  await look.page.waitForSelector('.keys')
  is(await text(look, '.payee'), PROFILES.noodles.name, `the shop's name is seen before paying ${look.tag}`)
  for (const key of ['1', '2', '0']) await press(look, key, '.keys')
  await press(look, words.next)
  const cash = look.page.locator('.terms dd').first()
  await cash.filter({ hasText: '¥120.00' }).waitFor()
  await look.page.locator('.exact input').first().fill('5')
  await look.page.keyboard.press('Enter')
  await cash.filter({ hasText: '¥115.00' }).waitFor()
  await look.page.locator('.stale').waitFor({ state: 'detached' })
  await look.shot(`pay-preview-${outcome}`)
  await look.page.locator('.terms [data-figure-why]').nth(1).click()
  await look.page.locator('dialog .figure-why .step').first().waitFor()
  await look.shot('figure-pay')
  await look.page.keyboard.press('Escape')
  await look.axe('pay-preview')
  await look.page.locator('button.main', { hasText: words.pay }).click()
  await look.page.locator('.sandbox').waitFor()
  await look.shot(`channel-${outcome}`)
  ok((await text(look, '.result')).includes(words.processing), `a payment is being processed until it is booked: ${look.tag}`)
  await press(look, outcome === 'paid' ? words.paid : words.failed)
  await look.page.locator(outcome === 'paid' ? '.result.done' : '.result.failed').waitFor()
  await whole(look)
  await look.shot(`receipt-${outcome}`)
  await look.axe(`receipt-${outcome}`)
  ok((await text(look, '.result')).includes(PROFILES.noodles.name), `and on the receipt ${look.tag}`)
  return decodeURIComponent(new URL(look.page.url()).hash.split('/').pop())
}

async function booked(town, look, id) {
  const { reply } = await town.ask(town.key('member', 'lin'), 'GET', '/v1/members/lin/orders?limit=1')
  is(reply.rows[0]?.order, id, `the order is the payment: ${look.tag}`)
  is(reply.rows[0]?.voucher, '5.00', `with the vouchers that the preview said: ${look.tag}`)
}

async function why(look) {
  await go(look, '/statement')
  await look.page.locator('[data-movement]').first().click()
  await look.page.locator('dialog .why ol li').first().waitFor()
  await look.shot('why')
  await look.axe('why')
  await look.page.keyboard.press('Escape')
  await look.page.locator('dialog').waitFor({ state: 'detached' })
  ok(true, `a movement says why, with its arithmetic, and Escape closes it: ${look.tag}`)
  await go(look, '/')
  await look.page.locator('[data-balance]').first().click()
  await look.page.locator('dialog .parts').waitFor()
  await look.shot('why-balance')
  await look.axe('why-balance')
  const figure = await text(look, 'dialog .figure')
  ok((await text(look, 'dialog .parts')).includes(figure.split(/\s/)[0]), `a balance is the sum of what is said to be in it: ${look.tag}`)
  await look.page.keyboard.press('Escape')
}

/** Every figure of a screen that can be opened says its rule, and closes; one of them is kept to look at. */
async function figures(look, path, name, least) {
  await go(look, path)
  const all = look.page.locator('main [data-figure-why]')
  await all.nth(least - 1).waitFor()
  const many = await all.count()
  const silent = []
  for (let at = 0; at < many; at += 1) {
    await all.nth(at).click()
    await look.page.locator('dialog .figure-why .rule').waitFor()
    if (!(await text(look, 'dialog .rule')).trim()) silent.push(at)
    if (at === 0) {
      await look.shot(`figure-${name}`)
      await look.axe(`figure-${name}`)
    }
    await look.page.keyboard.press('Escape')
    await look.page.locator('dialog').waitFor({ state: 'detached' })
  }
  ok(many >= least && silent.length === 0, `figures say why: ${name} ${look.tag}`, `${many} figures, silent: ${silent}`)
}

/** A projection's sheet shows both, the plain one first. */
async function bothTogether(look) {
  await go(look, '/assets/points')
  await look.page.locator('[data-side=growing] [data-figure-why]').first().click()
  const pair = look.page.locator('dialog .pair dd')
  await pair.first().waitFor()
  is(await pair.count(), 2, `why a projection is so, is said of both together: ${look.tag}`)
  const steps = await look.page.locator('dialog .step').allInnerTexts()
  ok(steps.length === 2 && steps.every((one) => one.includes('^k')) && /15/.test(steps[1]), `with the terms of each, the plain one first: ${look.tag}`, steps)
  await look.shot('figure-pair')
  await look.page.keyboard.press('Escape')
}

/** The statement as a file: what is shown, to the first movement. */
async function exported(look, unit) {
  await go(look, '/')
  await go(look, '/statement')
  await look.page.locator('.chip').nth(2).click()
  const [file] = await Promise.all([look.page.waitForEvent('download'), look.page.locator('header .text').click()])
  const lines = readFileSync(await file.path(), 'utf8').trim().split('\r\n')
  const units = new Set(lines.slice(1).map((line) => line.split(',').includes(unit)))
  ok(file.suggestedFilename() === 'statement-lin.csv' && lines.length > 20 && units.size === 1 && units.has(true),
    `the statement comes as a file, of what is shown: ${look.tag}`, lines.slice(0, 3).join('\n'))
}

async function search(look) {
  await go(look, '/statement')
  const all = await look.page.locator('[data-movement]').count()
  await look.page.fill('input[type=search]', 'noodles')
  await look.page.waitForFunction((many) => document.querySelectorAll('[data-movement]').length < many, all)
  await look.page.locator('.chip').nth(2).click()
  ok((await look.page.locator('.journal').count()) > 0, `the statement is searched and filtered: ${look.tag}`)
  await look.page.fill('input[type=search]', 'there is no such thing')
  await look.page.locator('.none, .empty').first().waitFor()
  await look.page.waitForFunction(() => !document.querySelector('.day') && !document.querySelector('.skeleton'))
  await look.shot('statement-none')
}

async function refund(look, words, order) {
  await go(look, `/orders/${order}`)
  await press(look, words.askRefund)
  await look.page.locator('dialog .exact input').fill('60')
  await look.page.keyboard.press('Enter')
  await look.page.locator('dialog [data-preview][aria-busy=false] dd').first().waitFor()
  const preview = await text(look, 'dialog')
  ok(preview.includes('¥57.50') && preview.includes('2.50'), `a refund's preview is exact, in money and vouchers: ${look.tag}`, preview)
  await look.page.fill('dialog textarea', words.reason)
  await look.shot('refund-ask')
  await look.axe('refund-ask')
  await press(look, words.send, 'dialog')
  await look.page.locator('.ask').waitFor()
  ok((await text(look, '.ask')).includes(words.waits), `what was asked waits for the shop: ${look.tag}`)
  await look.shot('order')
}

async function withdraw(look, words) {
  await go(look, '/assets/wallet')
  await press(look, words.withdraw)
  await look.page.locator('dialog .exact input').fill('3')
  await look.page.keyboard.press('Enter')
  await look.shot('withdraw')
  await press(look, words.confirm, 'dialog')
  await look.page.locator('dialog .line').waitFor()
  await press(look, words.close, 'dialog')
  await look.page.locator('article .line').first().waitFor()
  ok((await text(look, 'article')).includes('¥3.00'), `a withdrawal stands there with its state: ${look.tag}`)
}

async function sell(look, words) {
  await go(look, '/assets/units')
  await press(look, words.sell)
  await look.page.locator('dialog .exact input').fill('0.5')
  await look.page.keyboard.press('Enter')
  await look.page.locator('dialog [data-preview][aria-busy=false] dd').first().waitFor()
  await look.shot('sell')
  await look.axe('sell')
  const says = await look.page.locator('dialog .terms > .strong dd').innerText()
  await look.page.locator('dialog button.main').click()
  await look.page.locator('dialog [role=status]').waitFor()
  ok((await text(look, 'dialog')).includes(says), `units are sold for what the preview said: ${look.tag}`, says)
  await look.page.keyboard.press('Escape')
}

async function preferences(look) {
  await go(look, '/me/offers')
  const toggle = look.page.getByRole('switch')
  const before = await toggle.isChecked()
  await toggle.click()
  await look.page.waitForFunction((was) => document.querySelector('[role=switch]').checked !== was && !document.querySelector('[role=switch]').disabled, before)
  await look.page.reload()
  await whole(look)
  is(await look.page.getByRole('switch').isChecked(), !before, `personal suggestions are switched, and stay so: ${look.tag}`)
  await go(look, '/')
  is(await look.page.locator('.offer').count(), before ? 0 : 1, `and suggestions follow it: ${look.tag}`)
}

const WORDS = {
  'zh-CN': {
    next: '下一步', pay: '支付', processing: '处理中', paid: '付款成功', failed: '付款失败', askRefund: '申请退款', reason: '面有点咸',
    send: '提交申请', waits: '等待商家处理', withdraw: '提现', confirm: '提交申请', close: '关闭', sell: '转让', out: '退出登录', points: '分',
  },
  en: {
    next: 'Next', pay: 'Pay', processing: 'Being processed', paid: 'Paid', failed: 'Failed', askRefund: 'Ask for a refund',
    reason: 'too salty', send: 'Send', waits: 'Waits for the shop', withdraw: 'Withdraw', confirm: 'Ask for it', close: 'Close',
    sell: 'Sell', out: 'Sign out', points: 'points',
  },
}

async function journey(town, how) {
  const words = WORDS[how.language]
  const look = await eyes(town, how)
  await look.page.goto(`${town.url}/member`)
  await look.page.waitForSelector('input[name=password]')
  await look.shot('sign-in')
  await look.axe('sign-in')
  await look.signIn('/member', 'lin')
  await whole(look)
  const bytes = await look.scriptBytes()
  ok(bytes > 0 && bytes <= SCRIPT_MOST, `the first screen takes at most 200 kB of script: ${look.tag}`, `${bytes} bytes`)
  const order = await payment(look, words, 'paid')
  await booked(town, look, order)
  await payment(look, words, 'failed')
  await why(look)
  await search(look)
  await exported(look, words.points)
  await figures(look, '/', 'home', 5)
  await figures(look, '/assets/units', 'units', 4)
  await bothTogether(look)
  await go(look, '/assets/points')
  ok((await look.page.locator('[data-projection-pair]').count()) > 0, `points stand beside both projections: ${look.tag}`)
  await withdraw(look, words)
  await sell(look, words)
  await figures(look, '/assets/wallet', 'wallet', 1)
  await refund(look, words, order)
  await preferences(look)
  await go(look, '/me')
  await press(look, words.out)
  await look.page.waitForSelector('input[name=password]')
  await look.end()
}

/* --- every screen --------------------------------------------------------------------------------- */

async function walk(town, how) {
  const look = await eyes(town, how)
  await look.signIn('/member', how.who ?? 'lin')
  for (const [name, path] of Object.entries(SCREENS)) {
    await go(look, path)
    const kept = `${how.who ? `${how.who}-` : ''}${name}`
    await look.shot(kept)
    await fits(look, kept)
    if (!how.who) await look.axe(kept)
  }
  await look.end()
}

/* --- the edges ------------------------------------------------------------------------------------- */

async function strangers(town) {
  const look = await eyes(town, { language: 'zh-CN' })
  await look.signIn('/member', 'boss')
  await look.page.waitForSelector('.nobody')
  await look.shot('nobody')
  await look.axe('nobody')
  ok(true, 'who is no member is told so')
  await look.end()
}

async function joining(town) {
  const { reply } = await town.ask(town.key('member', 'lin'), 'GET', '/v1/members/lin/invitation')
  const look = await eyes(town, { language: 'zh-CN' })
  await look.page.goto(`${town.url}/member#/join/${encodeURIComponent(reply.code)}`)
  await look.page.waitForSelector('form.card')
  await look.page.fill('input[name=username]', 'newcomer')
  await look.page.fill('input[name=password]', 'a long enough word')
  await look.page.check('input[name=agreed]')
  const county = look.page.getByLabel('区县', { exact: true })
  ok(await county.isDisabled(), 'a county is chosen once its city is')
  await look.page.getByLabel('省', { exact: true }).selectOption({ label: '浙江省' })
  await look.page.getByLabel('市', { exact: true }).selectOption({ label: '杭州市' })
  await county.selectOption({ label: '西湖区' })
  await look.shot('join')
  await look.axe('join')
  await look.page.click('button[type=submit]')
  await look.page.waitForSelector('.tabs')
  for (const name of ['home', 'statement', 'points', 'units', 'coins', 'wallet', 'pending', 'orders', 'home_shop']) {
    await go(look, SCREENS[name])
    await look.shot(`empty-${name}`)
    await look.axe(`empty ${name}`)
  }
  const self = await town.ask(town.key('member', 'newcomer'), 'GET', '/v1/members/newcomer')
  is(self.reply.region, '330106', 'and where they live is chosen by names')
  is(self.reply.referrer, 'lin', 'whoever joins by an invitation has its owner as referrer')
  await look.end()
}

async function offline(town) {
  const look = await eyes(town, { language: 'en' })
  await look.signIn('/member', 'lin')
  await whole(look)
  await go(look, '/statement')
  await go(look, '/')
  await look.page.context().setOffline(true)
  await look.page.locator('nav a').nth(3).click()
  await look.page.locator('.offline').waitFor()
  await look.page.locator('nav a').nth(1).click()
  await look.page.locator('.problem .button').waitFor()
  await look.shot('offline')
  await look.page.context().setOffline(false)
  await look.page.locator('[data-movement]').first().waitFor()
  ok((await look.page.locator('.offline').count()) === 0, 'a line that is gone is said, and what was wanted comes by itself once it is back')
  await look.end([/ERR_INTERNET_DISCONNECTED|Failed to (load resource|fetch)|EventSource/])
}

/* Every code that the server may refuse with, and what a page may get from something before it. */
const CODES = ['core/errors.def', 'server/problems.def']
  .flatMap((table) => [...readFileSync(fileURLToPath(new URL(`../../src/${table}`, import.meta.url)), 'utf8').matchAll(/^JF_\w+\(\w+, "(\w+)", (\d+)/gm)])
  .map(([, code, status]) => ({ code, status: Number(status) }))
  .filter(({ code }) => code !== 'unauthorized')
const DETAIL = 'the engineers say why in English'

/** A refusal says what it is, what to do and what was not lost, in the language of the page. */
async function refusals(town, language) {
  const look = await eyes(town, { language })
  await look.signIn('/member', 'lin')
  await go(look, '/statement')
  let answer
  await look.page.route(/\/v1\/members\/lin\/orders/, (route) =>
    route.fulfill({ status: answer.status, contentType: 'application/problem+json', json: { code: answer.code, title: 'refused', detail: DETAIL } }))
  const bad = []
  for (const [at, one] of [...CODES, { code: 'unknown', status: 502 }].entries()) {
    answer = one
    if (at === 0) await go(look, '/orders')
    else await look.page.locator('.problem .button').click()
    await look.page.locator('.problem code', { hasText: new RegExp(`^${one.code}$`) }).waitFor()
    const says = await text(look, '.problem')
    const foreign = language === 'zh-CN' ? /[a-z]{3,}/i.test(says.replace(one.code, '')) : /[\u4e00-\u9fff]/.test(says) || !says.includes(DETAIL)
    if (foreign || says.split('\n').filter(Boolean).length < 3 || says.includes('refused')) bad.push(`${one.code}: ${says}`)
  }
  ok(bad.length === 0, `each of ${CODES.length + 1} refusals has words of its own: ${look.tag}`, bad.join('\n'))
  await look.shot('refused')
  await look.axe('refused')
  await go(look, '/me/security')
  await look.page.locator('section .button').click()
  await look.page.fill('input[name=code]', '000000')
  await look.page.locator('section button[type=submit]').click()
  await look.page.locator('.problem').waitFor()
  const wrong = await text(look, '.problem')
  ok(language === 'en' ? /code is not right/.test(wrong) : /码不对/.test(wrong) && !/[a-z]{3,}/i.test(wrong.replace('bad_request', '')), `a wrong code of the second factor is said in the page's language: ${look.tag}`, wrong)
  await look.shot('refused-code')
  await look.end([/status of [45]\d\d/])
}

/** No file of the app but the one component speaks of a projection. */
function projections() {
  const member = fileURLToPath(new URL('../member', import.meta.url))
  const found = readdirSync(member, { recursive: true })
    .filter((name) => /\.(vue|ts)$/.test(name) && /per_point|\.(flat|growing)\b/.test(readFileSync(join(member, name), 'utf8')))
  is(found.join(' '), '', 'no screen shows a projection by other means than the pair')
}

const large = { cmd: 'order.pay', id: 'large', member: 'mei', shop: 'own-mall', amount: LARGE, at: '2025-05-01T09:00:00+08:00' }
const town = await stage({ options: ['--join', '--site', '西湖商圈积分联盟'], more: [large] })
/* Parts can be named, for those who work on one. */
const PARTS = {
  journeys: async () => {
    projections()
    await journey(town, { size: 'phone', language: 'zh-CN', theme: 'light' })
    await journey(town, { size: 'desk', language: 'en', theme: 'dark' })
  },
  screens: async () => {
    await walk(town, { size: 'phone', language: 'zh-CN', theme: 'light' })
    await walk(town, { size: 'phone', language: 'en', theme: 'dark' })
    await walk(town, { size: 'desk', language: 'zh-CN', theme: 'dark' })
    await walk(town, { size: 'desk', language: 'en', theme: 'light' })
    await walk(town, { size: 'phone', language: 'en', theme: 'light', who: 'mei' })
  },
  edges: async () => {
    await strangers(town)
    await joining(town)
    await offline(town)
  },
  refusals: async () => {
    for (const language of ['zh-CN', 'en']) await refusals(town, language)
  },
}
const wanted = process.argv.slice(2)
for (const [name, run] of Object.entries(PARTS)) if (!wanted.length || wanted.includes(name)) await run()
await shut()
await town.end()
done()
