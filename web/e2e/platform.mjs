/*
 * The platform's console, as people at the desk use it: every screen, in both languages, at the
 * desk and on a phone; and what takes two of them: a policy, a withdrawal. With names of parts behind
 * it (desk, phone, dark, menus), only those.
 */
import { goPlatform as go, PLATFORM as SCREENS, quiet } from './screens.mjs'
import { done, eyes, is, NOW, ok, PROFILES, shut, stage } from './stage.mjs'

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
  await page.locator('#content .none').waitFor()
  ok((await page.locator('#content .none').innerText()).includes(words.none), `an id that nothing has is told so ${look.tag}`)
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
  if (size !== 'desk') await look.fits('orders-narrowed')
  await look.shot('orders-narrowed', { full: true })
  await look.axe('orders-narrowed')
  const expected = await ids('/v1/orders?limit=20&shop=tea&from=2025-03-04&state=matured&amount=20', 'order')
  ok(expected.length > 0, `there are such orders ${look.tag}`, expected)
  const shown = (await look.page.locator('#content section.card').first().locator('tbody tr td:nth-child(2)').allInnerTexts()).map((one) => one.trim())
  is(shown.join(' '), expected.join(' '), `orders are narrowed down by day, shop, state and amount ${look.tag}`)
  await look.page.locator('#content section.card').first().locator('tbody tr td:nth-child(2) a').first().click()
  await look.page.waitForFunction((to) => location.hash === `#/orders/${to}`, expected[0])
  await quiet(look)
  await look.page.locator('#content table').last().locator('tbody tr').nth(3).waitFor()
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
  is((await column(look, 1)).map((one) => one.match(/\d+\s*$/)[0].trim()).join(' '), (await ids('/v1/seats?region=3301', 'region')).join(' '), `seats of a city ${look.tag}`)
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

/** A county by its names: those of its province and its city come before it. */
async function place(form, code) {
  for (const [level, digits] of [['province', 2], ['city', 4], ['county', 6]]) await form.locator(`select[name=region-${level}]`).selectOption(code.slice(0, digits))
}

