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
  /** Whether rows are sorted instead of being read in order. */
  readonly sorts: boolean;
  readonly text: string;
}

/** What is wrong with a plan; empty when nothing is. */
export function faultsOf(sql: string, { accesses, sorts }: Plan): readonly string[] {
  // SQLite's plan of an INSERT names the rows that may refer to the new one; it reads them only after a deferred violation.
  if (/^\s*insert into [^(]*\([^)]*\) values/i.test(sql) && !/\bselect\b/i.test(sql)) return [];
  const growing = accesses.filter(({ table }) => !Object.hasOwn(smallTables, table) && !isCatalog(table));
  const faults = growing.flatMap((access) => faultOf(sql, access) ?? []);
  if (sorts && growing.some(readsMany)) {
    faults.push('it sorts a set of rows that grows, instead of reading an index in order');
  }
  return faults;
}

/** PostgreSQL's own tables grow with the number of tables, and not with what is in them. */
function isCatalog(table: string): boolean {
  return table.startsWith('pg_');
}

/** Whether the rows that are read are those of an organization, or of all, and not those of one user, group or job. */
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
    return `it walks through the whole index of ${place}: ${leading}, its first column, is not compared`;
  }
  // A purge of what is too old reads what it deletes, and nothing else.
  const isPurge = /^\s*delete from /i.test(sql) && compared.length > equal.length;
  if (!readsMany(access) || isPurge || /\blimit\b/i.test(sql)) return undefined;
  return equal.length === 0
    ? `it reads a range of ${place} in every organization, without a limit`
    : `it reads all that an organization or a tenant has in ${place}, without a limit`;
}
