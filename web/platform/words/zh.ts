/*
 * Texts of the platform's console, in Chinese.
 */
export default { app: '平台端', tab: { home: '首页' } }