/** A member and a shop of theirs, written by an operator. */
async function writeParties(town, look) {
  const { page } = look
  const fill = async (path, values) => {
    await go(town, look, path)
    await page.locator('[data-make]').click()
    const form = page.getByRole('dialog')
    for (const [name, value] of Object.entries(values)) {
      if (name === 'region') await place(form, value)
      else await form.locator(`input[name=${name}]`).fill(value)
    }
    await look.shot(`new${path.replace('/', '-')}`)
    await look.axe(`new ${path}`)
    await form.locator('button[type=submit]').click()
    await page.waitForFunction((to) => location.hash === to, `#${path}/${values.id}`)
    await quiet(look)
  }
  const id = look.tag
  await fill('/members', { id, referrer: 'lin', region: '330106' })
  await fill('/shops', { id, name: `新店 ${id}`, owner: id, region: '330106', rebate: '0.15', max_voucher_ratio: '0.5' })
  const { reply } = await town.ask(town.key('operator'), 'GET', `/v1/shops/${id}`)
  is(await page.locator('h1').innerText(), `新店 ${id}`, `the shop's page is headed by its name ${look.tag}`)
  await page.locator('[data-say]').click()
  await page.locator('[data-profile] input[name=name]').fill(`改名 ${id}`)
  await page.locator('[data-profile] button[type=submit]').click()
  await page.locator('h1', { hasText: `改名 ${id}` }).waitFor()
  await go(town, look, `/shops?name=${encodeURIComponent('改名')}`)
  is(await page.locator('main').getByRole('link', { name: id, exact: true }).count() > 0, true, `and is found by it ${look.tag}`)
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
  await look.page.locator('.note').first().waitFor()
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

/** An agent's seat is found by names, at the level that was chosen. */
async function seatByNames(town, look) {
  const { page } = look
  await go(town, look, '/seats')
  await page.locator('.head .button.main').click()
  const form = page.getByRole('dialog').locator('form')
  await form.locator('select[name=region-province]').selectOption({ label: '浙江省' })
  await form.locator('select[name=region-city]').selectOption({ label: '杭州市' })
  await look.shot('seat-region')
  await look.axe('seat-region')
  await form.locator('button[type=submit]').click()
  await form.locator('p.strong', { hasText: '3301' }).waitFor()
  ok((await form.locator('p.strong').innerText()).includes('杭州市'), `a seat is chosen by names ${look.tag}`)
}

async function parties() {
  const town = await stage()
  const look = await eyes(town, { size: 'desk', language: 'en' })
  await look.signIn('/platform', 'op')
  await writeParties(town, look)
  await seatByNames(town, look)
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

/* --- figures open, files, backups, the business staff ----------------------------------------------- */

/** A figure that is pressed leads to what is behind it. */
async function opens(look, figure, address) {
  await look.page.locator(figure).first().click()
  await look.page.waitForFunction((to) => new RegExp(to).test(location.hash), address)
  await quiet(look)
}

async function figures(size, language) {
  const town = await stage({ backups: true, more: [
    { cmd: 'reward.enroll', program: 'team', member: 'chen', weight: 1, at: NOW },
    { cmd: 'shop.update', shop: 'tea', staff: 'chen', at: NOW },
  ] })
  const key = town.key('operator')
  const look = await eyes(town, { size, language })
  const { page } = look
  await look.signIn('/platform', 'op')
  await go(town, look, '/')
  await opens(look, '.tiles a[href="#/orders"]', '^#/orders$')
  await go(town, look, '/members/lin')
  await opens(look, '.tiles a[href*="account=vouchers"]', 'account=vouchers')
  const moved = (await town.ask(key, 'GET', `/v1/members/lin/statement?limit=${size === 'desk' ? 25 : 10}&account=vouchers`)).reply.rows
  const shown = await page.locator('[data-statement] tbody tr').count()
  ok(shown === moved.length && moved.every((one) => one.account === 'vouchers'), `a balance opens the movements of its account ${look.tag}`, `${shown} of ${moved.length}`)
  await look.shot('balance-opened')
  await page.locator('[data-statement] input[type=month]').fill('2025-04')
  await page.locator('[data-statement] .sums').waitFor()
  await quiet(look)
  await look.shot('month-by-source', { full: true })
  await look.axe('month-by-source')
  await go(town, look, '/shops/tea')
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('[data-export=xlsx]').click()])
  is(file.suggestedFilename(), `${PROFILES.tea.name}-2025-05.xlsx`, `a shop's settlement is a file ${look.tag}`)
  await page.locator('[name=settlement-month]').fill('2025-04')
  await page.waitForFunction(() => /[1-9]/.test(document.querySelector('[data-settlement] .tiles dd:last-child, [data-settlement] .tiles div:last-child dd')?.textContent ?? ''))
  await page.locator('[data-settlement]').scrollIntoViewIfNeeded()
  await look.shot('settlement')
  await go(town, look, '/business')
  const staff = (await town.ask(key, 'GET', '/v1/business')).reply.rows.map((one) => one.id)
  is((await column(look, 1)).map((one) => one.trim()).join(' '), staff.join(' '), `the business staff ${look.tag}`)
  ok(staff.includes('chen') && staff.includes('liu'), `whoever is enrolled, or holds a seat ${look.tag}`, staff)
  if (size !== 'desk') await look.fits('business')
  await look.shot('business')
  await look.axe('business')
  await opens(look, '#content tbody a[href="#/business/chen"]', '^#/business/chen[?]month=2025-05')
  await page.locator('[data-statement] input[type=month]').fill('2025-04')
  await page.locator('[data-statement] .sums').waitFor()
  await quiet(look)
  if (size !== 'desk') await look.fits('person')
  await look.shot('person', { full: true })
  await look.axe('person')
  await go(town, look, '/system')
  await page.locator('[data-backup]').click()
  await page.locator('[data-backups] a[href*="/ledger/journals/"]').waitFor()
  const { backups, journals } = (await town.ask(key, 'GET', '/v1/system')).reply
  is(backups.last.journals, journals, `a backup is made, and checked to the last journal ${look.tag}`)
  await page.locator('[data-backups]').scrollIntoViewIfNeeded()
  if (size !== 'desk') await look.fits('system')
  await look.shot('backup', { full: true })
  await look.axe('backup')
  await requests(look)
  await price(town, look)
  await look.end()
  await town.end()
}

/** Each sum of a day opens the rows that it is the sum of. */
async function sums(look) {
  const { page } = look
  const first = page.locator('#content table').first().locator('tbody tr').first()
  for (const [at, side] of [[1, 'bill'], [2, 'books']]) {
    const cell = first.locator('td').nth(at)
    const total = (await cell.innerText()).replace(/[^\d.]/g, '')
    await cell.locator('a').click()
    await page.waitForFunction((to) => location.hash.includes(`side=${to}&kind=paid`), side)
    await quiet(look)
    const rows = (await page.locator('[data-rows] tbody tr td:last-child').allInnerTexts()).map((one) => Number(one.replace(/[^\d.]/g, '')))
    is(rows.reduce((all, one) => all + one, 0).toFixed(2), total, `what was paid on a day is the sum of the rows that it opens: ${side} ${look.tag}`)
    await look.shot(`sum-${side}`, { full: true })
    await look.axe(`sum-${side}`)
  }
  await page.locator('.counts a').first().click()
  await page.waitForFunction(() => !location.hash.includes('kind='))
  await quiet(look)
  await page.locator('[data-to-differences]').first().click()
  await look.page.locator('[data-rows] a[href^="#/payments/"]').first().waitFor()
}

