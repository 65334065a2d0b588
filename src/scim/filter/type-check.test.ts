import { describe, expect, test, vi } from 'vitest';
import { attribute, complex } from '../schema/attribute.ts';
import { compileResourceSchema, subAttribute } from '../schema/resource-schema.ts';
import { ENTERPRISE_USER_SCHEMA } from '../schema/enterprise-user.ts';
import { parseFilter } from './parse.ts';
import { suggestion } from '#base/suggestion.ts';
import { typeElementFilter, typeFilter } from './type-check.ts';

const ownUrn = 'urn:example:own:2.0:User';
const schema = compileResourceSchema('User', [
  {
    id: ownUrn,
    name: 'Own',
    description: '',
    attributes: [
      attribute('integer', 'age', ''),
      attribute('decimal', 'height', ''),
      attribute('dateTime', 'hired', ''),
      attribute('binary', 'photo', '', { caseExact: true }),
      attribute('string', 'tags', '', { multiValued: true }),
      attribute('string', 'department', ''),
      attribute('string', 'twice', ''),
      complex('desk', '', [attribute('string', 'room', ''), attribute('string', 'code', '', { returned: 'never' })]),
    ],
  },
  { id: 'urn:example:other:2.0:User', name: 'Other', description: '', attributes: [attribute('string', 'twice', '')] },
]);
const check = (text: string) => typeFilter(schema, parseFilter(text));

describe('typeFilter converts the value to the type of the attribute', () => {
  test.for<[string, unknown]>([
    ['userName eq "BJÖRN"', 'björn'],
    ['externalId eq "BJÖRN"', 'BJÖRN'],
    ['employeeNumber eq 123', '123'],
    ['userName co 12', '12'],
    ['active eq "True"', true],
    ['active ne FALSE', false],
    ['active eq null', null],
    ['title ne null', null],
    ['age gt 17', 17],
    ['age eq "-1.5e1"', -15],
    ['age eq -0', 0],
    ['age eq null', null],
    ['age eq "17"', 17],
    ['height le 1.85', 1.85],
    ['hired ge "2026-01-31"', '2026-01-31T00:00:00.000Z'],
    ['hired eq "2026-01-31T10:00:00+02:00"', '2026-01-31T08:00:00.000Z'],
    ['meta.created lt "2026-01-31T08:00:00.5Z"', '2026-01-31T08:00:00.500Z'],
    ['hired eq "2024-02-29t10:00z"', '2024-02-29T10:00:00.000Z'],
    ['photo eq "QUJD"', 'QUJD'],
    ['profileUrl sw "HTTP://x"', 'HTTP://x'],
    ['tags eq "Red"', 'red'],
    ['schemas eq "urn:X"', 'urn:X'],
  ])('%s compares with %j', ([text, value]) => {
    expect(check(text)).toMatchObject({ kind: 'comparison', value });
  });
});

test.for(['UTC', 'Asia/Tokyo', 'America/New_York'])(
  'a date without a time zone is interpreted as UTC on a server in %s',
  (zone) => {
    vi.stubEnv('TZ', zone);
    try {
      expect(check('hired eq "2026-01-31T08:00:00"')).toMatchObject({ value: '2026-01-31T08:00:00.000Z' });
      expect(check('hired eq "2026-01-31"')).toMatchObject({ value: '2026-01-31T00:00:00.000Z' });
    } finally {
      vi.unstubAllEnvs();
    }
  },
);

test('a typed comparison contains neither the position nor the path from the filter text', () => {
  const emails = schema.attributes.get('emails');
  expect(Object.keys(check('title eq "x"')).sort()).toEqual(['kind', 'operator', 'target', 'value']);
  const element = emails && typeElementFilter(emails, parseFilter('type eq "x"'));
  expect(Object.keys(element ?? {}).sort()).toEqual(['kind', 'operator', 'target', 'value']);
});

describe('typeFilter resolves the attributes in', () => {
  test.for<[string, string | undefined, string, string | undefined]>([
    ['EMAILS eq "x"', undefined, 'emails', 'value'],
    ['emails.TYPE eq "x"', undefined, 'emails', 'type'],
    ['manager eq "x"', ENTERPRISE_USER_SCHEMA, 'manager', 'value'],
    [
      `${ENTERPRISE_USER_SCHEMA.toLowerCase()}:manager.displayname eq "x"`,
      ENTERPRISE_USER_SCHEMA,
      'manager',
      'displayName',
    ],
    ['URN:IETF:params:scim:schemas:core:2.0:user:name.givenname eq "x"', undefined, 'name', 'givenName'],
    [`${ownUrn}:department eq "x"`, ownUrn, 'department', undefined],
    ['id eq "x"', undefined, 'id', undefined],
  ])('%s', ([text, extension, name, sub]) => {
    const typed = check(text);
    expect(typed).toMatchObject({ target: { extension, attribute: { name } } });
    expect(typed.kind === 'comparison' ? typed.target.sub?.name : undefined).toBe(sub);
  });

  test('a filter with value paths, not, and, or and pr', () => {
    expect(
      check('not (title pr) and (emails[type eq "Work"] or roles[primary eq "True"] or name[familyName pr])'),
    ).toMatchObject({
      kind: 'and',
      operands: [
        { kind: 'not', operand: { kind: 'present' } },
        {
          kind: 'or',
          operands: [
            { kind: 'valuePath', filter: { kind: 'comparison', target: { name: 'type' }, value: 'work' } },
            { kind: 'valuePath', filter: { value: true } },
            { kind: 'valuePath', filter: { kind: 'present', target: { name: 'familyName' } } },
          ],
        },
      ],
    });
    const emails = schema.attributes.get('emails');
    expect(emails && typeElementFilter(emails, parseFilter('not (type pr or value eq "X")'))).toMatchObject({
      kind: 'not',
      operand: { kind: 'or', operands: [{ kind: 'present' }, { value: 'x' }] },
    });
  });

  test('a value path of a simple multi-valued attribute, whose only sub-attribute is value', () => {
    const tags = schema.extensions.get(ownUrn.toLowerCase())?.attributes.get('tags');
    expect(tags && typeElementFilter(tags, parseFilter('VALUE eq "Red"'))).toMatchObject({
      target: { name: 'value' },
      value: 'red',
    });
    expect(() => tags && typeElementFilter(tags, parseFilter('type eq "Red"'))).toThrow(/"type"/);
  });
});

