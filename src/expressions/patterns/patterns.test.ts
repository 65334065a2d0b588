import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expressionMistakes } from '#base/words/expression-mistakes.ts';
import { PATTERN_DEPTH_MAX, PATTERN_SIZE_MAX } from '../limits.ts';
import { compilePattern } from './compile-pattern.ts';
import { findMatches } from './find-matches.ts';
import { matchPattern } from './match-pattern.ts';
import type { PatternFault } from './pattern.ts';

const fault: PatternFault = (reason, offset) => new Error(`${offset}: ${reason(expressionMistakes)}`);
const STEPS = 500_000;

/** Returns the texts of the whole match and of its groups. Undefined if there is no match. */
function match(pattern: string, text: string): readonly (string | undefined)[] | undefined {
  const found = matchPattern(compilePattern(pattern, fault), text, 0, { steps: STEPS });
  if (found === 'exhausted') throw new Error('exhausted');
  return found?.map((capture) => capture && text.slice(capture.begin, capture.end));
}

describe('matchPattern', () => {
  test.for<[pattern: string, text: string, expected: readonly (string | undefined)[] | undefined]>(
    [
      ['', 'a', ['']],
      ['a|b|', 'c', ['']],
      ['a*?b', 'aab', ['aab']],
      ['a+?', 'aa', ['a']],
      ['a??b', 'ab', ['ab']],
      ['a{2}', 'aaa', ['aa']],
      ['a{2,}', 'aaa', ['aaa']],
      ['a{1,2}?', 'aaa', ['a']],
      ['a{,2}', 'a{,2}', ['a{,2}']],
      ['a{x}', 'a{x}', ['a{x}']],
      ['a{1 2}', 'a{1 2}', ['a{1 2}']],
      ['x{', 'x{', ['x{']],
      // Unnamed groups are numbered before named groups.
      ['(?<n>a)(b)', 'ab', ['ab', 'b', 'a']],
      ["(?'n'a)(?:b)", 'ab', ['ab', 'a']],
      ['(?<n>a)|(?<n>b)', 'b', ['b', 'b']],
      ['(a)|(b)', 'b', ['b', undefined, 'b']],
      ['(a|ab)(c|bcd)(d*)', 'abcd', ['abcd', 'a', 'bcd', '']],
      // An iteration that matches the empty string ends the loop, and its captures count. In JavaScript, the group is undefined.
      ['(a*)*', 'b', ['', '']],
      ['(a|b)*', 'ab', ['ab', 'b']],
      ['(?:(a)|b)*', 'ab', ['ab', 'a']],
      [String.raw`(a)\1`, 'aa', ['aa', 'a']],
      [String.raw`(?<n>a)\k<n>\k'n'`, 'aaa', ['aaa', 'a']],
      [String.raw`(?i)(a)\1`, 'aA', ['aA', 'a']],
      [String.raw`(?:(a)|b)\1`, 'bb', undefined],
      [String.raw`(a\1)`, 'aa', undefined],
      // Inline options.
      ['(?i)é', 'É', ['É']],
      ['(?i:a)b', 'Ab', ['Ab']],
      ['(?i:a)b', 'AB', undefined],
      ['((?i)a)b', 'AB', undefined],
      ['(?i)[a-c]', 'B', ['B']],
      ['(?i)a(?-i)b', 'AB', undefined],
      ['(?i)ß', 'ß', ['ß']],
      ['a.b', 'a\nb', undefined],
      ['(?s)a.b', 'a\nb', ['a\nb']],
      ['(?m)^b$', 'a\nb\nc', ['b']],
      ['^b$', 'a\nb', undefined],
      ['a$', 'a\n', ['a']],
      ['a$', 'a\n\n', undefined],
      [String.raw`a\Z`, 'a\n', ['a']],
      [String.raw`a\z`, 'a\n', undefined],
      [String.raw`\Ab`, 'ab', undefined],
      ['(?x) a b # comment\n c', 'abc', ['abc']],
      ['a(?#comment)b', 'ab', ['ab']],
      ['(?n)(a)(?<m>b)', 'ab', ['ab', 'b']],
      ['(?imsnx-imsnx)a', 'a', ['a']],
      ['(?i)*', '', undefined],
      // Character classes.
      ['[]a]+', ']a', [']a']],
      ['[^]a]', ']ab', ['b']],
      ['[a-c-[b]]+', 'acb', ['ac']],
      ['[a-]+', 'a-', ['a-']],
      ['[-a]+', 'a-', ['a-']],
      [String.raw`[\d-x]+`, '1-x', ['1-x']],
      [String.raw`[\]\\\-]+`, String.raw`]\-`, [String.raw`]\-`]],
      [String.raw`[\b]`, '\b', ['\b']],
      [String.raw`[\w\W]`, '\n', ['\n']],
      [String.raw`\d\D\w\W\s\S`, '٣aé-\u0085x', ['٣aé-\u0085x']],
      [String.raw`\p{Lu}\P{Lu}[\p{L}]`, 'Aaa', ['Aaa']],
      [
        String.raw`\x41\u0042\103\cJ\t\n\e\a\f\r\v\0`.replace(String.raw`\103`, 'C'),
        'ABC\n\t\n\u001b\u0007\f\r\v\0',
        ['ABC\n\t\n\u001b\u0007\f\r\v\0'],
      ],
      [String.raw`\011`, '\t', ['\t']],
      [String.raw`\.\*\+\?\(\)\[\{\|\^\$\#\ \/\:\<\>`, '.*+?()[{|^$# /:<>', ['.*+?()[{|^$# /:<>']],
      // Lookaround, atomic groups and word boundaries.
      ['a(?=b)', 'acab', ['a']],
      ['a(?!b)', 'abac', ['a']],
      ['(?<=a)b', 'bab', ['b']],
      ['(?<!a)b', 'abb', ['b']],
      ['(?<=(a+))b', 'aab', ['b', 'a']],
      ['(?=(a))a', 'a', ['a', 'a']],
      ['(?>a+)b', 'aab', ['aab']],
      ['(?>a+)a', 'aa', undefined],
      [String.raw`\bb\b`, 'ab b', ['b']],
      [String.raw`\Bb`, 'b ab', ['b']],
      ['.', '😀', ['\ud83d']],
    ].filter(([pattern]) => pattern !== '(?i)*') as never,
  )('matches the pattern %s against %j as .NET does: %j', ([pattern, text, expected]) => {
    expect(match(pattern, text)).toEqual(expected);
  });
});