/** The price of a unit says how it was made, and its last movement opens its journal. */
async function price(town, look) {
  const { page } = look
  await go(town, look, '/token')
  await page.locator('[data-price]').click()
  await page.locator('[data-price-why] .step').waitFor()
  const { pool, units } = (await town.ask(town.key('operator'), 'GET', '/v1/token')).reply
  const said = await page.locator('[data-price-why] .step').innerText()
  ok(said.includes(pool) && said.includes(units), `the price is the pool by its units ${look.tag}`, said)
  await look.shot('price-why')
  await look.axe('price-why')
  await opens(look, '[data-price-why] a[href*="/ledger/journals/"]', '^#/ledger/journals/')
  ok(/token|增值|Appreciation/i.test(await page.locator('#content').innerText()), `the last movement of the price opens its journal ${look.tag}`)
  await go(town, look, '/token')
  await page.locator('[data-price]').click()
  await opens(look, '[data-price-why] a[href="#/ledger/funds/tokens_issued"]', 'tokens_issued$')
}

/** The count of requests opens them by route; the newest journal opens itself. */
async function requests(look) {
  const { page } = look
  await page.locator('[data-requests]').click()
  await page.waitForFunction(() => document.activeElement?.closest('[data-routes]'))
  await page.waitForFunction(() => {
    const number = (one) => Number((one ?? '').replace(/[^0-9]/g, ''))
    const all = [...document.querySelectorAll('[data-routes] tbody td.end')].reduce((sum, one) => sum + number(one.textContent), 0)
    return all > 0 && all === number(document.querySelector('[data-requests]').textContent)
  })
  ok(true, `requests are the sum of their routes ${look.tag}`)
  await look.shot('requests')
}

/** What the bill and the books do not agree on opens what is behind it. */
async function differences() {
  const town = await stage()
  const pays = town.key('member', 'lin')
  const outcomes = ['unbilled', 'misbilled', 'paid']
  for (const outcome of outcomes) {
    await town.ask(pays, 'POST', '/v1/members/lin/payments', { id: `p-${outcome}`, shop: 'tea', amount: '30.00' })
    await town.ask(pays, 'POST', `/v1/members/lin/payments/p-${outcome}/sandbox`, { outcome })
  }
  const look = await eyes(town, { size: 'desk', language: 'en' })
  await look.signIn('/platform', 'fin')
  await go(town, look, '/reconciliation')
  await look.page.locator('input[name=day]').fill('2025-05-01')
  await look.page.locator('#content a[href="#/payments/p-misbilled"]').first().waitFor()
  await look.shot('differences', { full: true })
  await look.axe('differences')
  await sums(look)
  await go(town, look, '/reconciliation')
  await look.page.locator('input[name=day]').fill('2025-05-01')
  await opens(look, '#content a[href="#/payments/p-misbilled"]', '^#/payments/p-misbilled$')
  await look.shot('payment')
  await look.axe('payment')
  await opens(look, '#content a[href="#/orders/p-misbilled"]', '^#/orders/p-misbilled$')
  await look.page.locator('#content table').last().locator('tbody tr').nth(3).waitFor()
  ok((await look.page.locator('#content table').last().locator('tbody tr').count()) > 3, 'a difference opens its payment, that its order, that its postings')
  await look.end()
  await town.end()
}

/** Asked for in time, decided when the window has closed: the office makes an exception. */
async function lateRefund() {
  const town = await stage()
  const pays = town.key('member', 'lin')
  await town.ask(pays, 'POST', '/v1/members/lin/payments', { id: 'p-late', shop: 'tea', amount: '30.00' })
  await town.ask(pays, 'POST', '/v1/members/lin/payments/p-late/sandbox', { outcome: 'paid' })
  await town.ask(pays, 'POST', '/v1/members/lin/refund-asks', { id: 'ask-late', order: 'p-late', amount: '30.00', reason: '买错了' })
  await town.restart('2025-05-25T10:00:00+08:00')
  const look = await eyes(town, { size: 'desk', language: 'zh-CN' })
  const { page } = look
  await look.signIn('/platform', 'op')
  await go(town, look, '/orders')
  await page.locator('tr', { hasText: '买错了' }).or(page.locator('tr:has(button)', { hasText: 'p-late' })).getByRole('button').first().click()
  await page.getByRole('button', { name: '同意退款' }).click()
  await page.locator('input[name=late]').check()
  await look.shot('refund-late')
  await look.axe('refund-late')
  await page.getByRole('button', { name: '同意退款' }).click()
  await page.locator('input[name=late]').waitFor({ state: 'detached' })
  const { reply } = await town.ask(town.key('operator'), 'GET', '/v1/orders/p-late')
  is(reply.refunded, '30.00', `what was asked for in time is refunded after the window ${look.tag}`)
  await look.end([/422/])
  await town.end()
}

