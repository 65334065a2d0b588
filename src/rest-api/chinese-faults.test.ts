import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { chinese } from '#base/reasons/zh/fragments.ts';
import { allRoutes } from './all-routes.ts';

const values: readonly unknown[] = [
  undefined,
  null,
  -1,
  0.5,
  1e12,
  '',
  '\0\n',
  'x',
  'x'.repeat(70_000),
  false,
  [],
  [''],
  [1],
  {},
  { other: 1 },
];

/** Returns what the schema of a field says about values of all kinds, each message once. */
function faultsOf(schema: z.ZodType): ReadonlySet<string> {
  return new Set(values.flatMap((value) => schema.safeParse(value).error?.issues.map(({ message }) => message) ?? []));
}

function fieldsOf(schema: unknown): readonly (readonly [string, z.ZodType])[] {
  if (!(schema instanceof z.ZodType)) return [];
  const fields = schema instanceof z.ZodObject ? Object.entries(schema.shape as Record<string, z.ZodType>) : [];
  return [['', schema], ...fields];
}

describe('what is wrong with a request', () => {
  const routes = allRoutes.map(({ method, path, query, body }) => [`${method} ${path}`, { query, body }] as const);

  test.each(routes)('%s says it in Chinese', (_name, parts) => {
    const untranslated = Object.values(parts)
      .flatMap(fieldsOf)
      .flatMap(([name, schema]) =>
        [...faultsOf(schema)].filter((fault) => chinese(fault) === fault).map((fault) => `${name}: ${fault}`),
      );
    expect(untranslated).toEqual([]);
  });
});