describe('typeFilter rejects', () => {
  test.for<[string, string, RegExp]>([
    ['shoeSize eq 1', 'filterUnknownAttribute', /"shoeSize" at position 0.*User/],
    ['usreName eq "x"', 'filterUnknownAttribute', /Did you mean "userName"/],
    ['departmnt pr', 'filterUnknownAttribute', /"departmnt"/],
    ['name.givnName pr', 'filterUnknownAttribute', /Did you mean "name\.givenName"/],
    ['nmae.givenName pr', 'filterUnknownAttribute', /"nmae\.givenName"/],
    ['urn:unknown:1.0:User:a pr', 'filterUnknownAttribute', /urn:unknown/],
    ['urn:ietf:params:scim:schemas:core:2.0:User:department pr', 'filterUnknownAttribute', /department/],
    ['twice pr', 'filterUnknownAttribute', /twice/],
    ['emails[typ eq "x"]', 'filterUnknownAttribute', /"typ".*"emails".*"type"/],
    ['emails[value.x eq "x"]', 'filterUnknownAttribute', /value\.x/],
    ['title.x eq "y"', 'filterUnknownAttribute', /title\.x/],
    ['password eq "x"', 'filterUnknownAttribute', /never returned/],
    ['password pr', 'filterUnknownAttribute', /never returned/],
    ['not (urn:ietf:params:scim:schemas:core:2.0:User:PASSWORD sw "a")', 'filterUnknownAttribute', /never returned/],
    ['desk.code eq "x"', 'filterUnknownAttribute', /never returned/],
    ['desk[code sw "x"]', 'filterUnknownAttribute', /"code" at position 5.*never returned/],
    // A secret attribute is not suggested, because a filter on it would be rejected, too.
    ['pasword eq "x"', 'filterUnknownAttribute', /not an attribute of a User\.$/],
    ['desk.cod pr', 'filterUnknownAttribute', /not an attribute of a User\.$/],
    ['desk[cod pr]', 'filterUnknownAttribute', /not an attribute of "desk"\.$/],
    ['name eq "x"', 'filterOperator', /sub-attributes, formatted, familyName/],
    ['desk eq "x"', 'filterOperator', /room/],
    ['title[value eq "x"]', 'filterOperator', /brackets/],
    ['emails.value[type eq "x"]', 'filterOperator', /brackets/],
    ['active gt true', 'filterOperator', /boolean.*gt/],
    ['active eq "maybe"', 'filterOperator', /true or false.*"maybe"/],
    ['active eq 1', 'filterOperator', /true or false/],
    ['userName eq true', 'filterOperator', /double quotes/],
    ['userName gt null', 'filterOperator', /null.*gt/],
    ['age co "1"', 'filterOperator', /number.*co/],
    ['age eq "old"', 'filterOperator', /number, not "old"/],
    ['age eq " "', 'filterOperator', /number/],
    ['age eq "0x10"', 'filterOperator', /number/],
    ['age eq "1e999"', 'filterOperator', /number/],
    ['age eq true', 'filterOperator', /number/],
    ['hired sw "2026"', 'filterOperator', /date.*sw/],
    ['hired eq "today"', 'filterOperator', /date such as/],
    ['hired eq "2026-13-45"', 'filterOperator', /date such as/],
    ['hired eq "2026-02-30"', 'filterOperator', /date such as/],
    ['hired eq "2026-02-29T10:00:00Z"', 'filterOperator', /date such as/],
    ['hired eq "2026-01-31T25:00:00Z"', 'filterOperator', /date such as/],
    ['hired eq "10:00:00Z"', 'filterOperator', /date such as/],
    ['hired eq "0000-01-01T00:00:00+10:00"', 'filterOperator', /date such as/],
    ['hired eq "9999-12-31T23:59:59-10:00"', 'filterOperator', /date such as/],
    ['hired eq 2026', 'filterOperator', /date such as/],
    ['photo sw "QQ"', 'filterOperator', /binary.*sw/],
  ])('%s with %s', ([text, code, message]) => {
    expect(() => check(text)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });

  test('a nested value path, which only a filter built in code can have', () => {
    const emails = schema.attributes.get('emails');
    const inner = parseFilter('ims[type pr]');
    expect(() => emails && typeElementFilter(emails, inner)).toThrow(/sub-attribute of "emails"/);
  });
});

test('suggestion returns the closest similar name, or undefined', () => {
  expect(suggestion('USERNAM', ['userName', 'userType'])).toBe('userName');
  expect(suggestion('x', ['userName'])).toBeUndefined();
  expect(suggestion('abcd', ['abxy', 'abcx'])).toBe('abcx');
  expect(suggestion('color', ['locale'])).toBeUndefined();
});

test('subAttribute finds a sub-attribute by its name in any case', () => {
  const name = schema.attributes.get('name');
  expect(name && subAttribute(name, 'GIVENNAME')?.name).toBe('givenName');
  expect(name && subAttribute(name, 'x')).toBeUndefined();
});
