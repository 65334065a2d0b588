import { broadColumns, fewForEachOrganization, smallTables } from './plan-tables.ts';

/** How a plan reads one table. */
export interface TableAccess {
  readonly table: string;
  /** The index; undefined for a scan of the table. */
  readonly index: string | undefined;
  /** The first column of the index. */
  readonly leading: string | undefined;
  /** Columns of the index that are compared for equality. */
  readonly equal: readonly string[];
  /** Columns of the index that are compared in any way. */
  readonly compared: readonly string[];
}

export interface Plan {
  readonly accesses: readonly TableAccess[];
  /** True if rows are sorted instead of being read in order. */
  readonly sorts: boolean;
  readonly text: string;
}

/** Returns the faults of a plan; none if it is allowed. */
export function faultsOf(sql: string, { accesses, sorts }: Plan): readonly string[] {
  // The plan of SQLite for an INSERT includes reads of rows that may refer to the new row. SQLite performs these reads only after a
  // deferred violation of a foreign key.
  if (/^\s*insert into [^(]*\([^)]*\) values/i.test(sql) && !/\bselect\b/i.test(sql)) return [];
  const growing = accesses.filter(({ table }) => !Object.hasOwn(smallTables, table) && !isCatalog(table));
  const faults = growing.flatMap((access) => faultOf(sql, access) ?? []);
  if (sorts && growing.some(readsMany)) {
    faults.push('it sorts a set of rows that grows, instead of reading an index in order');
  }
  return faults;
}

/** True for the system tables of PostgreSQL, which grow with the number of tables and not with the number of rows. */
function isCatalog(table: string): boolean {
  return table.startsWith('pg_');
}

/** True if the plan reads the rows of one or all organizations in this table, and not only those of one user, group or job. */
function readsMany({ table, equal }: TableAccess): boolean {
  return !Object.hasOwn(fewForEachOrganization, table) && !equal.some((column) => !broadColumns.has(column));
}

function faultOf(sql: string, access: TableAccess): string | undefined {
  const { table, index, leading, equal, compared } = access;
  const place = `${table}${index === undefined ? '' : ` by ${index}`}`;
  if (index === undefined || compared.length === 0) {
    return `it reads all rows of ${place}, those of every organization`;
  }
  if (leading !== undefined && !compared.includes(leading)) {
    return `it walks through the whole index of ${place}, because it does not compare ${leading}, the first column of the index`;
  }
  // A purge of old rows needs no limit, because it reads only the rows that it deletes.
  const isPurge = /^\s*delete from /i.test(sql) && compared.length > equal.length;
  if (!readsMany(access) || isPurge || /\blimit\b/i.test(sql)) return undefined;
  return equal.length === 0
    ? `it reads a range of ${place} in every organization, without a limit`
    : `it reads all rows of an organization or a tenant in ${place}, without a limit`;
}
