import { broadColumns, organizationColumns, smallTables } from './plan-tables.ts';

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
  if (/^\s*insert into [^(]*\([^)]*\) values/i.test(sql)) return [];
  const faults: string[] = [];
  const growing = accesses.filter(({ table }) => !Object.hasOwn(smallTables, table));
  let readsMany = false;
  for (const { table, index, leading, equal, compared } of growing) {
    const place = `${table}${index === undefined ? '' : ` by ${index}`}`;
    if (index === undefined || compared.length === 0) {
      faults.push(`it reads all rows of ${place}, those of every organization`);
    } else if (leading !== undefined && !compared.includes(leading)) {
      faults.push(`it walks through the whole index of ${place}: ${leading}, its first column, is not compared`);
    } else if (!equal.some((column) => !broadColumns.has(column))) {
      readsMany = true;
      if (/\blimit\b/i.test(sql)) continue;
      if (equal.length === 0) {
        faults.push(`it reads a range of ${place} in every organization, without a limit`);
      } else if (equal.every((column) => organizationColumns.has(column))) {
        faults.push(`it reads all that an organization or a tenant has in ${place}, without a limit`);
      }
    }
  }
  if (readsMany && sorts) faults.push('it sorts a set of rows that grows, instead of reading an index in order');
  return faults;
}
