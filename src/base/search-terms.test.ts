import { expect, test } from 'vitest';
import { indexedTerms, searchParts, TERMS_BYTES_MAX, TERMS_MAX, termsOf } from './search-terms.ts';
import { withoutEnd, withoutEnds } from './without-ends.ts';

/** Returns values that note which of them are read. */
function noted(values: readonly string[]) {
  const read = new Set<string>();
  const proxy = new Proxy(values, {
    get(target, name, receiver) {
      if (typeof name === 'string' && /^\d+$/.test(name)) read.add(name);
      return Reflect.get(target, name, receiver);
    },
  });
  return { proxy, read };
}

test('reads no further values once TERMS_MAX terms are found', () => {
  const { proxy, read } = noted(Array.from({ length: 1_000 }, (_, index) => `name${index}`));
  expect(termsOf(indexedTerms(proxy, []).text).length).toBeLessThanOrEqual(TERMS_MAX);
  // The loop reads one value more before it notices that no further term fits.
  expect(read.size).toBe(TERMS_MAX + 1);
});

test('reads no further values once the terms have TERMS_BYTES_MAX bytes', () => {
  const word = (index: number) => String(index).padEnd(49, 'x');
  const { proxy, read } = noted(Array.from({ length: 1_000 }, (_, index) => word(index)));
  const { text } = indexedTerms(proxy, [], ['further']);
  expect(text).toHaveLength(TERMS_BYTES_MAX);
  expect(text).not.toContain('further');
  expect(read.size).toBe(TERMS_BYTES_MAX / 50 + 1);
});

test('looks at each character of a value at most once to find the punctuation at its ends', () => {
  const steps = (text: string) => {
    let count = 0;
    const isPunctuation = (character: string) => {
      count += 1;
      return character === '.';
    };
    withoutEnds(text, isPunctuation);
    return count;
  };
  for (const shape of [(dots: string) => `é${dots}a`, (dots: string) => dots, (dots: string) => `${dots}é${dots}`]) {
    const [few, many] = [shape('.'.repeat(1_000)), shape('.'.repeat(2_000))];
    expect(steps(many)).toBeLessThanOrEqual(many.length + 2);
    expect(steps(few)).toBeLessThanOrEqual(few.length + 2);
  }
});

test.for([
  ['', ''],
  ['...', ''],
  ['..a..', 'a'],
  ['😀a😀', 'a'],
  ['😀', ''],
  ['小.明', '小.明'],
  ['\ud83d a', '\ud83d a'],
] as const)('withoutEnds turns %j into %j', ([text, expected]) => {
  expect(withoutEnds(text, (character) => character === '.' || character === '😀')).toBe(expected);
});

test('withoutEnd leaves the beginning of a text', () => {
  expect(withoutEnd('//a//', (character) => character === '/')).toBe('//a');
});

test('finds a word behind and before long runs of punctuation', () => {
  const dots = '.'.repeat(1_000);
  expect(indexedTerms([`é${dots}a`], []).text).toContain('\na');
  expect(searchParts(`${dots}é${dots}`)).toEqual([{ contained: '\ne', prefixes: ['e'], isInitial: true }]);
});

test('indexes a number from each of its groups on', () => {
  expect(termsOf(indexedTerms([], ['+49 30 1234-5']).text)).toEqual(['12345', '3012345', '493012345', '5']);
});
