/*
 * Texts about the policy, in English.
 */
export default {
  about: 'One document fixes every rate and rule. Draft it, check it, try it, and let two operators put it in force.',
  versions: 'Versions', noVersions: 'There is no policy yet. Begin a draft from a preset.', version: 'Version', name: 'Name', from: 'In force from', inForce: 'in force', later: 'to come', past: 'replaced',
  take: 'Use as draft', presets: 'Begin from a preset:', draft: 'Draft', kept: 'The draft is kept in this browser', formWaits: 'The JSON is wrong; the form waits until it is right.', json: 'JSON', wrongJson: 'The JSON is wrong:', noObject: 'expected one JSON object',
  findings: 'Findings', errors: 'Errors: {count}', warnings: 'Warnings: {count}', checking: 'Checking', noFindings: 'Nothing to say.', whole: 'the document',
  severity: { error: 'Error', warning: 'Warning', notice: 'Notice' },
  diff: 'Compare with a version', against: 'Against', noChange: 'Nothing differs.', path: 'Field', before: 'Before', after: 'After', absent: 'left out',
  set: 'Put in force', setAbout: 'A policy acts from its day on; orders keep the version they were paid under. Another operator must approve.', acknowledge: 'I have read every warning ({count})', ask: 'Ask for approval', hasErrors: 'A policy with errors cannot be put in force.',
  addPool: 'Add a pool', removePool: 'Remove this pool', addEntry: 'Add a share', up: 'Move up: {to}', down: 'Move down: {to}', remove: 'Remove: {to}',
  upMark: '↑', downMark: '↓',
  section: { general: 'General', rebate: 'Rebate', points: 'Points', pool: 'Pool {name}', allocation: 'Allocation of the rebate, in order', credit: 'Consumption credit', token: 'Appreciation', withdraw: 'Withdrawals', legacy: 'Old debts' },
  choice: {
    share: 'a share of the period’s rebates', compound: 'a compounding share of points', flow: 'against the period before', cumulative: 'against all so far', member: 'members', shop: 'shops', lot: 'lot by lot', day: 'first price of the day', spot: 'price of the moment',
    rebate: 'the rebate', amount: 'the bill', any: 'at any shop', other: 'at others only', differential: 'differential', stacked: 'stacked',
  },
  field: {
    name: 'Name', timezone: 'Time zone', refund_days: 'Refund window (days)',
    rebate: { min: 'Least rebate', max: 'Largest rebate' },
    points: { member: 'Points of the buyer', shop: 'Points of the shop', hold_days: 'Hold (days)' },
    credit: { enabled: 'On', max: 'Most a member owes', fraction: 'Usable fraction', earns_points: 'Credit earns points' },
    token: { mint: 'Minted', sell_fee: 'Fee of a sale', exit_multiple: 'Exit multiple', exit_scope: 'Exit by', exit_fee: 'Fee of an exit', sell_price: 'Price of a sale', initial_price: 'First price (yuan)' },
    withdraw: { withholding: 'Tax withheld' },
    legacy: { coin_ratio: 'Coins may pay' },
    pool: {
      name: 'Name', sides: 'Takes points of', rule: 'Rule', rate: 'Rate a period', metric: 'Growth is measured', first_threshold: 'First threshold (points)', growth_target: 'Growth target', growth_floor: 'Growth floor', growth_cap: 'Growth cap',
      min_days: 'Least days', max_days: 'Most days', periods: 'Periods', cap: 'Cap a point (vouchers)',
    },
    entry: {
      base: 'Taken of', pool: 'Pool', rate: 'Rate', scope: 'Orders', levels: 'Rate a level', mode: 'Mode', county: 'County', city: 'City', province: 'Province', base_pay: 'Base pay a month (yuan)', rates: 'Rate a grade', uplines: 'Uplines',
      peer: 'Peer', turnover: 'Turnover a grade (yuan)', vacant_to: 'With nobody to pay, to',
    },
  },
  sim: {
    title: 'Try it first', about: 'Runs the draft twice on generated purchases, by the real rules, on books in memory: turnover flat, and growing by 15 % every period. The two always stand together, and neither is a forecast.',
    days: 'Days', customers: 'Customers', seed: 'Seed', run: 'Run', running: 'Running …', blocked: 'Correct all errors first.', stale: 'The draft has changed since; these are figures of the one before. Run it again.',
    figure: 'Figure', flatShort: 'flat', growingShort: '+15 % a period', solvent: 'Solvency', insolvent: 'insolvent', fine: 'solvent', audit: 'Audit', auditGood: 'both runs pass',
    money: 'Collected and released, cumulative', note: '{days} days, {customers} customers, seed {seed}. This says only how the rules behave under these assumptions; releases depend on what is really collected and can be zero.',
    of: { sales: 'Sales', rebates: 'Rebates', collected: 'Collected for pools', released: 'Released', vouchers_outstanding: 'Vouchers outstanding', held: 'Held', still_at_most: 'May still release, at most', revenue: 'Revenue', equity: 'Equity' },
  },
}
