import { csvText } from '#base/csv-text.ts';
import { AppError, quote } from '#base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { findGroupsOf } from '#directory/membership-store.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
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

/** Users that an export reads at a time. */
const EXPORT_PAGE = 500;

/** What an import takes; never a password. */
const fields = [...plainColumns.filter((name) => name !== 'password'), ...numberColumns, ...flagColumns];
/** What an import does not take, for who asks for it. */
const details = ['passwordStatus', 'creationSource', 'created', '_id'] as const;
/** Columns that every file has; those of more groups, attributes, phones and addresses come after them. */
const columns: readonly string[] = [
  ...fields,
  ...templateAddressTypes.flatMap((type) => addressColumnParts.map((part) => `${type}_${part}`)),
  ...templatePhoneTypes.map((type) => `${type}_number`),
];

type Cells = ReadonlyMap<string, string>;
type DesiredObject = Omit<SystemUserQuery, 'skip' | 'limit'>;

/**
 * A CSV file of users that an import makes the same users of. It is written as it is read, so the users are read twice: first
 * for the columns that they need.
 */
export async function* exportUsers(
  deps: DirectoryDeps,
  organizationId: string,
  wanted: DesiredObject,
  withDetails: boolean,
): AsyncGenerator<string> {
  const needed = new Set<string>();
  for await (const page of readPages(deps, organizationId, wanted)) {
    for (const name of page.flatMap((cells) => [...cells.keys()])) needed.add(name);
  }
  for (const name of [...columns, ...details]) needed.delete(name);
  // Not with the file: to make one is a hundredth of what a start takes.
  const byName = new Intl.Collator('en', { numeric: true });
  const header = [...columns, ...[...needed].toSorted(byName.compare), ...(withDetails ? details : [])];
  const known = new Set([...header, ...details]);
  yield csvText([header]);
  for await (const page of readPages(deps, organizationId, wanted)) {
    yield csvText(page.map((cells) => toRow(cells, header, known)));
  }
}

/** A file that ends early is seen; one that leaves something out is not. */
function toRow(cells: Cells, header: readonly string[], known: ReadonlySet<string>): readonly string[] {
  const unknown = [...cells.keys()].find((name) => !known.has(name));
  if (unknown === undefined) return header.map((name) => cells.get(name) ?? '');
  throw new AppError('unavailable', `A user got ${quote(unknown)} while the file was written: export it again.`);
}

async function* readPages(
  deps: DirectoryDeps,
  organizationId: string,
  wanted: DesiredObject,
): AsyncGenerator<readonly Cells[]> {
  for (let skip = 0; ; skip += EXPORT_PAGE) {
    const { users } = await listSystemUsers(deps.database, organizationId, { ...wanted, skip, limit: EXPORT_PAGE });
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
      // A manager who is yet to come stays what the source calls them.
      const known = typeof manager === 'string' ? managers.get(manager) : undefined;
      return cellsOf(
        known === undefined ? user : { ...user, manager: known },
        direct.map(({ display }) => display),
      );
    });
    if (users.length < EXPORT_PAGE) return;
  }
}

/** The cells of a user that are not empty, by their columns. */
function cellsOf(user: JsonObject, groups: readonly string[]): Cells {
  const phones = numbered(user['phoneNumbers'], phoneTypes).map(([type, number, phone]): Cell => [
    `${type}_number${number}`,
    phone['number'],
  ]);
  const addresses = numbered(user['addresses'], addressTypes).flatMap(([type, number, address]) =>
    addressColumnParts.map((part): Cell => [`${type}${number}_${part}`, address[part]]),
  );
  // An attribute without a value is none in a file.
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

/** Elements with the type of their column, and a number from the second of a type on. */
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

/** Line breaks in cells are those that an import has. */
function textOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : JSON.stringify(value);
}
