import { parse } from 'csv-parse/sync';
import { AppError, quote } from '#base/errors.ts';
import type { JsonValue } from '#base/json.ts';
import { sourceAttribute } from '../source-attributes.ts';
import { checkValues } from '../source-values.ts';
import { IMPORT_ROWS_MAX, type ImportFile, type ImportRow } from './import-row.ts';

/** What separates the values of one cell. */
const VALUE_SEPARATOR = '|';

interface Line {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads users from a file whose header names attributes as Entra ID or Graph calls them; `manager` is a userPrincipalName
 * or an objectId, and values of one cell are separated by |. An empty cell says nothing. Throws invalidBody, and what
 * `checkValues` throws for a column that nobody knows.
 */
export function readSourceCsv(text: string): ImportFile {
  const [header, ...lines] = readLines(text);
  if (header === undefined) throw new AppError('invalidBody', 'The file is empty: its first line names the columns.');
  const columns = header.record.map((name) => name.trim());
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) throw new AppError('invalidBody', `The file has two columns ${quote(twice)}.`);
  for (const name of columns) checkColumn(name);
  if (lines.length > IMPORT_ROWS_MAX) {
    const message = `The file has ${lines.length} rows: at most ${IMPORT_ROWS_MAX} are read at a time.`;
    throw new AppError('tooManyValues', message);
  }
  return { rows: lines.map((line) => toRow(columns, line)), ignored: [] };
}

function readLines(text: string): readonly Line[] {
  try {
    const lines: unknown = parse(text, {
      bom: true,
      info: true,
      skip_empty_lines: true,
      trim: true,
      delimiter: [',', ';', '\t'],
      max_record_size: 500_000,
    });
    // `info` makes a line of each record, which its types do not tell.
    return lines as readonly Line[];
  } catch (error) {
    throw new AppError('invalidBody', `The file is no CSV: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function checkColumn(name: string): void {
  const attribute = sourceAttribute('User', name);
  // What is unknown or computed is told in the words for a value.
  if (attribute === undefined || attribute.place === 'computed') checkValues('User', { [name]: null });
}

function toRow(columns: readonly string[], { record, info }: Line): ImportRow {
  const values: Record<string, JsonValue> = {};
  let manager: string | undefined;
  for (const [index, column] of columns.entries()) {
    const cell = record[index] ?? '';
    if (cell === '') continue;
    const attribute = sourceAttribute('User', column);
    if (attribute?.name === 'manager') manager = cell;
    else if (attribute !== undefined) {
      values[attribute.name] = attribute.multivalued ? cell.split(VALUE_SEPARATOR).map((value) => value.trim()) : cell;
    }
  }
  return { where: `line ${info.lines}`, type: 'User', values, manager };
}
