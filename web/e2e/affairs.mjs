/*
 * What members do less often: paying what the shop's screen asks for, by the camera or by typing,
 * with vouchers, credit and cash together; spending coins; a second factor, on and off; and leaving.
 */
import { createHmac } from 'node:crypto'

import { goMember as go, whole } from './screens.mjs'
import { done, eyes, is, ok, PASSWORD, PROFILES, shut, stage } from './stage.mjs'

async function seen(look, name) {
  await look.shot(name)
  await look.axe(name)
}

const text = (look, where = 'main') => look.page.locator(where).first().innerText()
const account = async (town, name) => (await town.ask(town.key('operator'), 'GET', `/v1/members/${name}/account`)).reply
const number = (amount) => Number(amount)

/* --- paying what a shop's screen asks for --------------------------------------------------------- */

/** The till: an amount, and its code on the screen. */
async function charged(town, look, amount) {
  await look.signIn('/shop', 'boss')
  await look.page.evaluate(() => localStorage.setItem('jifen.shop', 'tea'))
  await look.page.reload()
  await look.page.waitForSelector('.keys')
  for (const key of amount) await look.page.click(`.keys button:text-is("${key}")`)
  const [answer] = await Promise.all([
    look.page.waitForResponse((one) => one.url().endsWith('/charges')),
    look.page.click('.actions .button.main'),
  ])
  await look.page.waitForSelector('[data-charge] .qr img')
  return (await answer.json()).code
}

/** By the camera where one is held up to the screen, else by what is typed. */
async function scans(look, code, till) {
  await go(look, '/pay')
  await look.page.fill('.scan input[name=code]', 'not a code')
  await look.page.keyboard.press('Enter')
  await look.page.locator('.problem').waitFor()
  await seen(look, 'scan-unknown')
  if (!till) {
    await look.page.fill('.scan input[name=code]', code)
    await look.page.keyboard.press('Enter')
  } else {
    await till.show('[data-charge] .code')
    await look.page.click('.scan .frame button')
  }
  await look.page.locator('.bill').waitFor()
}

async function paysInThree(town, look, till) {
  const before = await account(town, 'lin')
  const code = await charged(town, till, '200')
  await scans(look, code, look.tag.includes('phone') ? till : null)
  const { page } = look
  const terms = page.locator('dl.terms')
  await terms.waitFor()
  ok((await text(look, '.bill')).includes('¥200.00'), `the amount is the shop's: ${look.tag}`)
  await page.locator('.slider .exact input').first().fill('3.21')
  await page.keyboard.press('Enter')
  await page.locator('[role=switch]').check()
  await page.locator('.credit .slider').waitFor()
  await seen(look, 'pay-credit-all')
  await page.locator('.credit .exact input').fill('1.23')
  await page.keyboard.press('Enter')
  await terms.filter({ hasText: '¥195.56' }).waitFor()
  await page.locator('.stale').waitFor({ state: 'detached' })
  await seen(look, 'pay-credit')
  await page.locator('button.main.wide:not([disabled])').click()
  await page.locator('.sandbox').waitFor()
  await seen(look, 'channel-credit')
  await page.locator('.sandbox button.main').click()
  await page.locator('.result.done').waitFor()
  await whole(look)
  await look.shot('receipt-credit', { full: true })
  await look.axe('receipt-credit')
  await till.page.waitForSelector('[data-charge] .tick')
  const after = await account(town, 'lin')
  is((number(before.vouchers) - number(after.vouchers)).toFixed(2), '3.21', `the vouchers that were held are spent: ${look.tag}`)
  is((number(after.credit_debt) - number(before.credit_debt)).toFixed(2), '1.23', `and those on credit are owed: ${look.tag}`)
  await page.evaluate(() => document.querySelector('main').setAttribute('data-left', ''))
  await page.locator('.choices .button').first().click()
  await whole(look)
  await look.shot('order-credit', { full: true })
  ok((await text(look)).includes('1.23'), `the order tells what was drawn on credit: ${look.tag}`)
  await go(look, '/assets')
  ok((await text(look)).includes(after.credit_debt), `and so do one's assets: ${look.tag}`)
  await look.shot('assets-credit', { full: true })
}

/* --- coins ----------------------------------------------------------------------------------------- */

async function spendsCoins(town, look) {
  const before = await account(town, 'lin')
  await go(look, '/assets/coins')
  const { page } = look
  await page.locator('button:has(.shop-row), .rows button', { hasText: PROFILES.books.name }).first().click()
  await page.locator('dialog .exact input').fill('0.5')
  await page.keyboard.press('Enter')
  await seen(look, 'coins-ask')
  await page.locator('dialog button.main').click()
  await page.locator('dialog [role=status]').waitFor()
  await seen(look, 'coins-done')
  await page.locator('dialog button.main').click()
  await page.locator('dialog').waitFor({ state: 'detached' })
  const after = await account(town, 'lin')
  is((number(before.coins) - number(after.coins)).toFixed(2), '0.50', `coins are spent: ${look.tag}`)
  await page.locator('main').filter({ hasText: after.coins }).first().waitFor()
  await look.shot('coins-after')
}

