/*
 * The platform's console, as people at the desk use it: every screen, in both languages, at the
 * desk and on a phone; and what takes two of them: a policy, a withdrawal. With names of parts behind
 * it (desk, phone, dark, menus), only those.
 */
import { goPlatform as go, PLATFORM as SCREENS, quiet } from './screens.mjs'
import { done, eyes, is, ok, shut, stage } from './stage.mjs'

const WORDS = {
  'zh-CN': {
    hold: '冻结天数', retry: '开始试算', ask: '提交审批', open: '查看', approve: '批准并执行', inForce: '现行', error: '错误', approved: '已批准', search: '搜索', check: '立即核对',
    bulk: '批准', none: '没有编号为', chain: '核对通过', menu: '菜单', trail: '设定政策', why: '为什么是这个数',
  },
  en: {
    hold: 'Hold (days)', retry: 'Run', ask: 'Ask for approval', open: 'Open', approve: 'Approve and run', inForce: 'in force', error: 'Error', approved: 'Approved', search: 'Search', check: 'Check now',
    bulk: 'Approve', none: 'Nothing in the books has the id', chain: 'All is well', menu: 'Menu', trail: 'Put a policy in force', why: 'Why this number',
  },
}

async function seeAll(town, look, screens = SCREENS) {
  for (const [name, path] of screens) {
    await go(town, look, path)
    await look.shot(name, { full: true })
    await look.axe(name)
    const wide = await look.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    ok(wide <= 0, `nothing stands beside the page: ${name} ${look.tag}`, `${wide} pixels too wide`)
  }
}

/* --- a policy, by two operators ----------------------------------------------------------------- */

async function draft(town, look, words) {
  const { page } = look
  await go(town, look, '/policy')
  const hold = page.getByLabel(words.hold)
  await hold.fill('3')
  await hold.blur()
  await page.locator('.findings .tag.bad').first().waitFor()
  ok(await page.getByRole('button', { name: words.ask }).isDisabled(), `a policy with errors cannot be asked for ${look.tag}`)
  await look.shot('policy-errors')
  await hold.fill('9')
  await hold.blur()
  await page.locator('.findings .tag.bad').first().waitFor({ state: 'detached' })
  await page.locator('input[type=number]').nth(0).fill('40')
  await page.locator('input[type=number]').nth(1).fill('60')
  await page.getByRole('button', { name: words.retry, exact: true }).click()
  await page.locator('[data-simulation]').waitFor()
  const heads = await page.locator('[data-simulation] thead').first().innerText()
  ok(/15\s%/.test(heads), `a trial tells both assumptions ${look.tag}`, heads)
  await page.locator('[data-simulation]').scrollIntoViewIfNeeded()
  await look.shot('policy-trial')
  await page.locator('input[name=acknowledged]').check()
  await page.getByRole('button', { name: words.ask }).click()
  await page.locator('.note.wait a[href="#/approvals"]').waitFor()
  await look.shot('policy-asked')
}

async function decide(town, look, words, name) {
  const { page } = look
  await go(town, look, '/approvals')
  await page.getByRole('button', { name: words.open, exact: true }).first().click()
  const approve = page.getByRole('button', { name: words.approve })
  await approve.waitFor()
  await look.shot(name)
  await look.axe(name)
  await approve.click()
  await approve.waitFor({ state: 'detached' })
  await quiet(look)
}

async function policyByTwo(town, mine, words, size, language) {
  await draft(town, mine, words)
  const other = await eyes(town, { size, language })
  await other.signIn('/platform', 'op2')
  await decide(town, other, words, 'approval-policy')
  await go(town, other, '/policy')
  const tags = await other.page.locator('tbody tr').first().innerText()
  ok(tags.includes('2') && tags.includes(words.inForce), `the policy that two agreed on is in force ${other.tag}`, tags)
  await go(town, other, '/trail')
  ok((await other.page.locator('table').innerText()).includes(words.trail), `the trail tells who set it ${other.tag}`)
  await other.end()
}

/* --- a withdrawal, by two of finance ------------------------------------------------------------- */

