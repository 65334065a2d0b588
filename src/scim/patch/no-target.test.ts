import { describe, expect, test } from 'vitest';
import { patch, user } from './patch.fixture.ts';

/** RFC 7644 §3.5.2.3, and what Entra ID needs beyond it: a place to fill is made, a value that is missing is not. */
describe('a replace whose filter matches nothing', () => {
  const before = { addresses: [{ type: 'work', country: 'DE' }] };

  test.for([
    ['a filter about more than labels', 'addresses[type eq "work" and country eq "FR"].locality', 'Lyon'],
    ['a value that does not match the filter', 'addresses[type eq "home"]', { type: 'other', locality: 'Lyon' }],
    ['a filter of another kind', 'addresses[country sw "F"].locality', 'Lyon'],
  ] as const)('%s is noTarget', ([, path, value]) => {
    expect(() => patch(user, before, [{ op: 'replace', path, value }])).toThrow(
      expect.objectContaining({ code: 'noTarget' }),
    );
  });

  test('labels describe the element that is made', () => {
    const after = patch(user, before, [{ op: 'replace', path: 'addresses[type eq "home"].locality', value: 'Lyon' }]);
    expect(after).toMatchObject({
      addresses: [
        { type: 'work', country: 'DE' },
        { type: 'home', locality: 'Lyon' },
      ],
    });
  });
});
