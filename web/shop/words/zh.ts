/*
 * Texts of the shops' app, in Chinese.
 */
export default { app: '商家端', tab: { home: '首页' } }
