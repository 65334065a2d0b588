import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeOpaque, encodeOpaque } from './opaque-text.ts';

test('any JSON value survives encoding as a text without reserved characters', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
      const text = encodeOpaque(value);
      expect(text).toMatch(/^[\w-]+$/);
      expect(decodeOpaque(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test.for(['', '!', 'bm90IEpTT04', '%00'])('the text %j has no value', (text) => {
  expect(decodeOpaque(text)).toBeUndefined();
});
