import { expect, test } from 'vitest';
import { changesText } from './changes-text.ts';

test.each([
  [{ field: 'userName', from: 'username', to: 'any' }, 'Changed userName from username to any.'],
  [{ field: 'manager', from: true, to: false }, 'Changed manager from on to off.'],
  [{ field: 'title', from: null, to: 'Engineer' }, 'Set title to Engineer.'],
  [{ field: 'title', from: 'Engineer', to: null }, 'Removed title, which was Engineer.'],
])('changesText describes %j as: %s', (change, expected) => {
  expect(changesText([change])).toBe(expected);
});

test('changesText writes the values of attributes as SCIM does', () => {
  expect(changesText([{ field: 'active', from: null, to: true }], 'attributes')).toBe('Set active to true.');
});
