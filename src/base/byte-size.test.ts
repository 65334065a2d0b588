import { expect, test } from 'vitest';
import { byteSize } from './byte-size.ts';

test.each([
  [0, '0 byte'],
  [999, '999 byte'],
  [1_000, '1 kB'],
  [913_408, '913 kB'],
  [4_240_000, '4.2 MB'],
  [75_000_000_000, '75 GB'],
  [3_000_000_000_000_000, '3,000 TB'],
])('byteSize(%i) is %s', (bytes, expected) => {
  expect(byteSize(bytes)).toBe(expected);
});