/* --- a second factor -------------------------------------------------------------------------------- */

/** RFC 6238 of a secret in base 32, for the step of 30 seconds that `seconds` is in. */
function totp(secret, seconds) {
  const bits = [...secret].map((one) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(one).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)))
  const mac = createHmac('sha1', key).update(counter).digest()
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0')
}

async function signOut(look) {
  await go(look, '/me')
  await look.page.locator('main > * button.wide, main button.wide').last().click()
  await look.page.waitForSelector('input[name=password]')
}

async function secondFactor(town, look) {
  const { page } = look
  await go(look, '/me/security')
  await page.locator('section.card button').first().click()
  await page.locator('.qr img').waitFor()
  await page.locator('section.card').last().scrollIntoViewIfNeeded()
  await seen(look, 'factor-prepared')
  const secret = (await page.locator('section.card code').first().innerText()).replace(/\s/g, '')
  const code = page.locator('section.card input[name=code]')
  await code.fill('000000')
  await page.keyboard.press('Enter')
  await page.locator('section.card .problem').waitFor()
  await seen(look, 'factor-wrong')
  await code.fill(totp(secret, town.seconds()))
  await page.keyboard.press('Enter')
  await page.locator('section.card input[name=password]').waitFor()
  await seen(look, 'factor-on')
  await signOut(look)
  await page.fill('input[name=username]', 'lin')
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.locator('input[name=code]').waitFor()
  is(await page.evaluate(() => document.activeElement.name), 'code', `the code is asked for, and typed at once: ${look.tag}`)
  await seen(look, 'sign-in-factor')
  await page.fill('input[name=code]', totp(secret, town.seconds() + 30))
  await page.keyboard.press('Enter')
  await page.waitForSelector('.tabs')
  await whole(look)
  ok(true, `who has a second factor signs in with it: ${look.tag}`)
  await go(look, '/me/security')
  const off = page.locator('section.card input[name=password]')
  const asks = page.locator('section.card button').first()
  await asks.waitFor()
  if (!(await off.isVisible())) await asks.click()
  await off.waitFor()
  await look.shot('factor-is-on')
  await off.fill('not my password')
  await page.keyboard.press('Enter')
  await page.locator('section.card .problem').waitFor()
  await off.fill(PASSWORD)
  await page.keyboard.press('Enter')
  await off.waitFor({ state: 'detached' })
  await seen(look, 'factor-off')
  await signOut(look)
  await look.signIn('/member', 'lin')
  await whole(look)
  ok(true, `and without it once it is off: ${look.tag}`)
}

/* --- leaving ------------------------------------------------------------------------------------------ */

async function leaves(town, how) {
  const look = await eyes(town, how)
  const { page } = look
  const name = `leaver-${how.size}`
  await page.goto(`${town.url}/member#/join`)
  await page.fill('input[name=username]', name)
  await page.fill('input[name=password]', PASSWORD)
  await page.check('input[name=agreed]')
  await page.click('button[type=submit]')
  await page.waitForSelector('.tabs')
  const key = town.key('member', name)
  const path = `/v1/members/${name}/payments`
  await town.ask(key, 'POST', path, { id: `last-${how.size}`, shop: 'tea', amount: '50.00' })
  await town.ask(key, 'POST', `${path}/last-${how.size}/sandbox`, { outcome: 'paid' })
  await go(look, '/me/close')
  await seen(look, 'close')
  const close = page.locator('button.danger')
  await page.fill('input[name=password]', 'not my password')
  ok(await close.isDisabled(), `nobody leaves without saying so: ${look.tag}`)
  await page.check('input[name=sure]')
  await close.click()
  await page.locator('.problem').waitFor()
  await look.shot('close-password')
  await page.fill('input[name=password]', PASSWORD)
  await close.click()
  await page.locator('.problem', { hasText: /放弃|give them up/ }).waitFor()
  await look.shot('close-forfeit', { full: true })
  await look.axe('close-forfeit')
  await page.locator('[role=switch]').check()
  await close.click()
  await page.locator('.closed [role=status]').waitFor()
  await seen(look, 'closed')
  await page.locator('.closed a').click()
  await page.waitForSelector('input[name=username]')
  await page.fill('input[name=username]', name)
  await page.fill('input[name=password]', PASSWORD)
  await page.click('button[type=submit]')
  await page.locator('.problem').waitFor()
  await look.shot('closed-sign-in')
  ok(true, `who has left signs in no more: ${look.tag}`)
  await look.end([/40[0-9]/, /via https/])
}

async function all(town, how) {
  const look = await eyes(town, how)
  const till = await eyes(town, { ...how, size: 'phone' })
  await look.signIn('/member', 'lin')
  await whole(look)
  await paysInThree(town, look, till)
  await till.end()
  await spendsCoins(town, look)
  await secondFactor(town, look)
  await look.end([/40[0-9]/, /via https/])
  await leaves(town, how)
}

const town = await stage({ options: ['--join'] })
await all(town, { size: 'phone', language: 'zh-CN', theme: 'light' })
await all(town, { size: 'desk', language: 'en', theme: 'dark' })
await shut()
await town.end()
done()
