import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyCharacter } from '../../tests/support/any-text.ts';
import { fold } from './fold.ts';
import { MARKS_MAX, normalForm, withSortedMarks, type NormalForm } from './normal-form.ts';
import { searchForm } from './search-terms.ts';

const forms = ['NFC', 'NFD', 'NFKC', 'NFKD'] as const satisfies readonly NormalForm[];
/** Marks of several classes, marks of class 0, marks that decompose into marks, and letters whose compatible form is a mark. */
const mark = fc.constantFrom(
  '\u0315',
  '\u0334',
  '\u0301',
  '\u0327',
  '\u0345',
  '\u0344',
  '\u0F73',
  '\u0F81',
  '\u3099',
  '\uFF9E',
  '\uFF9F',
  '\u0E31',
  '\u0E38',
  '\u034F',
  '\u0903',
  '\u{1D165}',
  '\u{1D16D}',
  '\u{16FF0}',
  '\u20E3',
);

describe('normalForm', () => {
  test('returns what the built-in function returns, for long rows of marks and for any text', () => {
    const row = fc.string({ unit: mark, minLength: MARKS_MAX - 2, maxLength: 3 * MARKS_MAX });
    const other = fc.string({ unit: anyCharacter, maxLength: 40 });
    fc.assert(
      fc.property(fc.array(fc.oneof(row, other), { maxLength: 4 }), fc.constantFrom(...forms), (parts, form) => {
        expect(normalForm(parts.join(''), form)).toBe(parts.join('').normalize(form));
      }),
    );
  });

  test('sorts every mark of Unicode like the built-in function', () => {
    const codes = [...Array.from({ length: 0x1_f000 }, (_, code) => code), 0xe0100, 0xe01ef];
    const marks = codes
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCodePoint(code))
      .filter((character) => /\p{M}/u.test(character));
    // In short rows, because the built-in function takes long for long ones.
    for (let index = 0; index < marks.length; index += 100) {
      const text = `a${marks
        .slice(index, index + 100)
        .toReversed()
        .join('')}${marks.slice(0, 40).join('')}`;
      expect(normalForm(text, 'NFD')).toBe(text.normalize('NFD'));
    }
  });

  // The built-in function moves a mark that is behind one of a higher class. Among sorted marks, it has none to move.
  test.for(forms)('passes no row of marks in the wrong order to the built-in function, in the form %s', (form) => {
    fc.assert(
      fc.property(fc.string({ unit: mark, minLength: MARKS_MAX + 1, maxLength: 100 }), (row) => {
        const marks = Array.from(withSortedMarks(row, form));
        const decomposed = form.startsWith('NFK') ? 'NFKD' : 'NFD';
        for (const [index, one] of marks.entries()) {
          const pair = one + (marks[index + 1] ?? '');
          expect(pair.normalize(decomposed)).toBe(pair);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('leaves a text with at most MARKS_MAX marks in a row to the built-in function', () => {
    const unsorted = (count: number) => `a${'\u0315'.repeat(count - 1)}\u0334`;
    expect(withSortedMarks(unsorted(MARKS_MAX), 'NFC')).toBe(unsorted(MARKS_MAX));
    expect(withSortedMarks(unsorted(MARKS_MAX + 1), 'NFC')).toBe(`a\u0334${'\u0315'.repeat(MARKS_MAX)}`);
  });

  test('is what keys and search terms use', () => {
    const marks = `${'\u0315'.repeat(200)}${'\u0334'.repeat(200)}`;
    expect(fold(`A${marks}`)).toBe(`a${'\u0334'.repeat(200)}${'\u0315'.repeat(200)}`);
    expect(searchForm(`A${marks}`)).toBe('a');
  });
});