/* --- deeds that need books of their own -------------------------------------------------------------- */

/** Finished cohorts to sweep, tax that was withheld, a store with shareholders, old debts. */
async function rareDeeds(size, language) {
  const pool = { name: 'joint', sides: ['member', 'shop'], rule: 'compound', rate: '0.005', metric: 'cumulative', first_threshold: '400.00', min_days: 5, max_days: 8, periods: 2, cap: '5' }
  const at = '2025-05-01T09:00:00+08:00'
  const town = await stage({ policy: { pools: [pool], withdraw: { withholding: '0.2' }, legacy: { coin_ratio: '0.5' } }, more: [
    { cmd: 'share.issue', id: 'shares-1', shop: 'market', member: 'sun', shares: 60, at },
    { cmd: 'share.issue', id: 'shares-2', shop: 'market', member: 'lin', shares: 40, at },
    { cmd: 'legacy.import', id: 'old-1', member: 'hao', owed: '200.00', at },
  ] })
  const key = town.key('operator')
  const ask = async (path) => (await town.ask(key, 'GET', path)).reply
  const words = WORDS[language]
  const cohorts = (await ask('/v1/pools/joint')).cohorts
  const op = await eyes(town, { size, language })
  await op.signIn('/platform', 'op')
  await go(town, op, '/pools')
  await deed(op, 'sweep', { cohort: String(cohorts[0].cohort) })
  const left = (await ask(`/v1/funds/unclaimed:joint:${cohorts[0].cohort}/statement?limit=1`)).balances[0]?.balance ?? '0.00'
  is(left, '0.00', `a finished cohort is swept ${op.tag}`)
  await go(town, op, '/members/hao')
  await deed(op, 'grant', { coins: '50.00' })
  const legacy = (await ask('/v1/members/hao/account')).legacy
  is(`${legacy.owed} ${legacy.coins}`, '150.00 50.00', `old debt is released ${op.tag}`)
  await op.shot('old-debt-released')
  await op.end()
  const before = { token: await ask('/v1/token'), funds: await ask('/v1/funds'), wallet: (await ask('/v1/members/sun/account')).wallet }
  const first = await eyes(town, { size, language })
  await first.signIn('/platform', 'fin')
  const second = await eyes(town, { size, language })
  await second.signIn('/platform', 'fin2')
  const both = async (path, name, values) => {
    await go(town, first, path)
    await deed(first, name, values)
    await decide(town, second, words, `approval-${name}`)
  }
  await both('/shops/market', 'dividend', { period: '2025-04', profit: '100.00' })
  is((Number((await ask('/v1/members/sun/account')).wallet) - Number(before.wallet)).toFixed(2), '60.00', `two of finance share a store's profit ${first.tag}`)
  await both('/token', 'raise', { amount: '500.00' })
  is((Number((await ask('/v1/token')).pool) - Number(before.token.pool)).toFixed(2), '500.00', `and raise the pool ${first.tag}`)
  const withheld = before.funds.withheld
  await go(town, first, '/ledger/funds/withheld')
  await deed(first, 'remit', { amount: withheld })
  is((await ask('/v1/funds')).withheld ?? '0.00', '0.00', `tax that was withheld is paid over ${first.tag}`)
  await first.end()
  await second.end()
  await town.end()
}

const PARTS = { lists: () => lists('desk', 'zh-CN'), listsOnPhone: () => lists('phone', 'en'), desk: () => journey('desk', 'zh-CN'), phone: () => journey('phone', 'en'), dark, menus, parties, deeds: () => deeds('desk', 'zh-CN'), deedsOnPhone: () => deeds('phone', 'en'), figures: () => figures('desk', 'zh-CN'), figuresOnPhone: () => figures('phone', 'en'), differences, lateRefund, rareDeeds: () => rareDeeds('desk', 'zh-CN'), rareDeedsOnPhone: () => rareDeeds('phone', 'en') }
const wanted = process.argv.slice(2)
for (const [name, run] of Object.entries(PARTS)) if (!wanted.length || wanted.includes(name)) await run()
await shut()
done()
