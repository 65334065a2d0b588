import { describe, expect, test } from 'vitest';
import type { Escrow } from '#entra/graph-api/client-types.ts';
import { causeOf, objectsOf, type Difference } from './compared-objects.ts';

const difference = (change: Partial<Difference>): Difference => ({
  type: 'User',
  kind: 'differs',
  sourceId: 'ann',
  targetId: '1',
  name: 'ann@contoso.example',
  attribute: 'title',
  expected: 'Head',
  actual: null,
  memberName: null,
  ...change,
});
const escrow: Escrow = {
  objectId: 'bob',
  objectTypeName: 'User',
  stage: 'object',
  errorCode: 'EntryConflict',
  reason: '409',
  attempts: 2,
  firstDateTime: '2026-01-05T09:00:00Z',
  lastDateTime: '2026-01-05T09:00:00Z',
  nextDateTime: '2026-01-05T10:00:00Z',
};
const missing = { kind: 'missing', attribute: null, expected: null } as const;

describe('objectsOf', () => {
  test('joins the attributes of an object, and finds the failure of an object', () => {
    const objects = objectsOf(
      [
        difference({}),
        difference({ ...missing, sourceId: 'bob', targetId: null, name: 'bob' }),
        difference({ attribute: 'displayName', actual: 'Ann' }),
        difference({ ...missing, kind: 'extra', sourceId: null, targetId: '9', name: 'zoe' }),
      ],
      [escrow],
      new Date('2026-01-05T10:00:00Z'),
    );
    expect(objects.map(({ name, differences }) => [name, differences.length])).toEqual([
      ['ann@contoso.example', 2],
      ['bob', 1],
      ['zoe', 1],
    ]);
    expect(objects.map(({ isDue }) => isDue)).toEqual([false, true, false]);
    expect(objects.map(causeOf)).toEqual(['changed', 'failed', 'extra']);
  });

  test('tells an object that was never provisioned from one that the application has lost', () => {
    const [never] = objectsOf([difference({ ...missing, targetId: null })], [], new Date(0));
    const [lost] = objectsOf([difference(missing)], [], new Date(0));
    const [members] = objectsOf([difference({ type: 'Group', attribute: 'members' })], [], new Date(0));
    expect([never, lost, members].map((object) => object && causeOf(object))).toEqual([
      'notYet',
      'vanished',
      'members',
    ]);
  });
});
