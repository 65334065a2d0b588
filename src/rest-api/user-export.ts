import { csvText } from '#base/csv-text.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { findGroupsOf } from '#directory/membership-store.ts';
import type { DirectoryDeps, StoredUser } from '#directory/stored.ts';
import { listSystemUsers, type SystemUserQuery } from '#directory/system-user-list-store.ts';
import { showSystemUsers } from '#directory/system-users.ts';
import {
  addressColumnParts,
  addressTypes,
  flagColumns,
  numberColumns,
  phoneTypes,
  plainColumns,
  templateAddressTypes,
  templatePhoneTypes,
} from '#directory/user-csv-columns.ts';
import { findUsers } from '#directory/user-store.ts';
import { RowSpool } from './row-spool.ts';

/** The number of users that an export reads per query. */
export const EXPORT_PAGE = 500;

/** Fields that an import accepts, except the password, which is never exported. */
const fields = [...plainColumns.filter((name) => name !== 'password'), ...numberColumns, ...flagColumns];
/** Fields that are exported only on request, because an import ignores them. */
const details = ['passwordStatus', 'creationSource', 'created', '_id'] as const;
/** The columns that every file has. Further columns follow if users need them: groups, attributes, and more phones and addresses. */
export const exportedColumns: readonly string[] = [
  ...fields,
  ...templateAddressTypes.flatMap((type) => addressColumnParts.map((part) => `${type}_${part}`)),
  ...templatePhoneTypes.map((type) => `${type}_number`),
];

type Cells = ReadonlyMap<string, string>;
type UserSelection = Omit<SystemUserQuery, 'skip' | 'limit'>;
/** The exported users, page by page. */
export type UserPages = AsyncIterable<readonly StoredUser[]>;

/**
 * Yields the lines of a CSV file. An import of the file creates the same users. The first line names the columns that the users need, so
 * that all users are read before it, and kept compressed.
 */
export async function* exportUsers(
  deps: DirectoryDeps,
  organizationId: string,
  pages: UserPages,
  withDetails: boolean,
): AsyncGenerator<string> {
  const spool = new RowSpool();
  for await (const page of readCells(deps, organizationId, pages)) spool.add(page);
  const needed = new Set(spool.columns);
  for (const name of [...exportedColumns, ...details]) needed.delete(name);
  // The collator is not created when the module loads, because creating it takes 1% of the process's start time.
  const byName = new Intl.Collator('en', { numeric: true });
  const header = [...exportedColumns, ...[...needed].toSorted(byName.compare), ...(withDetails ? details : [])];
  yield csvText([header]);
  for (const rows of spool.pages(header)) yield csvText(rows);
}

/** Yields the users that a list selects, page by page. */
export async function* listedPages(
  { database }: DirectoryDeps,
  organizationId: string,
  selection: UserSelection,
): AsyncGenerator<readonly StoredUser[]> {
  for (let skip = 0; ; skip += EXPORT_PAGE) {
    const { users } = await listSystemUsers(database, organizationId, { ...selection, skip, limit: EXPORT_PAGE });
    yield users;
    if (users.length < EXPORT_PAGE) return;
  }
}

async function* readCells(
  deps: DirectoryDeps,
  organizationId: string,
  pages: UserPages,
): AsyncGenerator<readonly Cells[]> {
  for await (const users of pages) {
    const ids = users.map(({ id }) => id);
    const groups = Map.groupBy(await findGroupsOf(deps.database, ids), ({ userId }) => userId);
    const shown = await showSystemUsers(deps, organizationId, users);
    const managerIds = shown.flatMap(({ manager }) => (typeof manager === 'string' ? [manager] : []));
    const managers = new Map(
      (await findUsers(deps.database, organizationId, [...new Set(managerIds)])).map(({ id, username }) => [
        id,
        username,
      ]),
    );
    yield shown.map((user, index) => {
      const direct = (groups.get(ids[index] ?? '') ?? []).filter((group) => group.direct);
      const { manager } = user;
      // If the manager does not exist yet, exports the reference in the form in which the source sent it.
      const known = typeof manager === 'string' ? managers.get(manager) : undefined;
      return cellsOf(
        known === undefined ? user : { ...user, manager: known },
        direct.map(({ display }) => display),
      );
    });
  }
}

/** Returns the non-empty cells of a user by column name. */
function cellsOf(user: JsonObject, groups: readonly string[]): Cells {
  const phones = numbered(user['phoneNumbers'], phoneTypes).map(([type, number, phone]): Cell => [
    `${type}_number${number}`,
    phone['number'],
  ]);
  const addresses = numbered(user['addresses'], addressTypes).flatMap(([type, number, address]) =>
    addressColumnParts.map((part): Cell => [`${type}${number}_${part}`, address[part]]),
  );
  // Leaves out attributes with an empty value, because a CSV file cannot represent them.
  const attributes = objectsOf(user['attributes'])
    .filter(({ value }) => textOf(value) !== '')
    .flatMap(({ name, value }, index): Cell[] => [
      [`Attribute${index + 1}_name`, name],
      [`Attribute${index + 1}_value`, value],
    ]);
  const cells: readonly Cell[] = [
    ...[...fields, ...details].map((name): Cell => [name, user[name]]),
    ...phones,
    ...addresses,
    ...groups.map((name, index): Cell => [`Group${index + 1}`, name]),
    ...attributes,
  ];
  return new Map(cells.map(([name, value]) => [name, textOf(value)] as const).filter(([, text]) => text !== ''));
}

type Cell = readonly [string, JsonValue | undefined];

/** Returns each element with the type and the number in its column names. The first element of a type has no number. */
function numbered(
  list: JsonValue | undefined,
  types: readonly string[],
): readonly (readonly [string, string, JsonObject])[] {
  const seen = new Map<string, number>();
  return objectsOf(list).map((element) => {
    const sent = textOf(element['type']).toLowerCase();
    const type = types.includes(sent) ? sent : 'other';
    const count = (seen.get(type) ?? 0) + 1;
    seen.set(type, count);
    return [type, count === 1 ? '' : String(count), element];
  });
}

function objectsOf(list: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** Returns the text of a cell, with the line breaks that an import uses. */
function textOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : JSON.stringify(value);
}
