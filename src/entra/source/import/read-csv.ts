import { AppError, quote } from '#base/errors.ts';
import type { JsonValue } from '#base/json.ts';
import { readCsv, type CsvLine } from '#base/read-csv.ts';
import { sourceAttribute } from '../source-attributes.ts';
import { checkValues } from '../source-values.ts';
import { IMPORT_ROWS_MAX, type ImportFile, type ImportRow } from './import-row.ts';

/** What separates the values of one cell. */
const VALUE_SEPARATOR = '|';

/** Bytes of one record. */
const RECORD_LENGTH_MAX = 500_000;

/**
 * Reads users from a file whose header names attributes as Entra ID or Graph calls them; `manager` is a userPrincipalName
 * or an objectId, and values of one cell are separated by |. An empty cell says nothing. Throws invalidBody, and what
 * `checkValues` throws for a column that nobody knows.
 */
export function readSourceCsv(text: string): ImportFile {
  const [header, ...lines] = readCsv(text, { delimiter: [',', ';', '\t'], recordLengthMax: RECORD_LENGTH_MAX });
  if (header === undefined) throw new AppError('invalidBody', 'The file is empty: its first line names the columns.');
  const columns = header.cells.map((name) => name.trim());
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) throw new AppError('invalidBody', `The file has two columns ${quote(twice)}.`);
  for (const name of columns) checkColumn(name);
  if (lines.length > IMPORT_ROWS_MAX) {
    const message = `The file has ${lines.length} rows: at most ${IMPORT_ROWS_MAX} are read at a time.`;
    throw new AppError('tooManyValues', message);
  }
  return { rows: lines.map((line) => toRow(columns, line)), ignored: [] };
}

function checkColumn(name: string): void {
  const attribute = sourceAttribute('User', name);
  // What is unknown or computed is told in the words for a value.
  if (attribute === undefined || attribute.place === 'computed') checkValues('User', { [name]: null });
}

function toRow(columns: readonly string[], { cells, line }: CsvLine): ImportRow {
  const values: Record<string, JsonValue> = {};
  let manager: string | undefined;
  for (const [index, column] of columns.entries()) {
    const cell = cells[index] ?? '';
    if (cell === '') continue;
    const attribute = sourceAttribute('User', column);
    if (attribute?.name === 'manager') manager = cell;
    else if (attribute !== undefined) {
      values[attribute.name] = attribute.multivalued ? cell.split(VALUE_SEPARATOR).map((value) => value.trim()) : cell;
    }
  }
  return { where: `line ${line}`, type: 'User', values, manager };
}
