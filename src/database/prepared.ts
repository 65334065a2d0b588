import type { Compilable, CompiledQuery } from 'kysely';
import type { Database } from './database.ts';

/** Stands for a value that is not known when a statement is built. */
class Parameter {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** The value that a statement will have for a name. */
export type Parameters<Values> = { readonly [Name in keyof Values]: Values[Name] };

/**
 * A statement that is built once for each engine, and run with other values each time: building one with Kysely costs
 * more than most of ours take to run. `build` gets a stand-in for each value, and must not look at it.
 */
export function prepared<Values extends object, Row>(
  build: (database: Database, values: Parameters<Values>) => Compilable<Row>,
): (database: Database, values: Values) => Promise<readonly Row[]> {
  const builtByAdapter = new WeakMap<object, CompiledQuery<Row>>();
  return async (database, values) => {
    const { adapter } = database.getExecutor();
    let built = builtByAdapter.get(adapter);
    if (built === undefined) {
      built = build(database, standIns<Values>()).compile();
      builtByAdapter.set(adapter, built);
    }
    const parameters = built.parameters.map((value) =>
      value instanceof Parameter ? values[value.name as keyof Values] : value,
    );
    const { rows } = await database.executeQuery<Row>({ ...built, parameters });
    return rows;
  };
}

function standIns<Values extends object>(): Parameters<Values> {
  return new Proxy({}, { get: (_target, name) => new Parameter(String(name)) }) as Parameters<Values>;
}
