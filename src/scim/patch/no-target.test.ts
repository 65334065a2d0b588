import { describe, expect, test } from 'vitest';
import { patch, user } from './patch.fixture.ts';

/**
 * RFC 7644 §3.5.2.3, with the exception that Entra ID needs: if the filter names only labels, the operation adds the element.
 * Any other filter must match an existing value.
 */
describe('a replace whose filter matches nothing', () => {
  const before = { addresses: [{ type: 'work', country: 'DE' }] };

  test.for([
    ['a filter that names more than labels', 'addresses[type eq "work" and country eq "FR"].locality', 'Lyon'],
    ['a value that does not match the filter', 'addresses[type eq "home"]', { type: 'other', locality: 'Lyon' }],
    ['a filter that is not a conjunction of eq', 'addresses[country sw "F"].locality', 'Lyon'],
  ] as const)('is rejected with noTarget: %s', ([, path, value]) => {
    expect(() => patch(user, before, [{ op: 'replace', path, value }])).toThrow(
      expect.objectContaining({ code: 'noTarget' }),
    );
  });

  test('adds the element that the labels in the filter describe', () => {
    const after = patch(user, before, [{ op: 'replace', path: 'addresses[type eq "home"].locality', value: 'Lyon' }]);
    expect(after).toMatchObject({
      addresses: [
        { type: 'work', country: 'DE' },
        { type: 'home', locality: 'Lyon' },
      ],
    });
  });
});
