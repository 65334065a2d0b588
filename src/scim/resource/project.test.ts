import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { SELECTION_NAMES_MAX } from '#scim/limits.ts';
import { attribute, complex, multiValued } from '#scim/schema/attribute.ts';
import { ENTERPRISE_USER_SCHEMA as E } from '#scim/schema/enterprise-user.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import { parseSelection, project, wants } from './project.ts';
import { OWN, userWithCustomAttributes } from '#scim/schema/custom-user.fixture.ts';

const user = userWithCustomAttributes(
  attribute('string', 'rare', '', { returned: 'request' }),
  attribute('string', 'secret', '', { returned: 'never' }),
  complex('desk', '', [
    attribute('string', 'id', '', { returned: 'always' }),
    attribute('string', 'room', ''),
    attribute('string', 'rare', '', { returned: 'request' }),
    attribute('string', 'pin', '', { returned: 'never' }),
  ]),
  multiValued('things', '', attribute('string', 'value', ''), []),
);
const group = compileResourceSchema('Group');

const always = { id: '1', schemas: [user.core.id] };
const anna: JsonObject = {
  ...always,
  meta: { resourceType: 'User' },
  userName: 'anna',
  password: 'hunter2',
  name: { givenName: 'Anna', familyName: 'Ek' },
  emails: [{ value: 'a@x', type: 'work' }, { type: 'home' }],
  [E]: { department: 'IT', manager: { value: '2', displayName: 'Eva' } },
  [OWN]: { rare: 'r', secret: 's', desk: { id: 'd', room: '7', rare: 'x', pin: '1' } },
  unheardOf: 1,
};

