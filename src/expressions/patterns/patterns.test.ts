import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PATTERN_DEPTH_MAX, PATTERN_SIZE_MAX } from '../limits.ts';
import { compilePattern } from './compile-pattern.ts';
import { findMatches } from './find-matches.ts';
import { matchPattern } from './match-pattern.ts';

const fault = (reason: string, offset: number) => new Error(`${offset}: ${reason}`);
const STEPS = 500_000;

/** The whole match and the groups, as texts; undefined when there is no match. */
function match(pattern: string, text: string): readonly (string | undefined)[] | undefined {
  const found = matchPattern(compilePattern(pattern, fault), text, 0, { steps: STEPS });
  if (found === 'exhausted') throw new Error('exhausted');
  return found?.map((capture) => capture && text.slice(capture.begin, capture.end));
}

describe('as .NET matches', () => {
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
      // Groups without a name are numbered first.
      ['(?<n>a)(b)', 'ab', ['ab', 'b', 'a']],
      ["(?'n'a)(?:b)", 'ab', ['ab', 'a']],
      ['(?<n>a)|(?<n>b)', 'b', ['b', 'b']],
      ['(a)|(b)', 'b', ['b', undefined, 'b']],
      ['(a|ab)(c|bcd)(d*)', 'abcd', ['abcd', 'a', 'bcd', '']],
      // A turn that takes nothing ends the loop, and counts: JavaScript leaves the group undefined.
      ['(a*)*', 'b', ['', '']],
      ['(a|b)*', 'ab', ['ab', 'b']],
      ['(?:(a)|b)*', 'ab', ['ab', 'a']],
      [String.raw`(a)\1`, 'aa', ['aa', 'a']],
      [String.raw`(?<n>a)\k<n>\k'n'`, 'aaa', ['aaa', 'a']],
      [String.raw`(?i)(a)\1`, 'aA', ['aA', 'a']],
      [String.raw`(?:(a)|b)\1`, 'bb', undefined],
      [String.raw`(a\1)`, 'aa', undefined],
      // Options.
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
      // Classes.
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
      // Looking around.
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
  )('%s on %j', ([pattern, text, expected]) => {
    expect(match(pattern, text)).toEqual(expected);
  });
});

describe('what cannot be used', () => {
  test.for([
    ['a)', '1: it has a ")" without its "("'],
    ['(a', '0: a group does not end'],
    ['(?i:a', '0: a group does not end'],
    ['[a', '0: a class does not end'],
    ['[]', '0: a class does not end'],
    ['*a', '0: a quantifier follows nothing'],
    ['a|*', '2: a quantifier follows nothing'],
    ['(?i)+', 'a quantifier follows nothing'],
    ['(?i:)(?m)*', 'a quantifier follows nothing'],
    ['a**', '2: a quantifier follows a quantifier'],
    ['a*+', '2: a quantifier follows a quantifier'],
    ['a{2,1}', '1: a quantifier has its limits in reverse order'],
    ['[b-a]', '1: a range of a class is in reverse order'],
    [String.raw`[a-\d]`, '1: a range of a class ends in a class'],
    [String.raw`[\A]`, String.raw`1: \A has no meaning`],
    ['[a-[b]c]', 'must be the last in its class'],
    ['[a-[b', 'a class does not end'],
    [`${'[a-'.repeat(12)}x`, 'taken away from each other too often'],
    ['a\\', '1: it ends in a backslash'],
    [String.raw`\y`, String.raw`0: \y has no meaning`],
    [String.raw`\G`, String.raw`\G has no meaning`],
    [String.raw`\xZZ`, String.raw`\x has no meaning`],
    [String.raw`\k`, String.raw`\k has no meaning`],
    [String.raw`\p{IsGreek}`, '0: \\p takes a general category'],
    [String.raw`\pL`, '0: \\p takes a general category'],
    [String.raw`(a)\2`, '3: it refers to the group 2'],
    [String.raw`(?=(?>(?:\k<x>)*))|a`, 'it refers to the group x'],
    ['(?<a-b>x)', '0: a group begins in a way that is not supported'],
    ['(?(a)b|c)', 'a group begins in a way that is not supported'],
    ['(?P<n>a)', 'named groups are written (?<name>…)'],
    ['(?z)', 'a group begins in a way'],
  ])('%s', ([pattern = '', message]) => {
    expect(() => compilePattern(pattern, fault)).toThrow(message);
  });
});

describe('limits', () => {
  test('of depth', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}a${')'.repeat(depth)}`;
    expect(match(nested(PATTERN_DEPTH_MAX), 'a')).toHaveLength(PATTERN_DEPTH_MAX + 1);
    expect(() => compilePattern(nested(PATTERN_DEPTH_MAX + 1), fault)).toThrow('nested more than 50 levels');
  });

  test('of size', () => {
    // Each turn is a jump and a letter, and the last instruction is the match.
    const turns = PATTERN_SIZE_MAX / 2;
    expect(match(`a{${turns}}`, 'a'.repeat(turns))?.[0]).toHaveLength(turns);
    expect(() => compilePattern(`a{${turns}}b`, fault)).toThrow('more than the limit');
    expect(() => compilePattern('(?:(?:a{1000}){1000}){1000}', fault)).toThrow('more than the limit');
    expect(() => compilePattern('(?:){100000}', fault)).toThrow('more than the limit');
    expect(() => compilePattern('a{0,999999999999}', fault)).toThrow('more than the limit');
  });

  test('of steps', () => {
    const program = compilePattern('(a|a)*b', fault);
    const budget = { steps: STEPS };
    expect(matchPattern(program, 'a'.repeat(50), 0, budget)).toBe('exhausted');
    expect(findMatches(program, 'ab', budget)).toBe('exhausted');
  });
});

function isRepeatable(pattern: string): boolean {
  return !/^[$^]|\\b|\(\?[=!<]|[|(:][$^)]|[*?}]/.test(pattern) && !new RegExp(`^(?:${pattern})$`).test('');
}

test('JavaScript finds the same, where the two languages agree', () => {
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
      // JavaScript repeats neither assertions nor what looks around, and goes back from a turn that takes nothing.
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