async function withdrawalByTwo(town, words, size, language) {
  const first = await eyes(town, { size, language })
  await first.signIn('/platform', 'fin')
  await go(town, first, '/withdrawals')
  await first.page.locator('tbody input[type=checkbox]').first().check()
  await first.shot('withdrawals-chosen')
  await first.page.locator('.bulk').getByRole('button', { name: words.bulk, exact: true }).click()
  await first.page.getByRole('dialog').getByRole('button', { name: words.bulk, exact: true }).click()
  await first.page.locator('.note.wait a[href="#/approvals"]').waitFor()
  await first.shot('withdrawals-asked')
  await first.end()
  const second = await eyes(town, { size, language })
  await second.signIn('/platform', 'fin2')
  await decide(town, second, words, 'approval-withdrawal')
  await go(town, second, '/withdrawals?state=approved')
  const list = await second.page.locator('tbody').innerText()
  ok(list.includes(words.approved), `the withdrawal is approved by two ${second.tag}`, list)
  await second.end()
}

/* --- from an id down to its postings -------------------------------------------------------------- */

async function downToPostings(town, look, words) {
  const { page } = look
  await go(town, look, '/')
  await page.locator('input[name=find]').fill('o-3-1')
  await page.locator('input[name=find]').press('Enter')
  await page.locator('#content tbody a[href*="/ledger/journals/"]').first().click()
  await page.locator('pre.json').first().waitFor()
  ok((await page.locator('pre.json').first().innerText()).includes('order.pay'), `an order's id leads to its journal ${look.tag}`)
  ok((await page.locator('tbody tr').count()) > 5, `and to its postings ${look.tag}`)
  await go(town, look, '/ledger?id=nobody-has-this')
  ok((await page.locator('#content').innerText()).includes(words.none), `an id that nothing has is told so ${look.tag}`)
  await look.shot('find-none')
  await page.getByRole('button', { name: words.check }).click()
  await page.locator('.note.good').waitFor()
  ok((await page.locator('.note.good').innerText()).includes(words.chain), `the books can be checked ${look.tag}`)
  await go(town, look, '/members/lin')
  await page.locator('button.reason').first().click()
  await page.getByRole('dialog').getByText(words.why).waitFor()
  await look.shot('why')
  await look.axe('why')
}

/* --- lists that the server narrows down ------------------------------------------------------------ */

const column = (look, at) => look.page.locator(`#content section.card table tbody tr td:nth-child(${at})`).allInnerTexts()

/** Fills in fields of the bar above the first list, and asks. */
async function narrow(look, values) {
  const bar = look.page.locator('form.filters')
  for (const [name, value] of Object.entries(values)) {
    const control = bar.locator(`[name=${name}]`)
    if ((await control.evaluate((one) => one.tagName)) === 'SELECT') await control.selectOption(value)
    else await control.fill(value)
  }
  await bar.locator('button[type=submit]').click()
  await look.page.waitForFunction((all) => all.every(([name, value]) => new URLSearchParams(location.hash.split('?')[1]).get(name) === value), Object.entries(values))
  await quiet(look)
}

async function lists(size, language) {
  const town = await stage()
  const key = town.key('operator')
  const ids = async (path, name) => (await town.ask(key, 'GET', path)).reply.rows.map((one) => one[name])
  const look = await eyes(town, { size, language })
  await look.signIn('/platform', 'op')
  await go(town, look, '/orders')
  await narrow(look, { shop: 'tea', from: '2025-03-04', state: 'matured', amount: '20' })
  await look.fits('orders-narrowed')
  await look.shot('orders-narrowed', { full: true })
  await look.axe('orders-narrowed')
  const expected = await ids('/v1/orders?limit=20&shop=tea&from=2025-03-04&state=matured&amount=20', 'order')
  ok(expected.length > 0, `there are such orders ${look.tag}`, expected)
  const shown = (await look.page.locator('#content section.card').first().locator('tbody tr td:nth-child(2)').allInnerTexts()).map((one) => one.trim())
  is(shown.join(' '), expected.join(' '), `orders are narrowed down by day, shop, state and amount ${look.tag}`)
  await look.page.locator('#content section.card').first().locator('tbody tr td:nth-child(2) a').first().click()
  await look.page.waitForFunction((to) => location.hash === `#/orders/${to}`, expected[0])
  await quiet(look)
  ok((await look.page.locator('#content table').last().locator('tbody tr').count()) > 3, `an order opens, down to its postings ${look.tag}`)
  await go(town, look, '/orders?shop=nobody')
  await look.page.locator('#content .empty').first().waitFor()
  await look.shot('orders-none')
  await go(town, look, '/members')
  await narrow(look, { home: 'tea' })
  is((await column(look, 2)).map((one) => one.trim()).join(' '), (await ids('/v1/members?home=tea', 'id')).join(' '), `members of a home shop ${look.tag}`)
  await look.shot('members-narrowed')
  await look.page.locator('[data-clear]').click()
  await look.page.waitForFunction(() => location.hash === '#/members')
  await go(town, look, '/shops')
  await narrow(look, { kind: 'chain', region: '33' })
  is((await column(look, 1)).map((one) => one.trim()).join(' '), (await ids('/v1/shops?kind=chain&region=33', 'id')).join(' '), `shops of a kind in a province ${look.tag}`)
  await narrow(look, { region: '99' })
  await look.page.locator('#content .empty').waitFor()
  await look.shot('shops-none')
  await go(town, look, '/seats')
  await narrow(look, { region: '3301' })
  is((await column(look, 1)).map((one) => one.trim()).join(' '), (await ids('/v1/seats?region=3301', 'region')).join(' '), `seats of a city ${look.tag}`)
  await look.end()
  await town.end()
}

