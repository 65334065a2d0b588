import { hash } from 'node:crypto';
import type { Compilable, CompiledQuery } from 'kysely';
import type { Database } from './database.ts';
import { engineAdapterOf } from './engine.ts';
import { withStatementInfo } from './prepared-statement-info.ts';

/** A placeholder for a value that is not known when a statement is built. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** The values of a statement, by name. While the statement is built, each value is a placeholder. */
export type Parameters<Values> = { readonly [Name in keyof Values]: Values[Name] };

interface BuiltStatement<Row> {
  readonly query: CompiledQuery<Row>;
  readonly parametersOf: (values: object) => readonly unknown[];
}

/**
 * Returns a function that runs a statement with the given values. The statement is built only once for each engine, because building
 * it with Kysely takes longer than running most of our statements. `build` receives a placeholder for each value. It may pass a
 * placeholder on, but must not inspect it.
 *
 * @example
 * const findUserName = prepared((database, values: { readonly id: string }) =>
 *   database.selectFrom('users').select('user_name').where('id', '=', values.id),
 * );
 * const rows = await findUserName(database, { id }); // [{ user_name: 'ann' }]
 */
export function prepared<Values extends object, Row>(
  build: (database: Database, values: Parameters<Values>) => Compilable<Row>,
  isCommand = false,
): (database: Database, values: Values) => Promise<readonly Row[]> {
  const builtByAdapter = new WeakMap<object, BuiltStatement<Row>>();
  return async (database, values) => {
    const adapter = engineAdapterOf(database);
    let built = builtByAdapter.get(adapter);
    if (built === undefined) {
      const compiled = build(database, placeholders<Values>()).compile();
      const query = withStatementInfo(compiled, { preparedName: nameOf(compiled), isCommand });
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
 * Like `prepared`, for a statement whose result the caller does not need. In a transaction on a database server, the statement is sent
 * without waiting for its result. If it fails, the error is thrown when the transaction ends, at the latest.
 */
export function preparedCommand<Values extends object>(
  build: (database: Database, values: Parameters<Values>) => Compilable<unknown>,
): (database: Database, values: Values) => Promise<void> {
  const run = prepared(build, true);
  return async (database, values) => {
    await run(database, values);
  };
}

/** Returns the name of a prepared statement. Equal SQL has the same name in every process and every version of Tanhua. */
function nameOf({ sql }: CompiledQuery): string {
  return `tanhua_${hash('sha256', sql).slice(0, 32)}`;
}

function parameterReader(parameters: readonly unknown[]): (values: object) => readonly unknown[] {
  return (values) =>
    parameters.map((value) => (value instanceof Placeholder ? values[value.name as keyof typeof values] : value));
}

function placeholders<Values extends object>(): Parameters<Values> {
  return new Proxy({}, { get: (_target, name) => new Placeholder(String(name)) }) as Parameters<Values>;
}
