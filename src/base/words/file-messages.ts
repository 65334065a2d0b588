const QUOTING =
  'Put a cell that has a separator, a line break or a double quote in double quotes, and write each double quote in it twice.';
export const AS_UTF8 = 'as UTF-8 (in Excel: Save As, "CSV UTF-8")';

/** What is wrong with an uploaded file, in English. `zh-file-messages.ts` has it in Chinese. Lines and columns count from 1. */
export const fileMessages = {
  charset: (name: string) =>
    `The file is in ${name}, which is not supported here. Save it as UTF-8, or send it as windows-1252.`,
  /** `around` is what the line says if the file is in Windows-1252. */
  maybeWindows: (line: number, around: string) =>
    `The file is not UTF-8: line ${line} has bytes that are not a character. Save it again ${AS_UTF8}. If ${around} is what the line says, the file is in Windows-1252: you can also send it with the header Content-Type: text/csv; charset=windows-1252.`,
  notEncoding: (encoding: string) => `The file is not ${encoding}: it has bytes that are not a character.`,
  notWindows: 'The file is not windows-1252: it has bytes that are not a character there.',
  lostCharacter: (line: number) =>
    `Line ${line} has the character U+FFFD, which replaces a byte that a program could not decode. Save the file again ${AS_UTF8}.`,
  tooFewCells: (line: number, cells: number, columns: number) =>
    `Line ${line} ends after column ${cells}: the first line names ${columns} columns. ${QUOTING}`,
  tooManyCells: (line: number, columns: number) =>
    `Line ${line} continues after column ${columns}: the first line names ${columns} columns. ${QUOTING}`,
  quoteNotClosed: (line: number, column: number) =>
    `A double quote begins a cell of column ${column}, and no double quote ends it before line ${line}, where the file ends. ${QUOTING}`,
  quoteInside: (line: number, column: number) =>
    `Line ${line}, column ${column}: a double quote is inside a cell that does not begin with one. ${QUOTING}`,
  textAfterQuote: (line: number, column: number) =>
    `Line ${line}, column ${column}: the cell continues after the double quote that ends it. ${QUOTING}`,
  recordTooLong: (line: number, column: number, max: number) =>
    `Line ${line}, column ${column}: the record is longer than ${max} bytes, which is the limit. Is a double quote missing?`,
  notCsv: (line: number, column: number) =>
    `Line ${line}, column ${column}: the file is not CSV from here on. ${QUOTING}`,
  attributeWithoutName: (number: string) => `Attribute${number} has a value but no name`,
  attributeWithoutValue: (number: string) => `Attribute${number} has a name but no value`,
  /** A row whose fields have faults. */
  row: (faults: readonly string[]) => `${faults.join('; ')}.`,
  fault: (field: string, fault: string) => `${field === '' ? 'row' : field}: ${fault}`,
} as const;
