import { expect, test } from 'vitest';
import type { z } from 'zod';
import { systemClock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { graphRoutes } from '#entra/graph-api/all-graph-routes.ts';
import { OnDemandLimit } from '#entra/graph-api/on-demand-limit.ts';
import { ManualCycles } from '#entra/graph-api/manual-cycles.ts';
import { loopbackAccess } from '#entra/wire/loopback-access.fixture.ts';
import { allRoutes } from './all-routes.ts';
import { readPart } from './read-part.ts';

/** Wordings of the validation library, which no response should contain. */
const raw = /Invalid|Unrecognized|expected .*received|Too small|Too big|undefined|ZodError/;

/** Values of every type, including texts, numbers and lists that are too short, too long, too small or too large. */
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

/** Yields values that each violate a schema in one place: at the top level, in one field or in one list element. */
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
    // The inner schema describes the same place, and the values for this place were already yielded.
    if (inner !== undefined) yield* brokenWithin(inner, depth + 1);
  }
}

/** Results of `rawMessage`, by part of the request and schema. They are cached because many routes share a schema. */
const messageCache = new Map<string, Map<z.ZodType, string | undefined>>();

/** Returns the first message of a schema that contains the library's wording, or undefined if no message does. */
function rawMessage(schema: z.ZodType, where: 'path' | 'query' | 'body'): string | undefined {
  const found = messageCache.get(where) ?? new Map<z.ZodType, string | undefined>();
  messageCache.set(where, found);
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
  cycles: new ManualCycles(),
  mode: 'on',
  offText: '',
  access: loopbackAccess(),
});
const routes = [...allRoutes, ...graph];

test('no route refuses a request in the wording of the validation library', () => {
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
