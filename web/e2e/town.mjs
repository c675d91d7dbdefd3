/*
 * A small town: the commands that make its books, and the people who sign in. The same every time,
 * so that a screen of today can be laid beside one of last month.
 */
export const FIRST_DAY = '2025-03-03'
const DAYS = 59
export const NOW = '2025-05-01T10:00:00+08:00'

const POLICY = {
  name: '绿色积分示范', // what people chose to call it
  rebate: { min: '0.05', max: '0.2' },
  points: { hold_days: 7 },
  pools: [
    { name: 'joint', sides: ['member', 'shop'], rule: 'compound', rate: '0.005', metric: 'cumulative',
      first_threshold: '400.00', min_days: 5, max_days: 15, cap: '5' },
  ],
  allocation: [
    { to: 'dividend', pool: 'joint', base: 'rebate', rate: '0.4' },
    { to: 'lock', base: 'amount', rate: '0.01' },
    { to: 'referral', base: 'rebate', levels: ['0.03', '0.02'] },
    { to: 'recruit', base: 'amount', rate: '0.003' },
    { to: 'agents', base: 'amount', mode: 'differential', county: '0.001', city: '0.002', province: '0.003' },
    { to: 'credit_fund', base: 'rebate', rate: '0.02' },
    { to: 'coin', base: 'rebate', rate: '0.02' },
    { to: 'token_pool', base: 'rebate', rate: '0.1' },
  ],
  refund_days: 7,
  credit: { enabled: true },
  token: { exit_multiple: '3' },
}

const SHOPS = [
  ['tea', 'chen', 'alliance', '330106', '0.1'],
  ['noodles', 'wang', 'alliance', '330106', '0.08'],
  ['books', 'zhao', 'brand', '330105', '0.15'],
  ['pharmacy', 'liu', 'alliance', '330106', '0.05'],
  ['market', 'sun', 'chain', '330106', '0.06'],
  ['bakery-with-a-long-name-on-west-lake-road', 'chen', 'alliance', '330106', '0.12'],
  ['own-mall', 'chen', 'self', '330106', '0.2'],
]
/** What the shops say of themselves; the bakery's name is as long as one may be. */
export const PROFILES = {
  tea: { name: '虎跑茶馆', address: '浙江省杭州市西湖区虎跑路 39 号', phone: '0571-8700 1234', hours: '每天 9:00–21:00' },
  noodles: { name: '面面俱到 Noodles & More' },
  books: { name: '湖畔书屋' },
  pharmacy: { name: '益民大药房（文三路店）' },
  market: { name: 'Fresh 邻里鲜超市' },
  'bakery-with-a-long-name-on-west-lake-road': { name: '麦香村手工面包坊（西湖区北山街道保俶路旗舰店）West Lake Bakery & Coffee Roasters 老店' },
  'own-mall': { name: '绿色积分自营商城' },
}
const MEMBERS = [
  ['chen'], ['wang', 'chen'], ['zhao', 'wang'], ['liu'], ['sun', 'liu'], ['lin', 'wang'], ['mei', 'lin'],
  ['hao', 'lin'], ['yue', 'mei'], ['jun', 'chen'], ['fang', 'jun'], ['member-with-a-rather-long-name-0001', 'fang'],
]

/** Whole numbers that look drawn, from Lehmer's generator. */
function drawer(seed) {
  let state = seed
  return (below) => {
    state = (state * 48271) % 2147483647
    return state % below
  }
}

const day = (number) => new Date(Date.parse(`${FIRST_DAY}T00:00:00Z`) + number * 86400000).toISOString().slice(0, 10)

function parties(changes) {
  const at = `${FIRST_DAY}T08:00:00+08:00`
  return [
    { cmd: 'policy.set', policy: { ...POLICY, ...changes }, from: FIRST_DAY },
    ...MEMBERS.map(([id, referrer], number) => ({
      cmd: 'member.create', id, region: '330106', phone: `1380000${1000 + number}`, ...(referrer && { referrer }), at,
    })),
    ...SHOPS.map(([id, owner, kind, region, rebate]) => ({
      cmd: 'shop.create', id, owner, kind, region, rebate, recruiter: 'jun', at,
    })),
    { cmd: 'agent.assign', region: '330106', holders: [{ member: 'liu', weight: 2 }, { member: 'sun', weight: 1 }], at },
    { cmd: 'agent.assign', region: '3301', holders: [{ member: 'fang', weight: 1 }], at },
    { cmd: 'home.bind', member: 'lin', shop: 'tea', at },
    { cmd: 'home.bind', member: 'mei', shop: 'tea', at },
    { cmd: 'home.bind', member: 'hao', shop: 'noodles', at },
    { cmd: 'fund.inject', id: 'capital-1', fund: 'credit', amount: '5000.00', at },
  ]
}

/** Sales of one day; lin buys every third day, so that there is something to see. */
function sales(number, draw) {
  const commands = []
  const orders = 4 + draw(6)
  for (let i = 0; i < orders; i += 1) {
    const lin = i === 0 && number % 3 === 0
    const member = lin ? 'lin' : MEMBERS[draw(MEMBERS.length)][0]
    const shop = lin ? SHOPS[number % SHOPS.length][0] : SHOPS[draw(SHOPS.length)][0]
    const amount = `${20 + draw(480)}.${String(draw(100)).padStart(2, '0')}`
    const at = `${day(number)}T${String(9 + i).padStart(2, '0')}:${String(10 + draw(50))}:00+08:00`
    commands.push({ cmd: 'order.pay', id: `o-${number}-${i}`, member, shop, amount, scan: draw(2) === 0, at })
  }
  return commands
}

/** changes: sections of the policy that are to be others. */
export function town(changes = {}) {
  const draw = drawer(20250303)
  const commands = parties(changes)
  for (let number = 0; number < DAYS; number += 1) {
    commands.push(...sales(number, draw))
    if (number === 40) {
      const at = `${day(number)}T20:00:00+08:00`
      commands.push({ cmd: 'order.refund', id: 'back-1', order: 'o-39-0', amount: '5.00', at })
      commands.push({ cmd: 'withdraw.request', id: 'w-jun', member: 'jun', amount: '2.00', at })
      commands.push({ cmd: 'withdraw.request', id: 'w-tea', shop: 'tea', amount: '500.00', at })
      commands.push({ cmd: 'withdraw.approve', id: 'w-jun', at }, { cmd: 'withdraw.paid', id: 'w-jun', at })
    }
    if (number === DAYS - 2) {
      const at = `${day(number)}T21:00:00+08:00`
      commands.push({ cmd: 'withdraw.request', id: 'w-noodles', shop: 'noodles', amount: '300.00', at })
      commands.push({ cmd: 'withdraw.request', id: 'w-fang', member: 'fang', amount: '1.00', at })
      commands.push({ cmd: 'token.sell', id: 'sell-1', member: 'lin', n: '1.000000', at })
    }
  }
  commands.push({ cmd: 'day.close', day: day(DAYS - 1) })
  return commands
}

/** [name, [role, scope?], …] */
export function people() {
  return [
    ['lin', ['member', 'lin']],
    ['mei', ['member', 'mei']],
    ['boss', ['manager', 'tea'], ['manager', 'bakery-with-a-long-name-on-west-lake-road']],
    ['clerk', ['clerk', 'tea']],
    ['op', ['operator']],
    ['op2', ['operator']],
    ['fin', ['finance']],
    ['fin2', ['finance']],
    ['risk', ['risk']],
    ['aud', ['auditor']],
  ]
}
