import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '#database/engine.ts';
import { keyOf, linesOf, plansFolder } from './checked-statements.ts';
import type { RecordedStatement } from './statement-recorder.ts';

/** The statements that the tests of a run have run on one engine. */
interface RanStatements {
  /** The keys of the statements of each function of the program. */
  readonly functions: ReadonlyMap<string, ReadonlySet<string>>;
  readonly keys: ReadonlySet<string>;
}

/** Records which functions of the program ran which statements on an engine, for {@link functionsRunOnlyOnSqlite} at the end of the run. */
export function recordRun(
  engine: Engine['name'],
  statements: readonly RecordedStatement[],
  folder: string | undefined = plansFolder(),
): void {
  if (folder === undefined || statements.length === 0) return;
  const lines = statements.map(({ source, sql }) => `${sharedKeyOf(sql)}\t${source}\n`);
  appendFileSync(fileOf(folder, engine), lines.join(''));
}

/**
 * Returns the functions of the program whose statements ran on SQLite but never on PostgreSQL during the run, sorted by name. A
 * statement that several functions share counts for all of them. On PostgreSQL, statements are sent later: if a function returns a
 * promise without awaiting it, the stack may no longer contain the function, and its caller is recorded instead.
 */
export function functionsRunOnlyOnSqlite(folder: string): readonly string[] {
  const [sqlite, postgres] = [ranOn(folder, 'sqlite'), ranOn(folder, 'postgres')];
  return [...sqlite.functions]
    .filter(([name, keys]) => !postgres.functions.has(name) && keys.isDisjointFrom(postgres.keys))
    .map(([name]) => name)
    .toSorted();
}

function ranOn(folder: string, engine: Engine['name']): RanStatements {
  const functions = new Map<string, Set<string>>();
  const keys = new Set<string>();
  for (const line of linesOf(fileOf(folder, engine))) {
    const [key = '', name = ''] = line.split('\t');
    keys.add(key);
    functions.set(name, (functions.get(name) ?? new Set<string>()).add(key));
  }
  return { functions, keys };
}

function fileOf(folder: string, engine: Engine['name']): string {
  return join(folder, `${engine}-ran`);
}

/** Returns the same key for both engines, although they write parameters differently. */
function sharedKeyOf(sql: string): string {
  return keyOf(sql.replaceAll(/\$\d+/g, '?'));
}