describe('the selection of attributes', () => {
  const without = (resource: JsonObject, ...names: string[]): JsonObject =>
    Object.fromEntries(Object.entries(resource).filter(([name]) => !names.includes(name)));
  const all: JsonObject = { ...without(anna, 'password', 'unheardOf'), [OWN]: { desk: { id: 'd', room: '7' } } };
  const allButName = without(all, 'name');

  it.each<[string | undefined, string | undefined, JsonObject]>([
    [undefined, undefined, all],
    ['', '', all],
    [' , ', undefined, all],
    ['userName', undefined, { ...always, userName: 'anna' }],
    ['userName', 'userName', { ...always, userName: 'anna' }],
    [' USERNAME , Name.FamilyName', undefined, { ...always, userName: 'anna', name: { familyName: 'Ek' } }],
    ['name,name.familyName', undefined, { ...always, name: { givenName: 'Anna', familyName: 'Ek' } }],
    [`${user.core.id}:userName`, undefined, { ...always, userName: 'anna' }],
    ['emails.value', undefined, { ...always, emails: [{ value: 'a@x' }] }],
    ['emails.display', undefined, always],
    ['emails[type eq "home"]', undefined, { ...always, emails: [{ type: 'home' }] }],
    ['emails[type eq "work"],emails[value pr]', undefined, { ...always, emails: [{ value: 'a@x', type: 'work' }] }],
    ['emails[type eq "work"],emails[type eq "home"]', undefined, { ...always, emails: anna['emails'] ?? null }],
    [
      'userName, emails[value eq "a@x" and type eq "work"]',
      undefined,
      { ...always, userName: 'anna', emails: [{ value: 'a@x', type: 'work' }] },
    ],
    ['emails[value eq "a,]\\"x"],userName', undefined, { ...always, userName: 'anna' }],
    ['emails[type eq "other"]', undefined, always],
    ['shoes[size gt 7],userName', undefined, { ...always, userName: 'anna' }],
    [`${E}:department`, undefined, { ...always, [E]: { department: 'IT' } }],
    ['department', undefined, { ...always, [E]: { department: 'IT' } }],
    [`${E.toLowerCase()}:manager.value`, undefined, { ...always, [E]: { manager: { value: '2' } } }],
    [E, undefined, { ...always, [E]: anna[E] ?? null }],
    [`${E},${E}:manager.value`, undefined, { ...always, [E]: anna[E] ?? null }],
    [
      user.core.id,
      undefined,
      { ...always, userName: 'anna', name: anna['name'] ?? null, emails: anna['emails'] ?? null },
    ],
    ['shoeSize,urn:x:y', undefined, always],
    ['password', undefined, always],
    [`${OWN}:rare`, undefined, { ...always, [OWN]: { rare: 'r' } }],
    [`${OWN}:secret`, undefined, always],
    [`${OWN}:desk.rare`, undefined, { ...always, [OWN]: { desk: { id: 'd', rare: 'x' } } }],
    [`${OWN}:desk.pin`, undefined, { ...always, [OWN]: { desk: { id: 'd' } } }],
    [undefined, 'name', allButName],
    [undefined, 'id,schemas,name', allButName],
    [undefined, 'name.givenName', { ...all, name: { familyName: 'Ek' } }],
    [undefined, 'name.givenName,name.familyName', allButName],
    [undefined, 'emails.type', { ...all, emails: [{ value: 'a@x' }] }],
    [undefined, `${OWN}:desk.id`, all],
    [undefined, `${OWN}:desk.room`, { ...all, [OWN]: { desk: { id: 'd' } } }],
    [undefined, `${E},shoeSize,${OWN}`, without(all, E, OWN)],
  ])('applies attributes=%j and excludedAttributes=%j', (attributes, excluded, expected) => {
    expect(project(user, anna, parseSelection(user, attributes, excluded))).toEqual(expected);
  });

  it('keeps empty lists, and leaves out complex attributes that are not objects', () => {
    const resource = { id: '1', members: [], displayName: 'x' };
    expect(project(group, resource, parseSelection(group, undefined, undefined))).toEqual(resource);
    const odd = { ...always, name: 'x', [E]: 'x' };
    expect(project(user, odd, parseSelection(user, undefined, undefined))).toEqual(always);
  });

  it.each<[string | undefined, string | undefined, boolean]>([
    [undefined, undefined, true],
    ['displayName', undefined, false],
    ['members', undefined, true],
    ['members.value', undefined, true],
    [undefined, 'MEMBERS', false],
    [undefined, 'members.value', true],
    [undefined, 'displayName', true],
  ])('wants(members) with attributes=%j and excludedAttributes=%j returns %j', (attributes, excluded, expected) => {
    expect(wants(parseSelection(group, attributes, excluded), group, 'members')).toBe(expected);
  });

  it.each(['userName eq "a[b"', 'not (emails[type eq "work"])'])(
    'rejects attributes=%s with invalidQuery',
    (attributes) => {
      expect(() => parseSelection(user, attributes, undefined)).toThrow(
        expect.objectContaining({ code: 'invalidQuery', attribute: 'attributes' }),
      );
    },
  );

  it.each(['attributes', 'excludedAttributes'])('accepts at most SELECTION_NAMES_MAX names in %s', (parameter) => {
    const parse = (count: number) => {
      const text = Array.from({ length: count }, (_, index) => (index === 0 ? 'title' : `name${index}`)).join(',');
      return parameter === 'attributes' ? parseSelection(user, text, undefined) : parseSelection(user, undefined, text);
    };
    expect([...parse(SELECTION_NAMES_MAX).names]).toEqual(['title']);
    expect(() => parse(SELECTION_NAMES_MAX + 1)).toThrow(
      expect.objectContaining({ code: 'invalidQuery', attribute: parameter }),
    );
  });

  it('does not include attributes that are never returned or unknown', () => {
    const selection = parseSelection(user, 'password,shoeSize', undefined);
    expect(wants(selection, user, 'password')).toBe(false);
    expect(wants(selection, user, 'shoeSize')).toBe(false);
    expect(wants(selection, user, 'id')).toBe(true);
  });
});
