import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { compileFilter, conjuncts } from './evaluate-filter.ts';
import { filterableBy } from './filterable.ts';
import { FILTER_DEPTH_MAX, FILTER_LENGTH_MAX, FILTER_TERMS_MAX } from './filter.ts';
import { parseFilter } from './parse-filter.ts';
import { parseSearch } from './parse-search.ts';
import { readOptions, TOP_MAX } from './query-options.ts';

const properties = filterableBy([
  { path: 'displayName', type: 'text', caseExact: false },
  { path: 'mail', type: 'text', caseExact: true },
  { path: 'accountEnabled', type: 'boolean', caseExact: true },
  { path: 'count', type: 'number', caseExact: true },
  { path: 'createdDateTime', type: 'date', caseExact: true },
  { path: 'otherMails', type: 'texts', caseExact: false },
  { path: 'address/city', type: 'text', caseExact: false },
]);
const ann: JsonObject = {
  displayName: "Ann O'Hara Ström",
  mail: 'Ann@contoso.example',
  accountEnabled: true,
  count: 5,
  createdDateTime: '2026-01-05T09:00:00.000Z',
  otherMails: ['a@home.example', 'b@home.example'],
  address: { city: 'Göteborg' },
};
const holds = (text: string, resource: JsonObject = ann) => compileFilter(parseFilter(text), properties)(resource);

describe('$filter', () => {
  test.for<[string, boolean]>([
    ["displayName eq 'ann o''hara STRÖM'", true],
    ["displayName eq 'ann'", false],
    ["displayName ne 'ann'", true],
    ["mail eq 'ann@contoso.example'", false],
    ["mail eq 'Ann@contoso.example'", true],
    ["startswith(displayName,'ann')", true],
    ["startsWith( displayName , 'bob' )", false],
    ["endswith(mail, '.example')", true],
    ["contains(displayName,'hara')", true],
    ['accountEnabled eq true', true],
    ['accountEnabled ne true', false],
    ['accountEnabled eq false or count gt 4', true],
    ['accountEnabled eq false or count gt 4 and count lt 5', false],
    ['(accountEnabled eq false or count ge 5) and count le 5', true],
    ["not startswith(displayName,'ann')", false],
    ['not(accountEnabled eq true)', false],
    ['createdDateTime ge 2026-01-05T09:00:00Z', true],
    ['createdDateTime gt 2026-01-05T10:00:00+01:00', false],
    ['createdDateTime lt 2026-01-06', true],
    ["displayName in ('bob', 'Ann O''Hara Ström')", true],
    ['count in (1, 2, 3)', false],
    ["otherMails/any(x:x eq 'B@HOME.example')", true],
    ["otherMails/any(m:startswith(m,'c'))", false],
    ["otherMails/any(x: x eq 'c' or endswith(x,'home.example'))", true],
    ['otherMails/any()', true],
    ["address/city eq 'göteborg'", true],
    ["DISPLAYNAME EQ 'ann' OR Address/City eq 'Göteborg'", true],
    ['displayName eq null', false],
  ])('%s evaluates to %s', ([filter, expected]) => {
    expect(holds(filter)).toBe(expected);
  });

  test('treats a missing value as null, which is neither greater nor less than any value', () => {
    expect(holds('mail eq null', {})).toBe(true);
    expect(holds("mail ne 'a'", {})).toBe(true);
    expect(holds('count gt 0 or count le 0', {})).toBe(false);
    expect(holds('otherMails/any()', {})).toBe(false);
  });

  test.for<[string, string]>([
    ['', 'a property is expected'],
    ['displayName', 'one of eq, ne'],
    ["displayName eq 'ann", 'a string has no closing quote'],
    ["displayName eq 'ann' x", 'and, or, or the end'],
    ['displayName eq ann', "a string in '…'"],
    ["displayName like 'ann'", 'one of eq, ne'],
    ["displayname eq 'a' and", 'a property is expected'],
    ["(displayName eq 'a'", '")" is expected'],
    ["lower(displayName) eq 'a'", 'one of startswith'],
    ['startswith(displayName, 5)', "a string in '…' is expected"],
    ["displayNam eq 'a'", 'Did you mean displayName?'],
    ["accountEnabled eq 'true'", 'is not a boolean'],
    ['displayName eq 5', 'is not a string'],
    ["createdDateTime gt '2026-13-45'", 'is not a date'],
    ["startswith(accountEnabled,'t')", 'works only on strings'],
    ["otherMails eq 'a'", 'it has several values'],
    ["displayName/any(x:x eq 'a')", 'it has one value'],
    ["otherMails/any(x eq 'a')", 'a variable with a colon'],
  ])('%j is rejected with the reason: %s', ([filter, message]) => {
    expect(() => holds(filter)).toThrow(message);
  });

  test('is accepted at the limits of length, nesting depth and number of comparisons, and rejected beyond them', () => {
    const long = (length: number) => `mail eq '${'x'.repeat(length - "mail eq ''".length)}'`;
    expect(holds(long(FILTER_LENGTH_MAX))).toBe(false);
    expect(() => holds(long(FILTER_LENGTH_MAX + 1))).toThrow('is the limit');
    const deep = (depth: number) => `${'('.repeat(depth)}count eq 5${')'.repeat(depth)}`;
    expect(holds(deep(FILTER_DEPTH_MAX))).toBe(true);
    expect(() => holds(deep(FILTER_DEPTH_MAX + 1))).toThrow('levels');
    const many = (terms: number) => Array.from({ length: terms }, () => 'count eq 5').join(' or ');
    expect(holds(many(FILTER_TERMS_MAX))).toBe(true);
    expect(() => holds(many(FILTER_TERMS_MAX + 1))).toThrow('comparisons');
  });

  test('is split into the conditions that `and` joins, even in parentheses, and has no conditions if it is missing', () => {
    expect(
      conjuncts(parseFilter("mail eq 'a' and (count eq 1 and count eq 2) and (count eq 1 or count eq 2)")),
    ).toHaveLength(4);
    expect(conjuncts(undefined)).toEqual([]);
  });
});