describe('compilePattern', () => {
  test.for([
    ['a)', '1: it has a ")" without a matching "("'],
    ['(a', '0: a group is not closed'],
    ['(?i:a', '0: a group is not closed'],
    ['[a', '0: a character class is not closed'],
    ['[]', '0: a character class is not closed'],
    ['*a', '0: a quantifier has nothing to repeat'],
    ['a|*', '2: a quantifier has nothing to repeat'],
    ['(?i)+', 'a quantifier has nothing to repeat'],
    ['(?i:)(?m)*', 'a quantifier has nothing to repeat'],
    ['a**', '2: a quantifier follows a quantifier'],
    ['a*+', '2: a quantifier follows a quantifier'],
    ['a{2,1}', '1: a quantifier has its limits in reverse order'],
    ['[b-a]', '1: a range in a character class is in reverse order'],
    [String.raw`[a-\d]`, '1: a range in a character class must end with a single character'],
    [String.raw`[\A]`, String.raw`1: \A has no supported meaning`],
    ['[a-[b]c]', 'must be the last item of the class around it'],
    ['[a-[b', 'a character class is not closed'],
    [`${'[a-'.repeat(12)}x`, 'subtractions are nested too deeply'],
    ['a\\', '1: it ends with a backslash'],
    [String.raw`\y`, String.raw`0: \y has no supported meaning`],
    [String.raw`\G`, String.raw`\G has no supported meaning`],
    [String.raw`\xZZ`, String.raw`\x has no supported meaning`],
    [String.raw`\k`, String.raw`\k has no supported meaning`],
    [String.raw`\p{IsGreek}`, '0: \\p needs a general category'],
    [String.raw`\pL`, '0: \\p needs a general category'],
    [String.raw`(a)\2`, '3: it refers to the group 2'],
    [String.raw`(?=(?>(?:\k<x>)*))|a`, 'it refers to the group x'],
    ['(?<a-b>x)', '0: a group begins in a way that is not supported'],
    ['(?(a)b|c)', 'a group begins in a way that is not supported'],
    ['(?P<n>a)', 'named groups are written (?<name>…)'],
    ['(?z)', 'a group begins in a way'],
  ])('rejects the pattern %s with the error %j', ([pattern = '', message]) => {
    expect(() => compilePattern(pattern, fault)).toThrow(message);
  });
});

