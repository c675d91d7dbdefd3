/*
 * Names of the program's tables stand in sentences there, and begin a cell or a label here. Where
 * an element holds nothing else, CSS does it (.named, .phrase).
 */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
