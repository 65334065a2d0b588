/**
 * A cell that a spreadsheet does not run as a formula: an apostrophe in front of it makes it a text. A cell that already has
 * apostrophes in front of a formula gets another one, so that removing one always gives the original.
 *
 *     guardFormula('=1+1') // "'=1+1"
 */
export function guardFormula(text: string): string {
  return /^'*[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
}