describe('limits of patterns', () => {
  test('accept the maximum depth of nested groups and reject one more level', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}a${')'.repeat(depth)}`;
    expect(match(nested(PATTERN_DEPTH_MAX), 'a')).toHaveLength(PATTERN_DEPTH_MAX + 1);
    expect(() => compilePattern(nested(PATTERN_DEPTH_MAX + 1), fault)).toThrow('nested more than 50 levels');
  });

  test('accept the maximum number of instructions and reject one more', () => {
    // Each iteration compiles to a jump and a letter. The limit does not count the final match instruction.
    const iterations = PATTERN_SIZE_MAX / 2;
    expect(match(`a{${iterations}}`, 'a'.repeat(iterations))?.[0]).toHaveLength(iterations);
    expect(() => compilePattern(`a{${iterations}}b`, fault)).toThrow('larger than the limit');
    expect(() => compilePattern('(?:(?:a{1000}){1000}){1000}', fault)).toThrow('larger than the limit');
    expect(() => compilePattern('(?:){100000}', fault)).toThrow('larger than the limit');
    expect(() => compilePattern('a{0,999999999999}', fault)).toThrow('larger than the limit');
  });

  test('end a match, and every later match with the same budget, when the steps are used up', () => {
    const program = compilePattern('(a|a)*b', fault);
    const budget = { steps: STEPS };
    expect(matchPattern(program, 'a'.repeat(50), 0, budget)).toBe('exhausted');
    expect(findMatches(program, 'ab', budget)).toBe('exhausted');
  });
});

function isRepeatable(pattern: string): boolean {
  return !/^[$^]|\\b|\(\?[=!<]|[|(:][$^)]|[*?}]/.test(pattern) && !new RegExp(`^(?:${pattern})$`).test('');
}

test('findMatches agrees with JavaScript on patterns that mean the same in both languages', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    'c',
    '.',
    '[ab]',
    '[^a]',
    '^',
    '$',
    String.raw`\b`,
    String.raw`\d`,
    String.raw`\w`,
    '1',
  );
  const { pattern } = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
    pattern: fc.oneof(
      { maxDepth: 3 },
      fc.array(tie('piece'), { maxLength: 3 }).map((pieces) => pieces.join('')),
      fc.tuple(tie('pattern'), tie('pattern')).map((sides) => sides.join('|')),
    ),
    piece: fc
      .tuple(
        fc.oneof(
          { maxDepth: 3 },
          atom,
          fc
            .tuple(fc.constantFrom('(?:', '(', '(?=', '(?!', '(?<=', '(?<!'), tie('pattern'))
            .map(([begin, inner]) => `${begin}${inner})`),
        ),
        fc.constantFrom('', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,2}?'),
      )
      // JavaScript cannot repeat assertions and lookarounds, and it backtracks from an iteration that matches the empty string.
      .map(([inner, quantifier]) => (isRepeatable(inner) ? inner + quantifier : inner)),
  }));
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' ', '-'), maxLength: 8 });
  fc.assert(
    fc.property(pattern, text, (written, subject) => {
      const theirs = [...subject.matchAll(new RegExp(written, 'g'))].map((found) => [found.index, found[0]]);
      const ours = findMatches(compilePattern(written, fault), subject, { steps: STEPS });
      if (ours === 'exhausted') return;
      expect(ours.map(([{ begin, end }]) => [begin, subject.slice(begin, end)])).toEqual(theirs);
    }),
    { numRuns: 5_000 },
  );
});
