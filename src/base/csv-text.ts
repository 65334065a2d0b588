import { stringify } from 'csv-stringify/sync';

/**
 * Matches the start of a cell that a spreadsheet evaluates as a formula: `=`, `+`, `-`, `@`, their full-width and small forms,
 * which spreadsheets in East Asian languages treat the same way, and a tab or line break. Leading apostrophes are allowed, so that
 * `unguardFormula` restores exactly the text that `guardFormula` received.
 */
const FORMULA_START = "'*[=+\\-@\\t\\r\\n\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}\u{fe66}\u{fe62}\u{fe63}\u{fe6b}]";
const formulaPattern = new RegExp(`^${FORMULA_START}`, 'u');
const guardedPattern = new RegExp(`^'(?=${FORMULA_START})`, 'u');

/** Puts an apostrophe before a text that a spreadsheet would evaluate as a formula. */
export function guardFormula(text: string): string {
  return formulaPattern.test(text) ? `'${text}` : text;
}

/** Removes the apostrophe that `guardFormula` added. */
export function unguardFormula(text: string): string {
  return text.replace(guardedPattern, '');
}

/**
 * Returns the lines of a CSV file. All cells are quoted, even empty cells. Otherwise a program that reads the file with another
 * separator could split a cell in two, and the second part could be a formula.
 *
 * @example
 * csvText([['username', 'title'], ['ann', '=1+1']]); // '"username","title"\n"ann","\'=1+1"\n'
 */
export function csvText(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => row.map(guardFormula)),
    { quoted: true, quoted_empty: true },
  );
}