describe('$search', () => {
  const finds = (text: string) => compileFilter(parseSearch(text), properties)(ann);
  test('finds values by the beginning of a word or of the whole value, ignoring case', () => {
    expect(finds('"displayName:str"')).toBe(true);
    expect(finds('"displayName:hara"')).toBe(true);
    expect(finds('"displayName:ara"')).toBe(false);
    expect(finds('"displayName:ann o\'h"')).toBe(true);
    expect(finds('"displayName:bob" OR "mail:contoso"')).toBe(true);
    expect(finds('"displayName:bob" OR "mail:contoso" AND "displayName:bob"')).toBe(false);
  });

  test.for(['ann', '"ann"', '"displayName:"', '"displayName:a" "mail:b"', '"displayName:a" XOR "mail:b"'])(
    'rejects the invalid text %s',
    (text) => {
      expect(() => finds(text)).toThrow('$search');
    },
  );
});

describe('query options', () => {
  test('are read with and without the dollar sign', () => {
    const options = readOptions({ $top: '5', select: 'id, displayName', tenant: 'x', $orderby: 'displayName desc' }, [
      '$top',
      '$select',
      '$orderby',
    ]);
    expect(options).toMatchObject({
      top: 5,
      select: ['id', 'displayName'],
      count: false,
      orderBy: { path: 'displayName', descending: true },
    });
  });

  test.for<[Record<string, unknown>, string]>([
    [{ $top: '0' }, 'from 1 to'],
    [{ $top: String(TOP_MAX + 1) }, 'from 1 to'],
    [{ $top: 'x' }, 'from 1 to'],
    [{ $top: ['1', '2'] }, 'twice'],
    [{ $top: '1', top: '2' }, 'twice'],
    [{ $count: 'yes' }, 'true or false'],
    [{ $orderby: 'a, b' }, 'one property'],
    [{ $expand: 'manager' }, 'is not supported here'],
    [{ $apply: 'x' }, 'is not supported here'],
  ])('%j are rejected with the reason: %s', ([query, message]) => {
    expect(() => readOptions(query, ['$top', '$count', '$orderby'])).toThrow(message);
  });
});