/* --- who sees what -------------------------------------------------------------------------------- */

async function menus() {
  const town = await stage()
  const found = {}
  for (const who of ['op', 'fin', 'risk', 'aud']) {
    const look = await eyes(town, { size: 'desk' })
    await look.signIn('/platform', who)
    await go(town, look, '/')
    found[who] = await look.page.locator('aside a').evaluateAll((all) => all.map((one) => one.getAttribute('href').slice(1)))
    await look.end()
  }
  ok(!found.fin.includes('/trail') && !found.fin.includes('/people'), 'finance sees neither the trail nor people')
  ok(!found.risk.includes('/people') && found.risk.includes('/trail'), 'risk sees the trail, and no people')
  ok(found.aud.includes('/people') && found.op.includes('/people'), 'auditors and operators see people')
  const look = await eyes(town, { size: 'phone' })
  await look.signIn('/platform', 'lin')
  await look.page.locator('.stranger').waitFor()
  is(await look.page.locator('nav').count(), 0, 'a member is told that the console is not for them')
  await look.shot('stranger')
  await look.end()
  await town.end()
}

/** A member and a shop of theirs, written by an operator. */
async function writeParties(town, look) {
  const { page } = look
  const fill = async (path, values) => {
    await go(town, look, path)
    await page.locator('[data-make]').click()
    const form = page.getByRole('dialog')
    for (const [name, value] of Object.entries(values)) await form.locator(`input[name=${name}]`).fill(value)
    await look.shot(`new${path.replace('/', '-')}`)
    await look.axe(`new ${path}`)
    await form.locator('button[type=submit]').click()
    await page.waitForFunction((to) => location.hash === to, `#${path}/${values.id}`)
    await quiet(look)
  }
  const id = look.tag
  await fill('/members', { id, referrer: 'lin', region: '330106' })
  await fill('/shops', { id, owner: id, region: '330106', rebate: '0.15', max_voucher_ratio: '0.5' })
  const { reply } = await town.ask(town.key('operator'), 'GET', `/v1/shops/${id}`)
  is(`${reply.owner} ${reply.rebate} ${reply.max_voucher_ratio}`, `${id} 0.150000 0.500000`, `an operator writes a member and a shop ${look.tag}`)
}

async function journey(size, language) {
  const town = await stage()
  const words = WORDS[language]
  const look = await eyes(town, { size, language })
  await look.page.goto(`${town.url}/platform`)
  await look.shot('sign-in')
  await look.signIn('/platform', 'op')
  await seeAll(town, look)
  await downToPostings(town, look, words)
  await writeParties(town, look)
  await policyByTwo(town, look, words, size, language)
  await withdrawalByTwo(town, words, size, language)
  await go(town, look, '/reconciliation')
  ok((await look.page.locator('.note').count()) > 0, `a day's bill is set beside the books ${look.tag}`)
  if (size === 'phone') {
    await look.page.getByRole('button', { name: words.menu }).click()
    await look.page.getByRole('dialog').waitFor()
    await look.shot('menu')
  }
  await look.end()
  await town.end()
}

/** The other language at each size, in the dark: all screens at the desk, on a phone those that have most on them. */
async function dark() {
  const town = await stage()
  const most = SCREENS.filter(([name]) => ['overview', 'pools', 'allocation', 'ledger', 'journal', 'member', 'withdrawals', 'policy', 'people'].includes(name))
  for (const [size, language] of [['desk', 'en'], ['phone', 'zh-CN']]) {
    const look = await eyes(town, { size, language, theme: 'dark' })
    await look.signIn('/platform', 'op')
    await seeAll(town, look, size === 'desk' ? SCREENS : most)
    await look.end()
  }
  await town.end()
}

