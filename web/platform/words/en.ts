/*
 * Texts of the platform's console, in English.
 */
export default { app: 'Platform', tab: { home: 'Home' } }
