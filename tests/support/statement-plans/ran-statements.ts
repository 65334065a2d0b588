import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '#database/engine.ts';
import { keyOf, linesOf, plansFolder } from './checked-statements.ts';
import type { RecordedStatement } from './statement-recorder.ts';

/** What the tests of a run had run on one engine. */
interface Ran {
  /** The functions of the product, each with the keys of its statements. */
  readonly functions: ReadonlyMap<string, ReadonlySet<string>>;
  readonly keys: ReadonlySet<string>;
}

/** Notes which functions of the product ran a statement on an engine, for {@link functionsOnSqliteAlone} at the end of the run. */
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
 * The functions of the product whose statements the tests of the run ran on SQLite and never on PostgreSQL, in the order of
 * their names. A statement that several functions share counts for all of them. A function that returns a promise without
 * awaiting it may be missing from the stack on PostgreSQL, whose statements are sent later: its caller is named there.
 */
export function functionsOnSqliteAlone(folder: string): readonly string[] {
  const [sqlite, postgres] = [ranOn(folder, 'sqlite'), ranOn(folder, 'postgres')];
  return [...sqlite.functions]
    .filter(([name, keys]) => !postgres.functions.has(name) && keys.isDisjointFrom(postgres.keys))
    .map(([name]) => name)
    .toSorted();
}

function ranOn(folder: string, engine: Engine['name']): Ran {
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

/** The same for both engines, which differ in how they number parameters. */
function sharedKeyOf(sql: string): string {
  return keyOf(sql.replaceAll(/\$\d+/g, '?'));
}
