import { unguardFormula } from '#base/csv-text.ts';
import { quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { readCsv } from '#base/read-csv.ts';
import { TranslatedError, type Messages } from '#base/translated-error.ts';
import {
  addressColumnParts,
  addressTypes,
  flagColumns,
  numberColumns,
  phoneTypes,
  plainColumns,
} from './user-csv-columns.ts';

/** The maximum number of users in a file, and the maximum length of a record in bytes. */
export const CSV_ROWS_MAX = 10_000;
export const CSV_RECORD_LENGTH_MAX = 200_000;

const plain: Readonly<Partial<Record<string, string>>> = byLowerCase(plainColumns);
const numbers: ReadonlySet<string> = new Set(numberColumns);
const flags: ReadonlySet<string> = new Set(flagColumns);
/** `city` and `state` are aliases in the legacy directory's template. */
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

/** A user that was read from a row of a CSV file. */
export interface CsvUser {
  /** The number of the line in the file; the header is line 1. */
  readonly line: number;
  /** The user, in the format of the REST API. */
  readonly body: JsonObject;
  /** The names of the user's groups. */
  readonly groups: readonly string[];
  /** The username of the manager, if the manager is in the same file. */
  readonly awaitedManager?: string | undefined;
  /** Say what is wrong with the row, as far as it can be found without reading the directory. */
  readonly errors: readonly ((messages: Messages) => string)[];
}

export interface CsvFile {
  readonly users: readonly CsvUser[];
  /** The names of unknown columns, whose values are not imported. */
  readonly ignoredColumns: readonly string[];
}

/** The cells of a row, each with the name of its column. */
type Row = readonly (readonly [string, string])[];

/**
 * Reads a CSV file of users whose first line contains the column names. Throws `invalidBody` (400), which names the line and the
 * column, if the file cannot be read, and `tooManyValues` for more than CSV_ROWS_MAX rows.
 *
 * @example
 * readUserCsv('username,email\nann,ann@contoso.example').users[0]?.body; // { username: 'ann', email: 'ann@contoso.example' }
 */
export function readUserCsv(text: string): CsvFile {
  const [first, ...rows] = readCsv(text, { delimiter: delimiterOf(text), recordLengthMax: CSV_RECORD_LENGTH_MAX });
  const columns = uniqueNames(first?.cells ?? []);
  if (rows.length === 0) throw new TranslatedError('invalidBody', ({ admin }) => admin.csv.empty);
  if (rows.length > CSV_ROWS_MAX) {
    throw new TranslatedError('tooManyValues', ({ admin }) => admin.csv.tooManyRows(rows.length, CSV_ROWS_MAX));
  }
  const known = new Set(columns.map((name) => name.toLowerCase()));
  for (const name of ['username', 'email']) {
    if (!known.has(name))
      throw new TranslatedError('invalidBody', ({ admin }) => admin.csv.noColumn(quote(name)), { attribute: name });
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

/** Returns the separator that is most frequent in the header line. */
function delimiterOf(text: string): string {
  const header = text.slice(0, CSV_RECORD_LENGTH_MAX).split(/\r?\n/, 1)[0] ?? '';
  const count = (one: string) => header.split(one).length;
  return [',', ';', '\t'].toSorted((one, other) => count(other) - count(one))[0] ?? ',';
}

/** Throws `invalidBody` (400) if two columns have the same name, because the values of one column would be lost. */
function uniqueNames(names: readonly string[]): readonly string[] {
  const folded = names.map((name) => name.toLowerCase());
  const twice = names.find((name, index) => name !== '' && folded.indexOf(name.toLowerCase()) !== index);
  if (twice === undefined) return names;
  throw new TranslatedError('invalidBody', ({ admin }) => admin.csv.columnTwice(quote(twice)), { attribute: twice });
}

/** Sets `awaitedManager` for users whose manager is also in the file, because the manager may be created after the user. */
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

/** Returns the parts of the name of an address column; undefined for other columns. `key` identifies an address within the row. */
function addressOf(name: string) {
  const { type, number = '', part = '' } = addressPattern.exec(name)?.groups ?? {};
  const field = Object.hasOwn(addressParts, part) ? addressParts[part] : undefined;
  return type === undefined || field === undefined ? undefined : { type, key: type + number, field };
}

/** The values that have been read from a row so far. */
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

/** Converts a cell to a boolean. Returns other texts unchanged, so that the validation of the user rejects them. */
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
    const missing = name === undefined ? 'attributeWithoutName' : 'attributeWithoutValue';
    return [({ files }: Messages) => files[missing](number)];
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
