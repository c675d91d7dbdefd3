/*
 * What the apps are for, through all three of them and over some days: somebody is invited, joins
 * and pays; the shop sees it arrive; days are closed and points release vouchers; they are spent at
 * another shop, and that is refunded; a shop takes twenty payments while the console watches.
 */
import { done, eyes, is, NOW, ok, shut, stage } from './stage.mjs'

const LATER = '2025-05-25T10:00:00+08:00'
const BAKERY = 'bakery-with-a-long-name-on-west-lake-road'
const WORDS = {
  'zh-CN': { collected: '收款', reason: '不想要了' },
  en: { collected: 'Charge', reason: 'No longer wanted' },
}

const hash = (look, path) => look.page.evaluate((to) => void (location.hash = to), path)

async function pay(look, shop, amount, vouchers) {
  const { page } = look
  await hash(look, `/pay/amount?shop=${shop}`)
  await page.fill('input[name=amount]', amount)
  await page.locator('button.main.wide').click()
  await page.locator('dl.terms').waitFor()
  if (vouchers) await page.locator('.slider button').last().click()
  await look.shot(vouchers ? 'day-pay-vouchers' : 'day-pay')
  await page.locator('button.main.wide:not([disabled])').click()
  await page.locator('.sandbox button.main').click()
  await page.locator('.result.done').waitFor()
  await look.shot(vouchers ? 'day-receipt-vouchers' : 'day-receipt')
}

/** Of the shops that somebody works for, the one that the console is about. */
async function choose(look, shop) {
  await look.page.evaluate((id) => localStorage.setItem('jifen.shop', id), shop)
  await look.page.reload()
  await look.page.waitForSelector('main')
}

/** The first visit: invited by lin, a member a minute later. */
async function join(town, look, name) {
  const { reply } = await town.ask(town.key('member', 'lin'), 'GET', '/v1/members/lin/invitation')
  await look.page.goto(`${town.url}/member#/join/${encodeURIComponent(reply.code)}`)
  await look.page.locator('.invited').waitFor()
  await look.page.fill('input[name=username]', name)
  await look.page.fill('input[name=password]', 'correct horse 8')
  await look.page.check('input[name=agreed]')
  await look.shot('day-join')
  await look.page.click('button[type=submit]')
  await look.page.locator('.held').waitFor()
  const member = (await town.ask(town.key('operator'), 'GET', `/v1/members/${name}`)).reply
  is(member.referrer, 'lin', `who was invited is brought by whoever invited: ${look.tag}`)
}

const account = async (town, name) =>
  (await town.ask(town.key('operator'), 'GET', `/v1/members/${name}/account`)).reply

/** The server closes what is over by its clock soon after it starts. */
async function closed(town) {
  const key = town.key('operator')
  while ((await town.ask(key, 'GET', '/v1/terms')).reply.open_day !== LATER.slice(0, 10));
}

/** Asked for by the member, agreed to by the shop. */
async function refund(town, member, shop, name, words) {
  const { page } = member
  await hash(member, '/orders')
  await page.locator('.rows a').first().click()
  await page.locator('.card .button.wide').click()
  await page.locator('.slider button').last().click()
  await page.fill('textarea[name=reason]', words.reason)
  await member.shot('day-refund-ask')
  await page.locator('form button[type=submit]').click()
  await page.locator('article.ask').waitFor()
  await shop.page.goto(`${town.url}/shop#/shop/refunds`)
  await shop.page.locator('[data-ask] .button.main').click()
  await shop.page.waitForSelector('dialog [data-preview][aria-busy=false] dd')
  await shop.page.locator('dialog .button.danger').click()
  await shop.page.locator('[data-ask]').waitFor({ state: 'detached' })
  await shop.shot('day-refund-agreed')
  const rows = (await town.ask(town.key('operator'), 'GET', `/v1/members/${name}/orders`)).reply.rows
  is(rows[0].refunded, rows[0].amount, `the order is refunded in full: ${member.tag}`)
}

async function life(language, size) {
  const name = `newbie-${size}`
  const words = WORDS[language]
  const town = await stage({ options: ['--join'] })
  const member = await eyes(town, { size, language })
  const shop = await eyes(town, { size, language })
  await shop.signIn('/shop', 'boss')
  await choose(shop, BAKERY)
  await join(town, member, name)
  await pay(member, 'tea', '5000.00', false)
  is((await account(town, name)).pending.points, '500.00', `a first payment puts points on hold: ${member.tag}`)

  /* A page that follows its balances would ask for them while nobody answers. */
  for (const look of [member, shop]) await look.page.goto('about:blank')
  await town.restart(LATER)
  await closed(town)
  const released = (await account(town, name)).vouchers
  ok(Number(released) > 0, `after the close there are vouchers: ${member.tag}`, released)
  for (const look of [member, shop]) await look.page.goto(`${town.url}${look === member ? '/member' : '/shop'}`)
  await member.signIn('/member', name)
  await member.shot('day-released')
  await shop.signIn('/shop', 'boss')
  await pay(member, BAKERY, '100.00', true)
  is((await account(town, name)).vouchers, '0.00', `they are spent at another shop: ${member.tag}`)
  await refund(town, member, shop, name, words)
  is((await account(town, name)).vouchers, released, `and come back with a refund: ${member.tag}`)
  const audit = (await town.ask(town.key('auditor'), 'GET', '/v1/audit')).reply
  is(audit.findings.length, 0, `the books have no finding: ${member.tag}`)
  await member.end()
  await shop.end()
  await town.end()
}

/** Twenty payments come in; the console counts along without being asked. */
async function watched(language) {
  const town = await stage()
  const console_ = await eyes(town, { size: 'desk', language })
  const shop = await eyes(town, { size: 'phone', language })
  await console_.signIn('/platform', 'op')
  await shop.signIn('/shop', 'boss')
  await choose(shop, 'tea')
  const reserve = console_.page.locator('dl.pairs dd').first()
  await reserve.waitFor()
  const before = await console_.page.locator('.tiles').innerText()
  const key = town.key('member', 'lin')
  for (let i = 1; i <= 20; i += 1) {
    const path = '/v1/members/lin/payments'
    await town.ask(key, 'POST', path, { id: `watch-${i}`, shop: 'tea', amount: `${10 + i}.00` })
    const paid = await town.ask(key, 'POST', `${path}/watch-${i}/sandbox`, { outcome: 'paid' })
    if (paid.reply.state !== 'done') ok(false, `payment ${i} is an order`, JSON.stringify(paid.reply))
  }
  await shop.page.waitForFunction(() => document.body.innerText.includes('30.00'))
  await shop.shot('day-twenty')
  ok(true, `the shop sees the last of twenty payments arrive: ${shop.tag}`)
  await console_.page.waitForFunction((was) => document.querySelector('.tiles').innerText !== was, before)
  await console_.shot('day-watched', { full: true })
  ok(true, `the console's figures move while it watches: ${console_.tag}`)
  await console_.end()
  await shop.end()
  await town.end()
}

ok(NOW < LATER, 'days pass')
await life('zh-CN', 'phone')
await life('en', 'desk')
await watched('zh-CN')
await shut()
done()
