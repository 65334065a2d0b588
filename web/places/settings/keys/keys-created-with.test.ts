import { expect, test } from 'vitest';
import { keysCreatedWith } from './keys-created-with.ts';

test('finds the keys that were created with a key, directly and through other keys', () => {
  const keys = [
    { id: 'a', createdWith: null },
    { id: 'b', createdWith: 'a' },
    { id: 'c', createdWith: 'b' },
    { id: 'd', createdWith: 'x' },
  ];
  expect(keysCreatedWith('a', keys).map(({ id }) => id)).toEqual(['b', 'c']);
  expect(keysCreatedWith('c', keys)).toEqual([]);
});
