import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { attribute } from '../schema/attribute.ts';
import { ENTERPRISE_USER_SCHEMA } from '../schema/enterprise-user.ts';
import { elementMatches, matches } from './evaluate.ts';
import { parseFilter } from './parse.ts';
import { typeElementFilter, typeFilter } from './type-check.ts';
import { OWN, userWithCustomAttributes } from '#scim/schema/custom-user.fixture.ts';

const schema = userWithCustomAttributes(
  attribute('integer', 'age', ''),
  attribute('string', 'tags', '', { multiValued: true }),
  attribute('dateTime', 'hired', ''),
);

const bob: JsonObject = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE_USER_SCHEMA],
  id: 'Id1',
  userName: 'Björn',
  active: true,
  title: '',
  name: { familyName: 'Straße' },
  emails: [
    { value: 'bjorn@work.example', type: 'work', primary: true },
    { value: 'bjorn@home.example', type: 'home' },
    { value: 'other@x.example' },
  ],
  roles: [],
  [ENTERPRISE_USER_SCHEMA]: { department: 'R&D', manager: { value: 'M1' } },
  [OWN]: { age: 42, tags: ['Red', 'blue'], hired: '2026-01-31T08:00:00.000Z' },
  meta: { lastModified: '2026-01-05T09:00:00.000Z' },
};

describe('matches', () => {
  test.for<[string, boolean]>([
    ['userName eq "BJÖRN"', true],
    ['userName eq "bjoern"', false],
    ['userName ne "björn"', false],
    ['userName ne "x"', true],
    ['userName co "JÖ"', true],
    ['userName sw "BJ"', true],
    ['userName sw "jö"', false],
    ['userName ew "RN"', true],
    ['userName ew "r"', false],
    ['userName co "" and userName sw "" and userName ew ""', true],
    ['name.familyName eq "STRASSE"', true],
    ['id eq "Id1"', true],
    ['id eq "id1"', false],
    ['userName gt "a" and userName lt "c" and userName ge "björn" and userName le "björn"', true],
    ['userName gt "björn"', false],
    ['userName lt "björn"', false],
    ['active eq true', true],
    ['active eq "false"', false],
    ['active ne false', true],
    ['age eq 42 and age ge 42 and age le 42 and age gt 41 and age lt 43', true],
    ['age gt 42', false],
    ['age lt 42', false],
    ['hired gt "2026-01-31T08:59:00+01:00"', true],
    ['meta.lastModified lt "2026-01-05T09:00:00Z"', false],
    // An attribute without a value has the single value null.
    ['nickName pr', false],
    ['nickName eq null', true],
    ['nickName ne null', false],
    ['nickName ne "x"', true],
    ['nickName eq "x"', false],
    ['nickName co "x"', false],
    ['nickName gt "x"', false],
    ['name.givenName eq null', true],
    ['costCenter ne "x"', true],
    ['title pr', false],
    ['userName pr and emails pr and name pr and active pr', true],
    ['roles pr', false],
    ['roles ne "x"', true],
    ['roles[value pr]', false],
    ['roles[value ne "x"]', false],
    ['photos eq null', true],
    // A multi-valued attribute matches by any of its values.
    ['emails.type eq "home"', true],
    ['emails.type eq null', true],
    ['emails.type ne "work"', true],
    ['emails co "work.example"', true],
    ['emails.primary eq "True"', true],
    ['not (emails.type eq "home")', false],
    ['emails[type eq "work" and value co "home"]', false],
    ['emails[type eq "WORK" and value co "work"]', true],
    ['emails[type eq "work"].value eq "BJORN@work.example"', true],
    ['emails[not (type pr)]', true],
    ['emails[type eq "home" or type eq "x"]', true],
    ['emails[primary ne true and type pr]', true],
    ['name[familyName pr]', true],
    ['department eq "r&d"', true],
    [`${ENTERPRISE_USER_SCHEMA}:manager eq "M1"`, true],
    ['manager eq "m1"', false],
    ['tags eq "RED"', true],
    ['tags eq "green"', false],
    ['schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"', true],
    ['userName eq "x" or age eq 42', true],
    ['userName eq "x" or age eq 43', false],
  ])('evaluates %s to %s', ([text, expected]) => {
    expect(matches(typeFilter(schema, parseFilter(text)), bob)).toBe(expected);
  });

  test('treats the attributes of a missing extension as null', () => {
    expect(matches(typeFilter(schema, parseFilter('department eq null')), { userName: 'x' })).toBe(true);
  });

  test('ignores inherited properties of the resource', () => {
    expect(matches(typeFilter(schema, parseFilter('title pr')), Object.create({ title: 'x' }) as JsonObject)).toBe(
      false,
    );
  });

  test('orders strings by code point, not by UTF-16 code unit', () => {
    const high = { userName: '\u{1F600}' };
    expect(matches(typeFilter(schema, parseFilter('userName gt "\uFFEE"')), high)).toBe(true);
    expect(matches(typeFilter(schema, parseFilter('userName lt "\uFFEE"')), high)).toBe(false);
  });
});

test('elementMatches treats a simple element as its own sub-attribute "value"', () => {
  const tags = schema.extensions.get(OWN.toLowerCase())?.attributes.get('tags');
  const filter = tags && typeElementFilter(tags, parseFilter('value eq "RED"'));
  expect(filter && elementMatches(filter, 'Red')).toBe(true);
  expect(filter && elementMatches(filter, 'green')).toBe(false);
  const emails = schema.attributes.get('emails');
  const present = (name: string) => emails && typeElementFilter(emails, parseFilter(`${name} pr`));
  const [value, type] = [present('value'), present('type')];
  expect(value && elementMatches(value, 'ann@x.example')).toBe(true);
  expect(type && elementMatches(type, 'ann@x.example')).toBe(false);
});
