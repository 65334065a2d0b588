import { CsvError, parse, type Options } from 'csv-parse/sync';
import { REPLACEMENT_CHARACTER } from './decode-text.ts';
import { TranslatedError, type Messages } from './translated-error.ts';

/** A record of a file, and the number of the line on which it ends. The first line is 1. */
export interface CsvLine {
  readonly cells: readonly string[];
  readonly line: number;
}

interface CsvLimits {
  readonly delimiter: string | readonly string[];
  /** The maximum number of bytes of one record. */
  readonly recordLengthMax: number;
}

/**
 * Reads the records of a CSV file, including the header. Cells are trimmed, empty lines are omitted, and all records must have as
 * many cells as the header. Throws `invalidBody` (400) with the line and the column.
 *
 * @example
 * readCsv('a,b\n1,2', { delimiter: ',', recordLengthMax: 1_000 }); // [{ cells: ['a', 'b'], line: 1 }, { cells: ['1', '2'], line: 2 }]
 */
export function readCsv(text: string, { delimiter, recordLengthMax }: CsvLimits): readonly CsvLine[] {
  requireDecoded(text);
  const options: Options = {
    bom: true,
    info: true,
    skip_empty_lines: true,
    trim: true,
    delimiter: typeof delimiter === 'string' ? delimiter : [...delimiter],
    max_record_size: recordLengthMax,
    // `withEqualLength` checks the number of cells, because the parser's error does not say how many a record has.
    relax_column_count: true,
  };
  try {
    // Otherwise a CRLF in a cell would count as two lines.
    const records: unknown = parse(text.replaceAll('\r\n', '\n'), options);
    // With `info`, each record is an object, which the types do not say.
    const found = records as readonly {
      readonly record: readonly string[];
      readonly info: { readonly lines: number };
    }[];
    return withEqualLength(found.map(({ record, info }) => ({ cells: record, line: info.lines })));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new TranslatedError('invalidBody', (messages) => problemOf(error, recordLengthMax, messages.files), {
      cause: error,
    });
  }
}

/** Throws `invalidBody` (400) for a record that has fewer or more cells than the first. */
function withEqualLength(lines: readonly CsvLine[]): readonly CsvLine[] {
  const columns = lines[0]?.cells.length ?? 0;
  const odd = lines.find(({ cells }) => cells.length !== columns);
  if (odd === undefined) return lines;
  const { line, cells } = odd;
  throw new TranslatedError('invalidBody', ({ files }) =>
    cells.length < columns ? files.tooFewCells(line, cells.length, columns) : files.tooManyCells(line, columns),
  );
}

/** Throws `invalidBody` (400) if another program decoded the file leniently and so lost characters. */
function requireDecoded(text: string): void {
  const at = text.indexOf(REPLACEMENT_CHARACTER);
  if (at < 0) return;
  const line = text.slice(0, at).split('\n').length;
  throw new TranslatedError('invalidBody', ({ files }) => files.lostCharacter(line));
}

/** Describes the fault without the message of the parser, which quotes the file. */
function problemOf(error: CsvError, recordLengthMax: number, files: Messages['files']): string {
  const [line, column] = [numberOf(error, 'lines', 1), numberOf(error, 'column', 0) + 1];
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return files.quoteNotClosed(line, column);
    case 'INVALID_OPENING_QUOTE':
      return files.quoteInside(line, column);
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE':
      return files.textAfterQuote(line, column);
    case 'CSV_MAX_RECORD_SIZE':
      return files.recordTooLong(line, column, recordLengthMax);
    default:
      return files.notCsv(line, column);
  }
}

/** Returns a number from an error of the parser: the errors have more fields than their type declares. */
function numberOf(error: object, name: string, otherwise: number): number {
  const value: unknown = Object.entries(error).find(([key]) => key === name)?.[1];
  return typeof value === 'number' ? value : otherwise;
}
