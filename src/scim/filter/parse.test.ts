import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyCharacter } from '../../../tests/support/any-text.ts';
import { AppError } from '#base/errors.ts';
import { FILTER_DEPTH_MAX, FILTER_LENGTH_MAX, FILTER_TERMS_MAX } from '../limits.ts';
import { splitAttributePath, type AttributePath } from '../path/attribute-path.ts';
import { comparisonOperators, type Filter, type FilterValue } from './ast.ts';
import { parseFilter } from './parse.ts';
import { printFilter } from './print.ts';

/** Returns the structure of a filter, without positions. */
function shape(filter: Filter): unknown {
  return JSON.parse(JSON.stringify(filter, (key, value: unknown) => (key === 'position' ? undefined : value)));
}

const path = (name: string, subName?: string, urn?: string) => ({
  ...(urn !== undefined && { urn }),
  name,
  ...(subName !== undefined && { subName }),
});
const is = (name: string, value: FilterValue, operator = 'eq') => ({
  kind: 'comparison',
  path: path(name),
  operator,
  value,
});
const pr = (name: string) => ({ kind: 'present', path: path(name) });

describe('the filter grammar of RFC 7644 §3.4.2.2', () => {
  test.for<[string, unknown]>([
    ['userName eq "bjensen"', is('userName', 'bjensen')],
    ['USERNAME Eq "x"', is('USERNAME', 'x')],
    ['  title   pr  ', pr('title')],
    ['title PR', pr('title')],
    [
      'name.familyName co "O\'Malley"',
      { kind: 'comparison', path: path('name', 'familyName'), operator: 'co', value: "O'Malley" },
    ],
    [
      'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"',
      {
        kind: 'comparison',
        path: path('userName', undefined, 'urn:ietf:params:scim:schemas:core:2.0:User'),
        operator: 'sw',
        value: 'J',
      },
    ],
    [
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "1"',
      {
        kind: 'comparison',
        path: path('manager', 'value', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'),
        operator: 'eq',
        value: '1',
      },
    ],
    [
      'meta.lastModified gt "2011-05-13T04:42:34Z"',
      { kind: 'comparison', path: path('meta', 'lastModified'), operator: 'gt', value: '2011-05-13T04:42:34Z' },
    ],
    ['manager.$ref pr', { kind: 'present', path: path('manager', '$ref') }],
    ['a-b_1 eq null', is('a-b_1', null)],
    ['active eq true', is('active', true)],
    ['active eq FALSE', is('active', false)],
    ['n eq 0', is('n', 0)],
    ['n eq -12.5e2', is('n', -1250)],
    ['a eq "\\u00e9\\n\\"\\\\\\/"', is('a', 'é\n"\\/')],
    ['a eq "" ', is('a', '')],
    ['a eq "😀"', is('a', '😀')],
    ['title pr and userType eq "Employee"', { kind: 'and', operands: [pr('title'), is('userType', 'Employee')] }],
    ['title pr or userType eq "Intern"', { kind: 'or', operands: [pr('title'), is('userType', 'Intern')] }],
    // "and" has precedence over "or".
    ['a pr or b pr and c pr', { kind: 'or', operands: [pr('a'), { kind: 'and', operands: [pr('b'), pr('c')] }] }],
    ['a pr and b pr or c pr', { kind: 'or', operands: [{ kind: 'and', operands: [pr('a'), pr('b')] }, pr('c')] }],
    ['(a pr or b pr) and c pr', { kind: 'and', operands: [{ kind: 'or', operands: [pr('a'), pr('b')] }, pr('c')] }],
    ['a pr and (b pr and (c pr and d pr))', { kind: 'and', operands: [pr('a'), pr('b'), pr('c'), pr('d')] }],
    ['not (a pr)', { kind: 'not', operand: pr('a') }],
    ['NOT(a pr) AND b pr', { kind: 'and', operands: [{ kind: 'not', operand: pr('a') }, pr('b')] }],
    ['((a pr))', pr('a')],
    ['and eq "x"', is('and', 'x')],
    [
      'userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")',
      {
        kind: 'and',
        operands: [
          is('userType', 'Employee', 'ne'),
          {
            kind: 'not',
            operand: {
              kind: 'or',
              operands: [
                is('emails', 'example.com', 'co'),
                { kind: 'comparison', path: path('emails', 'value'), operator: 'co', value: 'example.org' },
              ],
            },
          },
        ],
      },
    ],
    [
      'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp"]',
      {
        kind: 'or',
        operands: [
          {
            kind: 'valuePath',
            path: path('emails'),
            filter: { kind: 'and', operands: [is('type', 'work'), is('value', '@example.com', 'co')] },
          },
          { kind: 'valuePath', path: path('ims'), filter: is('type', 'xmpp') },
        ],
      },
    ],
    // The form that Entra ID sends.
    [
      'emails[type eq "work"].value eq "x"',
      {
        kind: 'valuePath',
        path: path('emails'),
        filter: { kind: 'and', operands: [is('type', 'work'), is('value', 'x')] },
      },
    ],
    [
      'emails[type eq "work" and primary eq true].value pr',
      {
        kind: 'valuePath',
        path: path('emails'),
        filter: { kind: 'and', operands: [is('type', 'work'), is('primary', true), pr('value')] },
      },
    ],
    [
      'emails[type eq "a" or type eq "b"].value eq "x"',
      {
        kind: 'valuePath',
        path: path('emails'),
        filter: {
          kind: 'and',
          operands: [{ kind: 'or', operands: [is('type', 'a'), is('type', 'b')] }, is('value', 'x')],
        },
      },
    ],
  ])('allows %j', ([text, expected]) => {
    expect(shape(parseFilter(text))).toEqual(expected);
  });

  test.for(comparisonOperators)('allows the operator %s in any letter case', (operator) => {
    for (const written of [operator, operator.toUpperCase()]) {
      expect(parseFilter(`a ${written} "x"`)).toMatchObject({ operator });
    }
  });

  test('gives each attribute path its position in the text', () => {
    expect(parseFilter(' a pr and  b eq 1')).toMatchObject({
      operands: [{ path: { position: 1 } }, { path: { position: 11 } }],
    });
  });
});

describe('a filter with a syntax error', () => {
  test.for<[string, number, RegExp]>([
    ['', 0, /found the end.*name of an attribute/],
    ['   ', 3, /found the end/],
    ['userName', 8, /found the end.*operator/],
    ['userName eq', 11, /found the end.*value/],
    ['userName like "x"', 9, /"like".*eq, ne/],
    ['userName = "x"', 9, /"=" has no meaning.*eq/],
    ['userName eq bjensen', 12, /a word without double quotes/],
    ['userName eq "x', 12, /does not end/],
    ['userName eq "\\x"', 12, /escape/],
    ['userName eq "a\\ud800b"', 12, /surrogate/],
    ['userName eq "a\\u0000b"', 12, /NUL/],
    ["userName eq 'x'", 12, /"'" has no meaning.*straight double quotes/],
    ['userName eq “x”', 12, /"“" has no meaning.*straight double quotes/],
    ['userName eq \u{1F600}', 12, /"\u{1F600}" has no meaning/u],
    ['userName eq "a\tb"', 14, /control character "\\t"/],
    ['userName eq "a\nb"', 14, /control character "\\n"/],
    ['userName eq "a\\', 12, /does not end/],
    ['userName eq "a\\"', 12, /does not end/],
    ['userName eq "\\u12"', 12, /escape/],
    ['n eq 01', 6, /found a value.*"and", "or"/],
    ['n eq -', 5, /number is not valid/],
    ['n eq 1e999', 5, /number is not valid/],
    ['a pr b pr', 5, /"b".*"and", "or"/],
    ['a pr and', 8, /found the end/],
    ['a pr or or b pr', 11, /"b".*operator/],
    ['not a pr', 4, /"a".*"\(" after "not"/],
    ['(a pr', 5, /found the end.*"\)"/],
    ['a pr)', 4, /"\)"/],
    ['"a" eq "b"', 0, /found a value.*name of an attribute/],
    ['emails[type eq "work"', 21, /found the end.*"\]"/],
    ['emails[]', 7, /"\]".*name of an attribute/],
    ['emails[ims[type pr]]', 10, /nested/],
    ['emails[type eq "work"].value', 28, /found the end.*operator/],
    ['emails[type eq "work"].value.x eq "y"', 22, /one sub-attribute/],
    ['a.b.c eq "x"', 0, /name of an attribute/],
    ['.a eq "x"', 0, /name of an attribute/],
    ['a. eq "x"', 0, /name of an attribute/],
    ['nourn:a eq "x"', 0, /name of an attribute/],
    ['__proto__ eq "x"', 0, /"_" has no meaning/],
    ['a.__proto__ eq "x"', 0, /"__proto__" cannot be an attribute/],
    ['constructor pr', 0, /"constructor" cannot be an attribute/],
    ['a eq "x" ü pr', 9, /"ü" has no meaning/],
  ])('like %j is rejected at position %i with a message that says what is wrong', ([text, position, message]) => {
    const parse = () => parseFilter(text);
    expect(parse).toThrow(AppError);
    expect(parse).toThrow(
      expect.objectContaining({ code: 'filterSyntax', position, message: expect.stringMatching(message) }),
    );
  });
});

describe('a filter', () => {
  const tooComplex = expect.objectContaining({ code: 'filterTooComplex' });

  test('has at most FILTER_LENGTH_MAX characters', () => {
    const filter = (length: number) => `a eq "${'x'.repeat(length - 7)}"`;
    expect(filter(FILTER_LENGTH_MAX)).toHaveLength(FILTER_LENGTH_MAX);
    expect(parseFilter(filter(FILTER_LENGTH_MAX))).toMatchObject({ kind: 'comparison' });
    expect(() => parseFilter(filter(FILTER_LENGTH_MAX + 1))).toThrow(tooComplex);
  });

  test('is nested at most FILTER_DEPTH_MAX levels deep', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}a pr${')'.repeat(depth)}`;
    const negated = (depth: number) => `${'not ('.repeat(depth)}a pr${')'.repeat(depth)}`;
    for (const filter of [nested, negated]) {
      expect(() => parseFilter(filter(FILTER_DEPTH_MAX))).not.toThrow();
      expect(() => parseFilter(filter(FILTER_DEPTH_MAX + 1))).toThrow(tooComplex);
      // As deep as the maximum length of a filter allows: even then, the stack must not overflow.
      expect(() => parseFilter(filter(1_500))).toThrow(tooComplex);
    }
    expect(() => parseFilter(`${'('.repeat(FILTER_DEPTH_MAX)}a[b pr]${')'.repeat(FILTER_DEPTH_MAX)}`)).toThrow(
      tooComplex,
    );
    expect(() => parseFilter('('.repeat(5_000))).toThrow(tooComplex);
  });

  test('may have more parenthesized groups in sequence than the maximum depth', () => {
    const filter = Array.from({ length: 100 }, () => '(a pr)').join(' and ');
    expect(parseFilter(filter)).toMatchObject({ kind: 'and' });
  });

  test('has at most FILTER_TERMS_MAX comparisons', () => {
    const chain = (terms: number) => Array.from({ length: terms }, () => 'a pr').join(' or ');
    expect(parseFilter(chain(FILTER_TERMS_MAX))).toMatchObject({ kind: 'or' });
    expect(() => parseFilter(chain(FILTER_TERMS_MAX + 1))).toThrow(tooComplex);
  });
});

const name = fc.constantFrom('userName', 'emails', 'title', 'name', 'a-b_1', '$ref', 'not', 'pr', 'and');
const attributePath = fc
  .tuple(
    fc.constantFrom('', 'urn:ietf:params:scim:schemas:core:2.0:User:', 'urn:x:y:'),
    name,
    fc.constantFrom('', '.value', '.$ref'),
  )
  // Without a URN, a keyword is parsed as a keyword and not as a name. After a schema URN, it is a name.
  .filter(([urn, own]) => urn !== '' || !['not', 'pr', 'and'].includes(own))
  .map(([urn, own, sub]) => splitAttributePath(`${urn}${own}${sub}`, 0));
const value: fc.Arbitrary<FilterValue> = fc.oneof(
  fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\u0000')),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
  fc.boolean(),
  fc.constant(null),
);
const simpleName = fc.constantFrom('type', 'value', 'display').map((text) => splitAttributePath(text, 0));

function tree(path: fc.Arbitrary<AttributePath>, depth: number): fc.Arbitrary<Filter> {
  const leaf: fc.Arbitrary<Filter> = fc.oneof(
    fc.record({
      kind: fc.constant('comparison' as const),
      path,
      operator: fc.constantFrom(...comparisonOperators),
      value,
    }),
    fc.record({ kind: fc.constant('present' as const), path }),
  );
  if (depth === 0) return leaf;
  const inner = tree(path, depth - 1);
  const chain = (kind: 'and' | 'or') =>
    fc
      .array(
        inner.filter((operand) => operand.kind !== kind),
        { minLength: 2, maxLength: 3 },
      )
      .map((operands): Filter => ({ kind, operands }));
  return fc.oneof(leaf, chain('and'), chain('or'), fc.record({ kind: fc.constant('not' as const), operand: inner }));
}
const filter = fc.oneof(
  tree(attributePath, 3),
  fc.record({ kind: fc.constant('valuePath' as const), path: attributePath, filter: tree(simpleName, 2) }),
);

describe('parseFilter', () => {
  test('parses the output of printFilter to the same filter', () => {
    fc.assert(
      fc.property(filter, (original) => {
        expect(shape(parseFilter(printFilter(original)))).toEqual(shape(original));
      }),
      { numRuns: 500 },
    );
  });

  test('throws only AppError for any text', () => {
    const word = fc.constantFrom(
      'a',
      'eq',
      'and',
      'or',
      'not',
      'pr',
      '(',
      ')',
      '[',
      ']',
      '.value',
      '"x"',
      '1',
      'true',
      'urn:a:b:c',
      '"',
      '\\',
    );
    const text = fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.array(word, { maxLength: 40 }).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(text, (input) => {
        let thrown: unknown;
        try {
          parseFilter(input);
        } catch (error) {
          thrown = error;
        }
        expect(thrown === undefined || thrown instanceof AppError).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('printFilter', () => {
  test.for([
    ['(a pr or b pr) and not (c pr)', '(a pr or b pr) and not (c pr)'],
    ['((a pr and b pr)) or c pr', 'a pr and b pr or c pr'],
    ['emails[type eq "work"].value eq "x"', 'emails[type eq "work" and value eq "x"]'],
    ['A EQ "é"', 'A eq "é"'],
  ] as const)('prints %s as %s', ([text, printed]) => {
    expect(printFilter(parseFilter(text))).toBe(printed);
  });
});
