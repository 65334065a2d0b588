import { quote } from '#base/errors.ts';
import type { JsonValue } from '#base/json.ts';
import { readCsv, type CsvLine } from '#base/read-csv.ts';
import { StandInError } from '../../texts/refusals/stand-in-error.ts';
import { sourceAttribute } from '../source-attributes.ts';
import { checkValues } from '../source-values.ts';
import { IMPORT_ROWS_MAX, type ImportFile, type ImportRow } from './import-row.ts';

/** Separates the values of a cell. */
const VALUE_SEPARATOR = '|';

/** Maximum length of a record, in bytes. */
const RECORD_LENGTH_MAX = 500_000;

/**
 * Reads users from a CSV file. The header contains attribute names of Entra ID or Graph. `manager` is a userPrincipalName or an objectId.
 * Several values in a cell are separated by |. An empty cell leaves the attribute unchanged. Throws `invalidBody` and `tooManyValues`, and
 * the errors of `checkValues` for an unknown or computed column.
 *
 * @example
 * readSourceCsv('userPrincipalName,officeLocation,manager\nben@contoso.example,Lund,ann@contoso.example');
 */
export function readSourceCsv(text: string): ImportFile {
  const [header, ...lines] = readCsv(text, { delimiter: [',', ';', '\t'], recordLengthMax: RECORD_LENGTH_MAX });
  if (header === undefined) throw new StandInError('invalidBody', ({ files }) => files.empty);
  const columns = header.cells.map((name) => name.trim());
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) throw new StandInError('invalidBody', ({ files }) => files.columnTwice(quote(twice)));
  for (const name of columns) checkColumn(name);
  if (lines.length > IMPORT_ROWS_MAX) {
    throw new StandInError('tooManyValues', ({ files }) => files.tooManyRows(lines.length, IMPORT_ROWS_MAX));
  }
  return { rows: lines.map((line) => toRow(columns, line)), ignored: [] };
}

function checkColumn(name: string): void {
  const attribute = sourceAttribute('User', name);
  // Calls `checkValues` only for the error that it throws for an unknown or computed attribute.
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
  return { where: ({ files }) => files.line(line), type: 'User', values, manager };
}
