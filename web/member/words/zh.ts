/*
 * Texts of the members' app, in Chinese.
 */
export default { app: '会员端', tab: { home: '首页' } }
