/*
 * The screens of the three apps by name, and how a journey comes to one: there when all of it is.
 */
export const MEMBER = {
  home: '/', statement: '/statement', pay: '/pay', shops: '/shops', amount: '/pay/amount?shop=noodles', code: '/code',
  amount_long: '/pay/amount?shop=bakery-with-a-long-name-on-west-lake-road',
  assets: '/assets', points: '/assets/points', units: '/assets/units', coins: '/assets/coins', wallet: '/assets/wallet',
  pending: '/assets/pending', orders: '/orders', me: '/me', home_shop: '/me/home', invite: '/me/invite', offers: '/me/offers',
  security: '/me/security', export: '/me/export', close: '/me/close',
}

export const SHOP = ['charge', 'today', 'rebate', 'fans', 'settlement', 'shop/plates', 'shop/profile', 'shop/refunds', 'shop/clerks', 'shop/account']

export const PLATFORM = [
  ['overview', '/'], ['pools', '/pools'], ['allocation', '/allocation'], ['token', '/token'], ['ledger', '/ledger'], ['find', '/ledger?id=o-3-1'],
  ['journal', '/ledger/journals/60'], ['fund', '/ledger/funds/dividend:joint'], ['members', '/members'], ['member', '/members/lin'],
  ['shops', '/shops'], ['shop', '/shops/bakery-with-a-long-name-on-west-lake-road'], ['seats', '/seats'], ['business', '/business'], ['person', '/business/liu'], ['orders', '/orders'], ['order', '/orders/o-3-1'],
  ['withdrawals', '/withdrawals'], ['approvals', '/approvals'], ['policy', '/policy'], ['reconciliation', '/reconciliation'], ['trail', '/trail'],
  ['people', '/people'], ['system', '/system'], ['own', '/own'],
]

/** A screen of the members' app, by its address. */
export async function goMember(look, path) {
  await look.page.evaluate((hash) => {
    if (location.hash === `#${hash}`) return
    document.querySelector('main')?.setAttribute('data-left', '')
    location.hash = hash
  }, path)
  await whole(look)
}

/** Of the members' app: nothing on the screen is still on its way. */
export async function whole(look) {
  await look.page.waitForFunction(() => document.querySelector('main:not([data-left]) h1') && !document.querySelector('.skeleton'))
}

/** A screen of the shops' app with everything on it loaded. */
export async function goShop(town, look, screen) {
  const address = `${town.url}/shop#/${screen}`
  if (look.page.url() === address) await look.page.reload()
  else {
    await look.page.evaluate(() => document.querySelectorAll('.card').forEach((one) => one.setAttribute('data-old', '')))
    await look.page.goto(address)
  }
  await look.page.waitForFunction(() => document.querySelector('.card, .problem') && !document.querySelector('.skeleton, [data-old]'))
}

export const quiet = (look) => look.page.waitForFunction(() => !document.querySelector('.skeleton, [aria-busy=true]'))

/** A screen of the platform's console. Another question to the same one is asked of a page anew. */
export async function goPlatform(town, look, path) {
  const address = `${town.url}/platform#${path}`
  const same = look.page.url().split('?')[0] === address.split('?')[0]
  await look.page.evaluate(() => document.querySelector('#content h1')?.setAttribute('data-left', ''))
  await look.page.goto(address)
  if (same) await look.page.reload()
  await look.page.waitForSelector('#content h1:not([data-left])')
  await quiet(look)
}
