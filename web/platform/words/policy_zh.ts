/*
 * Texts about the policy, in Chinese.
 */
export default {
  about: '一份政策文件规定全部比例与规则。草拟、检查、试算，再由两位运营人员生效。',
  versions: '政策版本', noVersions: '还没有政策。请从预设开始草拟。', version: '版本', name: '名称', from: '生效日', inForce: '现行', later: '待生效', past: '已被取代',
  take: '作为草稿', presets: '从预设开始：', draft: '草稿', kept: '草稿保存在此浏览器', formWaits: 'JSON 有误，改正后才能使用表单。', json: 'JSON', wrongJson: 'JSON 有误：', noObject: '应为一个 JSON 对象',
  findings: '检查结果', errors: '{count} 个错误', warnings: '{count} 个警告', checking: '检查中', noFindings: '没有问题。', whole: '整份文件',
  severity: { error: '错误', warning: '警告', notice: '提示' },
  diff: '与其他版本比较', against: '对照版本', noChange: '没有变化。', path: '字段', before: '原值', after: '新值', absent: '未写',
  set: '提交生效', setAbout: '政策在生效日当天起用，已付订单沿用付款时的版本。需另一位运营人员批准。', acknowledge: '我已逐条阅读 {count} 个警告', ask: '提交审批', hasErrors: '有错误的政策不能提交。',
  addPool: '添加积分池', removePool: '移除此积分池', addEntry: '添加分配项', up: '上移：{to}', down: '下移：{to}', remove: '移除：{to}',
  upMark: '↑', downMark: '↓',
  section: { general: '基本', rebate: '让利', points: '积分', pool: '积分池 {name}', allocation: '奖金池分配（按顺序）', credit: '消费额度', token: '消费增值', withdraw: '提现', legacy: '旧账' },
  choice: {
    share: '按本期让利分享', compound: '按积分复利', flow: '与上一期相比', cumulative: '与累计相比', member: '会员', shop: '商家', lot: '逐笔', day: '当日首价', spot: '即时价',
    rebate: '让利额', amount: '订单金额', any: '任意商家', other: '仅他店', differential: '级差', stacked: '叠加',
  },
  field: {
    name: '名称', timezone: '时区', refund_days: '退款期限（天）',
    rebate: { min: '最低让利', max: '最高让利' },
    points: { member: '买方积分倍数', shop: '商家积分倍数', hold_days: '冻结天数' },
    credit: { enabled: '开启', max: '每人上限（券）', fraction: '可用比例', earns_points: '额度付款得积分' },
    token: { mint: '铸造比例', sell_fee: '转让手续费', exit_multiple: '强制退出倍数', exit_scope: '退出口径', exit_fee: '退出手续费', sell_price: '转让价', initial_price: '初始价格（元）' },
    withdraw: { withholding: '代扣税率' },
    legacy: { coin_ratio: '消费币抵扣比例' },
    pool: {
      name: '池名', sides: '接收方', rule: '释放规则', rate: '每期比例', metric: '增长口径', first_threshold: '首期门槛（积分）', growth_target: '增长目标', growth_floor: '增长下限', growth_cap: '增长上限',
      min_days: '一期最少天数', max_days: '一期最多天数', periods: '释放期数', cap: '每积分封顶（券）',
    },
    entry: {
      base: '计算基数', pool: '积分池', rate: '比例', scope: '适用订单', levels: '各层比例', mode: '方式', county: '区县', city: '市', province: '省', base_pay: '每月底薪（元）', rates: '各级比例', uplines: '上溯层数',
      peer: '平级奖', turnover: '各级业绩（元）', vacant_to: '无人领取时归入',
    },
  },
  sim: {
    title: '生效前试算', about: '用生成的消费数据，按真实规则在内存账本中运行两遍：营业额不增长，与每期增长 15 %。两种情形总是并列，都不是预测。',
    days: '天数', customers: '顾客数', seed: '随机种子', run: '开始试算', running: '试算中……', blocked: '改正全部错误后才能试算。', stale: '草稿已改动，下面是改动前的结果。请重新试算。',
    figure: '指标', flatShort: '不增长', growingShort: '每期 +15 %', solvent: '平台偿付', insolvent: '资不抵债', fine: '正常', audit: '账本核对', auditGood: '两遍均通过',
    money: '已收与已释放（累计）', note: '{days} 天、{customers} 位顾客、种子 {seed}。结果只说明规则在这些假设下的表现；释放取决于实际收到的让利，可能为零。',
    of: { sales: '营业额', rebates: '让利', collected: '入池让利', released: '已释放', vouchers_outstanding: '未用消费券', held: '持有资金', still_at_most: '积分最多还可能释放', revenue: '平台收入', equity: '平台权益' },
  },
}
