import { hash } from 'node:crypto';
import type { Compilable, CompiledQuery } from 'kysely';
import type { Database } from './database.ts';
import { engineAdapterOf } from './engine.ts';
import { withPreparedMark } from './prepared-mark.ts';

/** Stands for a value that is not known when a statement is built. */
class Parameter {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** The values that a statement will have, by name. */
export type Parameters<Values> = { readonly [Name in keyof Values]: Values[Name] };

interface Built<Row> {
  readonly query: CompiledQuery<Row>;
  readonly parametersOf: (values: object) => readonly unknown[];
}

/**
 * A statement that is built once for each engine, and run with other values each time: building one with Kysely costs
 * more than most of ours take to run. `build` gets a stand-in for each value, and must not look at it.
 */
export function prepared<Values extends object, Row>(
  build: (database: Database, values: Parameters<Values>) => Compilable<Row>,
  isCommand = false,
): (database: Database, values: Values) => Promise<readonly Row[]> {
  const builtByAdapter = new WeakMap<object, Built<Row>>();
  return async (database, values) => {
    const adapter = engineAdapterOf(database);
    let built = builtByAdapter.get(adapter);
    if (built === undefined) {
      const compiled = build(database, standIns<Values>()).compile();
      const query = withPreparedMark(compiled, { preparedName: nameOf(compiled), isCommand });
      built = { query, parametersOf: parameterReader(query.parameters) };
      builtByAdapter.set(adapter, built);
    }
    const parameters = built.parametersOf(values);
    const rows = adapter.run?.(built.query.sql, parameters, database.isTransaction);
    if (rows !== undefined) return rows as readonly Row[];
    return (await database.executeQuery<Row>({ ...built.query, parameters })).rows;
  };
}

/**
 * The same for a statement whose result nobody needs: within a transaction a server that is elsewhere is told of it and not
 * waited for. What it fails with is thrown when the transaction ends, at the latest.
 */
export function preparedCommand<Values extends object>(
  build: (database: Database, values: Parameters<Values>) => Compilable<unknown>,
): (database: Database, values: Values) => Promise<void> {
  const run = prepared(build, true);
  return async (database, values) => {
    await run(database, values);
  };
}

/** The same for the same text, whichever process or version of Tanhua built it. */
function nameOf({ sql }: CompiledQuery): string {
  return `tanhua_${hash('sha256', sql).slice(0, 32)}`;
}

function parameterReader(parameters: readonly unknown[]): (values: object) => readonly unknown[] {
  return (values) =>
    parameters.map((value) => (value instanceof Parameter ? values[value.name as keyof typeof values] : value));
}

function standIns<Values extends object>(): Parameters<Values> {
  return new Proxy({}, { get: (_target, name) => new Parameter(String(name)) }) as Parameters<Values>;
}
