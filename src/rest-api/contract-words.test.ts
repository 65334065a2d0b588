import { expect, test } from 'vitest';
import type { z } from 'zod';
import { systemClock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { graphRoutes } from '#entra/graph-api/all-graph-routes.ts';
import { OnDemandLimit } from '#entra/graph-api/on-demand-limit.ts';
import { SingleCycles } from '#entra/graph-api/single-cycles.ts';
import { loopbackAccess } from '#entra/wire/loopback-access.fixture.ts';
import { allRoutes } from './all-routes.ts';
import { readPart } from './read-part.ts';

/** How the validation library says it. */
const raw = /Invalid|Unrecognized|expected .*received|Too small|Too big|undefined|ZodError/;

/** Values of every type, too short, too long, too small and too large. */
const values: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  0.5,
  1e12,
  '',
  'x',
  'x'.repeat(100_001),
  [],
  {},
  [[]],
  Array.from({ length: 20_000 }, () => 'x'),
];

interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
}

const DEPTH_MAX = 4;

/** Values that break a schema at one place each: at the top, in one field, in one element. */
function* brokenValues(schema: z.ZodType, depth = 0): Generator<unknown> {
  yield* values;
  yield* brokenWithin(schema, depth);
}

function* brokenWithin(schema: z.ZodType, depth: number): Generator<unknown> {
  if (depth === DEPTH_MAX) return;
  const { shape, element, innerType, in: input, valueType, options } = schema.def as unknown as Definition;
  for (const [name, field] of Object.entries(shape ?? {})) {
    for (const value of brokenValues(field, depth + 1)) yield { [name]: value };
  }
  if (shape !== undefined) yield { unknown: 1 };
  for (const inner of [element].flatMap((one) => one ?? [])) {
    for (const value of brokenValues(inner, depth + 1)) yield [value];
  }
  for (const inner of [valueType].flatMap((one) => one ?? [])) {
    for (const value of brokenValues(inner, depth + 1)) yield { key: value };
  }
  for (const inner of [innerType, input, ...(options ?? [])]) {
    // At the same place, where the values themselves have been tried.
    if (inner !== undefined) yield* brokenWithin(inner, depth + 1);
  }
}

/** What was found of a contract: many routes have one in common. */
const foundOf = new Map<string, Map<z.ZodType, string | undefined>>();

/** The first message of a contract that has the library's own words. */
function rawMessage(schema: z.ZodType, where: 'path' | 'query' | 'body'): string | undefined {
  const found = foundOf.get(where) ?? new Map<z.ZodType, string | undefined>();
  foundOf.set(where, found);
  if (!found.has(schema)) found.set(schema, searchRawMessage(schema, where));
  return found.get(schema);
}

function searchRawMessage(schema: z.ZodType, where: 'path' | 'query' | 'body'): string | undefined {
  for (const value of brokenValues(schema)) {
    try {
      readPart(schema, value, where);
    } catch (error) {
      if (!(error instanceof AppError) || raw.test(error.message)) return String(error).slice(0, 300);
    }
  }
  return undefined;
}

const graph = graphRoutes({
  onDemand: new OnDemandLimit(systemClock),
  cycles: new SingleCycles(),
  mode: 'on',
  offText: '',
  access: loopbackAccess(),
});
const routes = [...allRoutes, ...graph];

test('no contract of a route answers with the words of the validation library', () => {
  const found = routes.flatMap(({ method, path, params, query, body }) =>
    (
      [
        ['path', params],
        ['query', query],
        ['body', body],
      ] as const
    ).flatMap(([where, schema]) => {
      const message = schema && rawMessage(schema, where);
      return message === undefined ? [] : [`${method} ${path}: ${message}`];
    }),
  );
  expect(found).toEqual([]);
});
