import { unguardFormula } from '#base/csv-text.ts';
import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { readCsv } from '#base/read-csv.ts';
import {
  addressColumnParts,
  addressTypes,
  flagColumns,
  numberColumns,
  phoneTypes,
  plainColumns,
} from './user-csv-columns.ts';

/** Users of one file, and bytes of one record. */
export const CSV_ROWS_MAX = 10_000;
export const CSV_RECORD_LENGTH_MAX = 200_000;

const plain: Readonly<Partial<Record<string, string>>> = byLowerCase(plainColumns);
const numbers: ReadonlySet<string> = new Set(numberColumns);
const flags: ReadonlySet<string> = new Set(flagColumns);
/** More names for one are those of the original directory's template. */
const addressParts: Readonly<Partial<Record<string, string>>> = {
  ...byLowerCase(addressColumnParts),
  city: 'locality',
  state: 'region',
};
const addressPattern = new RegExp(`^(?<type>${addressTypes.join('|')})(?<number>\\d*)_(?<part>[a-z]+)$`);
const phonePattern = new RegExp(`^(?<type>${phoneTypes.join('|')})_number\\d*$`);

function byLowerCase(names: readonly string[]): Readonly<Partial<Record<string, string>>> {
  return Object.fromEntries(names.map((name) => [name.toLowerCase(), name]));
}

/** One user of a file. */
export interface CsvUser {
  /** The line of the file, from 1 on; the header is line 1. */
  readonly line: number;
  /** As the REST API takes a user. */
  readonly body: JsonObject;
  /** Names of groups. */
  readonly groups: readonly string[];
  /** The username of the manager, where the file has it too. */
  readonly awaitedManager?: string | undefined;
  /** What is wrong with the row itself. */
  readonly errors: readonly string[];
}

export interface CsvFile {
  readonly users: readonly CsvUser[];
  /** Columns that are not columns of users: their values are not imported. */
  readonly ignoredColumns: readonly string[];
}

/** The name of a column, and the cell of a row in it. */
type Row = readonly (readonly [string, string])[];

/** Reads a file with a header line. Throws invalidBody (400) that names the line and column where it cannot be read. */
export function readUserCsv(text: string): CsvFile {
  const [first, ...rows] = readCsv(text, { delimiter: delimiterOf(text), recordLengthMax: CSV_RECORD_LENGTH_MAX });
  const columns = uniqueNames(first?.cells ?? []);
  if (rows.length === 0) throw new AppError('invalidBody', 'The file has no rows: the first line names the columns.');
  if (rows.length > CSV_ROWS_MAX) {
    throw new AppError(
      'tooManyValues',
      `The file has ${rows.length} rows: at most ${CSV_ROWS_MAX} are read at a time.`,
    );
  }
  const known = new Set(columns.map((name) => name.toLowerCase()));
  for (const name of ['username', 'email']) {
    if (!known.has(name))
      throw new AppError('invalidBody', `The file has no column ${quote(name)}.`, { attribute: name });
  }
  const users = rows.map(({ cells, line }) =>
    toUser(
      columns.map((name, index) => [name, cells[index] ?? '']),
      line,
    ),
  );
  const ignoredColumns = columns.filter((name) => name !== '' && !isKnown(name));
  return { users: withAwaitedManagers(users), ignoredColumns };
}

/** The separator that is most frequent in the line of the names. */
function delimiterOf(text: string): string {
  const header = text.slice(0, CSV_RECORD_LENGTH_MAX).split(/\r?\n/, 1)[0] ?? '';
  const count = (one: string) => header.split(one).length;
  return [',', ';', '\t'].toSorted((one, other) => count(other) - count(one))[0] ?? ',';
}

/** Of two columns with one name, one would be lost. */
function uniqueNames(names: readonly string[]): readonly string[] {
  const folded = names.map((name) => name.toLowerCase());
  const twice = names.find((name, index) => name !== '' && folded.indexOf(name.toLowerCase()) !== index);
  if (twice === undefined) return names;
  throw new AppError('invalidBody', `The file has the column ${quote(twice)} twice.`, { attribute: twice });
}

