import { expect, test } from 'vitest';
import type { Difference } from '#entra/engine/compare.ts';
import { describeComparison } from './comparison-text.ts';

const none = {
  sourceId: null,
  targetId: 't1',
  attribute: null,
  expected: null,
  actual: null,
  memberName: null,
} as const;
const describeDifferences = (total: number, ...differences: readonly Difference[]) =>
  describeComparison({ compared: { User: 1, Group: 1 }, found: { User: 2, Group: 1 }, total, differences });

test.for<readonly [Difference, string]>([
  [
    { ...none, type: 'User', kind: 'extra', name: 'ann.meier' },
    'User ann.meier (id t1) is extra: the target has it, and no user of the tenant is linked with it.',
  ],
  [
    { ...none, type: 'Group', kind: 'missing', name: 'Sales' },
    'Group Sales is missing: the tenant has it in scope, and the target does not have it.',
  ],
  [
    { ...none, type: 'User', kind: 'differs', name: 'bob', attribute: 'title', expected: 'A', actual: 'B' },
    'User bob: title is B, not A.',
  ],
  [
    { ...none, type: 'User', kind: 'differs', name: 'bob', attribute: 'title', expected: 'A' },
    'User bob: title lacks A.',
  ],
  [
    { ...none, type: 'Group', kind: 'differs', name: 'Sales', attribute: 'members', actual: 'u1', memberName: 'bob' },
    'Group Sales: members has bob (id u1), which the tenant does not have there.',
  ],
  [
    { ...none, type: 'Group', kind: 'differs', name: 'Sales', attribute: 'members', expected: 'u1', memberName: 'bob' },
    'Group Sales: members lacks bob (id u1).',
  ],
])('describeComparison describes this difference in one sentence: %j', ([difference, text]) => {
  expect(describeDifferences(1, difference).split('\n').slice(1)).toEqual(['1 difference:', text]);
});

test('describeComparison counts the differences that it does not list', () => {
  const lines = describeDifferences(3, { ...none, type: 'User', kind: 'extra', name: 'ann' }).split('\n');
  expect([lines[1], lines.at(-1)]).toEqual(['3 differences:', '… and 2 more.']);
});
