/*
 * Texts of the shops' app, in English.
 */
export default { app: 'Shops', tab: { home: 'Home' } }
