/*
 * Names of the program's tables stand in sentences there, and begin a cell here.
 */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