/** Managers who are in the file themselves, further down or further up, may come later than those who report to them. */
function withAwaitedManagers(users: readonly CsvUser[]): readonly CsvUser[] {
  const usernames = new Map<string, string>();
  for (const { body } of users) {
    const { username, email } = body;
    if (typeof username !== 'string') continue;
    usernames.set(fold(username), username);
    if (typeof email === 'string') usernames.set(fold(email), username);
  }
  return users.map((user) => {
    const { manager } = user.body;
    const awaitedManager = typeof manager === 'string' ? usernames.get(fold(manager)) : undefined;
    return awaitedManager === undefined || awaitedManager === user.body['username']
      ? user
      : { ...user, awaitedManager };
  });
}

function isKnown(column: string): boolean {
  const name = column.toLowerCase();
  return (
    Object.hasOwn(plain, name) ||
    numbers.has(name) ||
    flags.has(name) ||
    phonePattern.test(name) ||
    addressOf(name) !== undefined ||
    /^(group\d*|attribute\d+_(name|value))$/.test(name)
  );
}

/** The type of an address, its key among those of the row, and the part of it. */
function addressOf(name: string) {
  const { type, number = '', part = '' } = addressPattern.exec(name)?.groups ?? {};
  const field = Object.hasOwn(addressParts, part) ? addressParts[part] : undefined;
  return type === undefined || field === undefined ? undefined : { type, key: type + number, field };
}

/** What the cells of a row say, before they are a user. */
interface Draft {
  readonly body: Record<string, JsonValue>;
  readonly addresses: Map<string, Record<string, JsonValue>>;
  readonly phoneNumbers: JsonObject[];
  readonly attributes: Map<string, { name?: string; value?: string }>;
  readonly groups: string[];
}

function readCell(draft: Draft, name: string, value: string): void {
  const address = addressOf(name);
  const attribute = /^attribute(?<number>\d+)_(?<part>name|value)$/.exec(name)?.groups;
  const field = Object.hasOwn(plain, name) ? plain[name] : undefined;
  const phone = phonePattern.exec(name)?.groups?.['type'];
  if (field !== undefined) draft.body[field] = field === 'state' ? value.toUpperCase() : value;
  else if (numbers.has(name)) draft.body[name] = /^\d+$/.test(value) ? Number(value) : value;
  else if (flags.has(name)) draft.body[name] = flagOf(value);
  else if (phone !== undefined) draft.phoneNumbers.push({ type: phone, number: value });
  else if (address !== undefined) {
    const { type, key, field: part } = address;
    draft.addresses.set(key, { ...draft.addresses.get(key), type, [part]: value });
  } else if (attribute !== undefined) {
    const key = attribute['number'] ?? '';
    draft.attributes.set(key, { ...draft.attributes.get(key), [attribute['part'] ?? '']: value });
  } else if (/^group\d*$/.test(name)) draft.groups.push(value);
}

/** What is neither yes nor no stays as it is, and is refused as no flag. */
function flagOf(value: string): boolean | string {
  if (/^(true|yes|1)$/i.test(value)) return true;
  return /^(false|no|0)$/i.test(value) ? false : value;
}

function toUser(row: Row, line: number): CsvUser {
  const draft: Draft = { body: {}, addresses: new Map(), phoneNumbers: [], attributes: new Map(), groups: [] };
  for (const [column, value] of row) {
    if (value !== '') readCell(draft, column.toLowerCase(), unguardFormula(value));
  }
  const { body, addresses, phoneNumbers, attributes, groups } = draft;
  const errors = [...attributes].flatMap(([number, { name, value }]) => {
    if (name !== undefined && value !== undefined) return [];
    return [`Attribute${number} has a ${name === undefined ? 'value but no name' : 'name but no value'}`];
  });
  const complete = [...attributes.values()].flatMap(({ name, value }): JsonObject[] =>
    name === undefined || value === undefined ? [] : [{ name, value }],
  );
  return {
    line,
    body: {
      ...body,
      ...(addresses.size > 0 && { addresses: [...addresses.values()] }),
      ...(phoneNumbers.length > 0 && { phoneNumbers }),
      ...(complete.length > 0 && { attributes: complete }),
    },
    groups,
    errors,
  };
}
