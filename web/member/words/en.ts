/*
 * Texts of the members' app, in English.
 */
export default { app: 'Members', tab: { home: 'Home' } }