async function parties() {
  const town = await stage()
  const look = await eyes(town, { size: 'desk', language: 'en' })
  await look.signIn('/platform', 'op')
  await writeParties(town, look)
  await look.end()
  await town.end()
}

/* --- what else the office does ------------------------------------------------------------------- */

/** Presses a deed's button, fills in what it asks for, and sends it. */
async function deed(look, name, values, at = 0) {
  const { page } = look
  await page.locator(`[data-deed=${name}]`).nth(at).click()
  const form = page.getByRole('dialog').locator('form')
  for (const [field, value] of Object.entries(values)) {
    const control = form.locator(`[name=${field}]`)
    if ((await control.evaluate((one) => one.tagName)) === 'SELECT') await control.selectOption(value)
    else await control.fill(value)
  }
  await look.shot(`deed-${name}`)
  await look.axe(`deed ${name}`)
  await form.locator('button[type=submit]').click()
  await page.getByRole('dialog').locator('[role=status]').waitFor()
  await look.shot(`deed-${name}-done`)
  await page.getByRole('dialog').locator('.button.main').click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await quiet(look)
}

/** Capital by two of finance; programs, old debts, shares and plates by an operator. */
async function deeds(size, language) {
  const newly = { cmd: 'member.create', id: 'newly', at: '2025-05-01T09:00:00+08:00' }
  const town = await stage({ more: [newly] })
  const words = WORDS[language]
  const key = town.key('operator')
  const ask = async (path) => (await town.ask(key, 'GET', path)).reply
  const op = await eyes(town, { size, language })
  await op.signIn('/platform', 'op')
  await go(town, op, '/members/newly')
  await deed(op, 'enroll', { program: 'staff', weight: '1' })
  await deed(op, 'owe', { owed: '120.50' })
  await deed(op, 'home', { shop: 'tea' })
  await op.page.locator('[data-deed=home]').waitFor({ state: 'detached' })
  await op.shot('member-after-deeds', { full: true })
  const account = await ask('/v1/members/newly/account')
  is(`${account.rewards[0].program} ${account.legacy.owed}`, 'staff 120.50', `an operator enrolls a member and records an old debt ${op.tag}`)
  is((await ask('/v1/members/newly')).home, 'tea', `and binds their home shop ${op.tag}`)
  await go(town, op, '/shops/market')
  await deed(op, 'issue', { member: 'sun', shares: '70' })
  await deed(op, 'transfer', { from: 'sun', to: 'newly', shares: '20' })
  is((await ask('/v1/members/newly/account')).shares[0].shares, 20, `shares of a chain store are issued and transferred ${op.tag}`)
  await deed(op, 'plate', {})
  await deed(op, 'rebind', { shop: 'tea' })
  is((await ask('/v1/shops/market/plates')).rows.length, 0, `a plate is made and bound to another shop ${op.tag}`)
  await op.shot('shop-after-deeds', { full: true })
  await op.axe('shop-after-deeds')
  await op.end()
  await capitalByTwo(town, words, size, language)
  await town.end()
}

async function capitalByTwo(town, words, size, language) {
  const before = (await town.ask(town.key('operator'), 'GET', '/v1/funds')).reply
  const first = await eyes(town, { size, language })
  await first.signIn('/platform', 'fin')
  await go(town, first, '/ledger/funds/credit_fund')
  await deed(first, 'inject', { amount: '250.00' })
  is((await town.ask(town.key('operator'), 'GET', '/v1/funds')).reply.credit_fund, before.credit_fund, `capital waits for a second person ${first.tag}`)
  await first.end()
  const second = await eyes(town, { size, language })
  await second.signIn('/platform', 'fin2')
  await decide(town, second, words, 'approval-capital')
  const after = (await town.ask(town.key('operator'), 'GET', '/v1/funds')).reply
  is((Number(after.credit_fund) - Number(before.credit_fund)).toFixed(2), '250.00', `and is put in once two agreed ${second.tag}`)
  await second.end()
}

const PARTS = { lists: () => lists('desk', 'zh-CN'), listsOnPhone: () => lists('phone', 'en'), desk: () => journey('desk', 'zh-CN'), phone: () => journey('phone', 'en'), dark, menus, parties, deeds: () => deeds('desk', 'zh-CN'), deedsOnPhone: () => deeds('phone', 'en') }
const wanted = process.argv.slice(2)
for (const [name, run] of Object.entries(PARTS)) if (!wanted.length || wanted.includes(name)) await run()
await shut()
done()
