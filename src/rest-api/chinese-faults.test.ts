import { describe, expect, test } from 'vitest';
import { systemClock } from '#base/clock.ts';
import { chinese } from '#base/reasons/zh/fragments.ts';
import { graphRoutes } from '#entra/graph-api/all-graph-routes.ts';
import { ManualCycles } from '#entra/graph-api/manual-cycles.ts';
import { OnDemandLimit } from '#entra/graph-api/on-demand-limit.ts';
import { loopbackAccess } from '#entra/wire/loopback-access.fixture.ts';
import { allRoutes } from './all-routes.ts';
import { isEnglish, untranslatedFaults } from './chinese-faults.fixture.ts';

const graph = graphRoutes({
  onDemand: new OnDemandLimit(systemClock),
  cycles: new ManualCycles(),
  mode: 'on',
  offText: '',
  access: loopbackAccess(),
});

describe('what is wrong with a request', () => {
  const routes = [...allRoutes, ...graph].map(
    ({ method, path, query, body }) => [`${method} ${path}`, { query, body }] as const,
  );

  test.each(routes)('%s says it in Chinese', (_name, { query, body }) => {
    expect(untranslatedFaults(query, body)).toEqual([]);
  });

  test.each(['must be a whole day', 'must be a text, not one of many', 'is a fault', '必须是 a whole day'])(
    '"%s" counts as English',
    (fault) => {
      expect(isEnglish(chinese(fault))).toBe(true);
    },
  );

  test.each(['must be STATIC', 'must be one of Read Only, Help Desk', 'must be a number, not x'])(
    'the Chinese of "%s" does not',
    (fault) => {
      expect(isEnglish(chinese(fault))).toBe(false);
    },
  );
});
