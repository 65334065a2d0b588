import { describe, expect, test } from 'vitest';
import { errorOf } from '../../../tests/support/error-of.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { applyPatch } from '#scim/patch/apply-patch.ts';
import { readPatchRequest } from '#scim/patch/read-patch-request.ts';
import { attribute, complex, type AttributeDefinition } from '#scim/schema/attribute.ts';
import { compileResourceSchema, type ResourceSchema } from '#scim/schema/resource-schema.ts';
import { hasMeaning } from './element-meaning.ts';
import { normalizeResource } from './normalize.ts';

/** Elements of multi-valued attributes: which are rejected, which mean "no value", and which are equal (RFC 7643 §2.4). */

const OWN = 'urn:example:own:2.0:User';
const ignore = { unknownAttributes: 'ignore' } as const;
const text = (name: string) => attribute('string', name, '');
const user = compileResourceSchema('User', [
  {
    id: OWN,
    name: 'Own',
    description: '',
    attributes: [
      attribute('string', 'tags', '', { multiValued: true }),
      attribute('string', 'codes', '', { multiValued: true, caseExact: true }),
      attribute('integer', 'floors', '', { multiValued: true }),
      complex('desks', '', [text('room'), text('type')], { multiValued: true }),
      complex('flags', '', [text('type'), attribute('boolean', 'primary', '')], { multiValued: true }),
      complex('keys', '', [text('value'), text('code'), text('display'), text('type')], { multiValued: true }),
      complex('box', '', [attribute('string', 'colors', '', { multiValued: true })]),
    ],
  },
]);
const group = compileResourceSchema('Group');

interface Place {
  readonly schema: ResourceSchema;
  /** The full name of the attribute, as a path. */
  readonly path: string;
  readonly definition: AttributeDefinition;
}

/** Every multi-valued attribute that a client may write, of every schema. */
const places: readonly Place[] = [user, group].flatMap((schema) => [
  ...within(schema, '', schema.attributes.values()),
  ...[...schema.extensions.values()].flatMap(({ urn, attributes }) => within(schema, `${urn}:`, attributes.values())),
]);

function within(schema: ResourceSchema, prefix: string, attributes: Iterable<AttributeDefinition>): readonly Place[] {
  return [...attributes]
    .filter(({ multiValued, mutability }) => multiValued && mutability !== 'readOnly')
    .map((definition) => ({ schema, path: `${prefix}${definition.name}`, definition }));
}

const named = (name: string) => {
  const place = places.find(({ path }) => path === name);
  if (place === undefined) throw new Error(`no attribute ${name}`);
  return place;
};

function validElement({ definition }: Place): JsonValue {
  if (definition.type !== 'complex') return definition.type === 'integer' ? 7 : 'x';
  const [first] = definition.subAttributes ?? [];
  return { [first?.name ?? '']: 'eHh4' };
}

/** Returns the ways to write a value of the whole attribute; each function returns the resulting document. */
function written({ schema, path }: Place, value: JsonValue, before: JsonObject = {}) {
  const patched = (operation: JsonObject) => {
    const { operations } = readPatchRequest(schema, { Operations: [operation] }, ignore);
    return applyPatch(schema, before, operations);
  };
  return {
    body: () => normalizeResource(schema, { [path]: value }, ignore).document,
    add: () => patched({ op: 'add', path, value }),
    replace: () => patched({ op: 'replace', path, value }),
    'add without a path': () => patched({ op: 'add', value: { [path]: value } }),
    'replace without a path': () => patched({ op: 'replace', value: { [path]: value } }),
  };
}

const meaningless: readonly JsonValue[] = [
  null,
  '',
  {},
  [],
  { value: '' },
  { value: null },
  { value: [] },
  { display: 'Ann' },
  { type: '' },
  { nothing: 'x' },
];

describe.for(places.map((place) => [place.path, place] as const))('the attribute %s', ([, place]) => {
  const valid = validElement(place);

  test('accepts an element with a value', () => {
    for (const write of Object.values(written(place, [valid])))
      expect(JSON.stringify(write())).toContain(place.definition.name);
  });

  test.for(meaningless.map((element) => [JSON.stringify(element), element] as const))(
    'rejects the element %s, alone and next to a valid one, in a body and in a PATCH',
    ([, element]) => {
      for (const value of [[element], [valid, element], [element, valid]]) {
        for (const [how, write] of Object.entries(written(place, value))) {
          const { code, message } = errorOf(write);
          expect(['invalidValue', 'invalidType'], `${how}: ${message}`).toContain(code);
          expect(message).toContain(place.definition.name);
        }
      }
    },
  );

  test('is removed by null or an empty list in a body or a replace, but not in an add', () => {
    const before = written(place, [valid]).body();
    for (const value of [null, []] as const) {
      const ways = written(place, value, before);
      expect(ways.body()).toEqual({});
      expect(ways.replace()).toEqual({});
      expect(ways.add()).toEqual(before);
    }
  });
});

describe('an element that has only labels', () => {
  const labeled = (place: Place) => (place.definition.subAttributes ?? []).some(({ name }) => name === 'type');

  test.for(places.filter(labeled).map((place) => [place.path, place] as const))(
    'is accepted in %s only if the attribute defines nothing but labels',
    ([, place]) => {
      const type = place.path === 'members' ? 'User' : 'work';
      const isAll = hasMeaning(place.path, place.definition, { type });
      for (const write of Object.values(written(place, [{ type }]))) {
        if (isAll) expect(write()).not.toEqual({});
        else expect(errorOf(write).code).toBe('invalidValue');
      }
      expect(isAll).toBe(place.path === `${OWN}:flags`);
    },
  );

  test.for<[string, JsonValue, string]>([
    ['addresses', { type: 'work' }, 'has no content (an object without content was sent)'],
    ['addresses', { type: 'work' }, 'Send a sub-attribute with content, such as addresses.formatted, or leave'],
    ['emails', { value: '' }, 'has no value (an object with an empty value was sent)'],
    ['emails', { type: 'work' }, 'has no value (an object without a value was sent), so it is not clear which value'],
    ['emails', {}, 'has no value (an empty object was sent)'],
    ['members', { VALUE: null }, 'has no value (an object with an empty value was sent)'],
  ])('or no content is rejected with a message that says what is missing: %s %j %s', ([path, element, words]) => {
    for (const write of [written(named(path), [element]).body, written(named(path), [element]).add]) {
      expect(errorOf(write).message).toContain(words);
    }
  });

  test('is rejected if it is the result of a PATCH', () => {
    const patch = (...operations: JsonObject[]) =>
      applyPatch(user, {}, readPatchRequest(user, { Operations: operations }, ignore).operations);
    const display = { op: 'add', path: 'emails[type eq "work"].display', value: 'Ann' };
    const value = { op: 'add', path: 'emails[type eq "work"].value', value: 'ann@x' };
    expect(errorOf(() => patch(display)).message).toMatch(/^An element of emails has no value/);
    expect(patch(display, value)).toEqual({ emails: [{ type: 'work', display: 'Ann', value: 'ann@x' }] });
    expect(errorOf(() => normalizeResource(user, { 'emails.type': 'work' }, ignore)).code).toBe('invalidValue');
  });

  test('is accepted if it also has a sub-attribute that RFC 7643 §2.4 does not define', () => {
    expect(written(named(`${OWN}:keys`), [{ code: '1' }]).body()).toEqual({ [OWN]: { keys: [{ code: '1' }] } });
  });
});

/** The forms of "no value" that clients send: Entra ID with paths; OneLogin, PingFederate and Google Workspace with templates. */
describe('values that clients send to mean "no value"', () => {
  const before: JsonObject = {
    emails: [
      { type: 'work', value: 'ann@x' },
      { type: 'home', value: 'ann@y' },
    ],
  };
  const home = { emails: [{ type: 'home', value: 'ann@y' }] };
  const patch = (operation: JsonObject) =>
    applyPatch(user, before, readPatchRequest(user, { Operations: [operation] }, ignore).operations);

  test.for<[string, JsonValue]>([
    ['emails[type eq "work"].value', ''],
    ['emails[type eq "work"].value', null],
    ['emails[type eq "work"]', null],
    ['emails[type eq "work"]', ''],
    ['emails[type eq "work"]', { value: '' }],
    ['emails[type eq "work"]', { type: 'work', value: '' }],
    ['emails[type eq "work"]', [{ type: 'work', value: '' }]],
    ['emails[type eq "work"]', { type: 'work', value: null, display: '' }],
  ])('a replace of %s with %j removes the element, and an add changes nothing', ([path, value]) => {
    expect(patch({ op: 'replace', path, value })).toEqual(home);
    expect(patch({ op: 'add', path, value })).toEqual(before);
  });

  test.for<[JsonValue]>([
    [{ type: 'work', value: '' }],
    [{ type: 'work', value: null, primary: true }],
    [{ Type: 'work', VALUE: '' }],
    [{ type: 'work', value: '', display: '' }],
    [{ primary: true, value: '' }],
    [{ type: 'work', value: '', display: 'Work' }],
    [{ value: '', display: 'Work' }],
  ])('the template %j is left out of a list', ([template]) => {
    const list = [template, { type: 'home', value: 'ann@y' }];
    for (const write of Object.values(written(named('emails'), list))) expect(write()).toEqual(home);
    expect(written(named('emails'), [template], before).replace()).toEqual({});
  });

  test.for<[JsonValue]>([[''], [{ type: 'work', value: '' }]])(
    '%j instead of a list removes all values in a body or a replace',
    ([value]) => {
      const ways = written(named('emails'), value, before);
      expect(ways.body()).toEqual({});
      expect(ways.replace()).toEqual({});
      expect(ways.add()).toEqual(before);
    },
  );

  test('an address with a label and empty values is left out, but one with only a label is rejected', () => {
    const template = { type: 'work', streetAddress: '', country: null };
    expect(written(named('addresses'), [template]).body()).toEqual({});
    expect(errorOf(written(named('addresses'), [{ type: 'work' }]).body).code).toBe('invalidValue');
  });

  test('a template with invalid labels is rejected', () => {
    for (const element of [
      { value: '', primary: 'perhaps' },
      { value: '', type: ['a', 'b'] },
    ]) {
      expect(errorOf(written(named('emails'), [element]).body).code).toBe('invalidType');
    }
  });

  test.for<[JsonValue]>([
    [{ primary: 'False', type: 'WindowsAzureActiveDirectoryRole', display: 'User', value: '' }],
    [{ value: '{"id":"18d14569-c3bd-439b-9a66-3a2aee01d14f","value":"","displayName":"User"}' }],
    [{ value: '', displayName: 'User' }],
  ])('the Entra ID app role %j without a value is left out, and the user is accepted', ([role]) => {
    for (const write of Object.values(written(named('roles'), [role]))) expect(write()).toEqual({});
    const path = 'roles[primary eq "True"]';
    const { operations } = readPatchRequest(user, { Operations: [{ op: 'replace', path, value: role }] }, ignore);
    expect(applyPatch(user, { roles: [{ value: 'a', primary: true }] }, operations)).toEqual({});
  });
});

describe('members', () => {
  const before: JsonObject = { displayName: 'g', members: [{ value: 'a' }, { value: 'b' }] };
  const attempt = (operation: JsonObject) => () =>
    applyPatch(group, before, readPatchRequest(group, { Operations: [operation] }, ignore).operations);

  test.for<[JsonValue]>([
    [''],
    [{}],
    [{ value: '' }],
    [{ value: ' ' }],
    [{ type: 'User', value: '' }],
    [{ type: 'User', value: '', display: 'Ann' }],
    [{ type: 'User' }],
  ])('are not emptied by %j, which is rejected', ([value]) => {
    for (const sent of [value, [value]]) {
      for (const write of Object.values(written(named('members'), sent, before))) {
        expect(errorOf(write).code).toBe('invalidValue');
      }
    }
  });

  test.for<[string, JsonValue]>([
    ['members.value', ''],
    ['members.value', null],
    ['members[value eq "a"]', ''],
    ['members[value eq "a"]', {}],
    ['members[value eq "a"]', { value: '' }],
    ['members[value eq "a"]', { display: 'Ann' }],
    ['members[value eq "a"].value', ''],
  ])('are not removed by an empty value: setting %s to %j is rejected', ([path, value]) => {
    for (const op of ['add', 'replace']) expect(errorOf(attempt({ op, path, value })).code).toBe('invalidValue');
  });

  test('are not added by a sub-attribute other than "value"', () => {
    const operation = { op: 'add', path: 'members.type', value: 'User' };
    const { operations } = readPatchRequest(group, { Operations: [operation] }, ignore);
    expect(errorOf(() => applyPatch(group, {}, operations)).code).toBe('invalidValue');
    expect(errorOf(() => normalizeResource(group, { 'members.type': 'User' }, ignore)).code).toBe('invalidValue');
    expect(errorOf(() => normalizeResource(group, { 'members.value': '' }, ignore)).code).toBe('invalidValue');
  });
});

describe('a remove by value', () => {
  test.for(places.map((place) => [place.path, place] as const))('from %s must name at least one value', ([, place]) => {
    const before = written(place, [validElement(place)]).body();
    const remove = (value: JsonValue) => () => {
      const body = { Operations: [{ op: 'remove', path: place.path, value }] };
      return applyPatch(place.schema, before, readPatchRequest(place.schema, body, ignore).operations);
    };
    for (const value of [
      '',
      ' ',
      [],
      {},
      [null],
      [''],
      [{}],
      [{ value: '' }],
      [{ value: null }],
      [{ type: 'work' }],
      [[]],
      true,
    ]) {
      expect(errorOf(remove(value)).code, JSON.stringify(value)).toBe('invalidValue');
    }
    // RFC 7644 does not define a bare string as the value: it is an error if no element has it. A list may name values that were removed
    // before.
    expect(errorOf(remove('no such value')).code).toBe('invalidValue');
    expect(remove([{ value: 'no such value' }])()).toEqual(before);
  });
});

describe('repeated elements', () => {
  test.for<[string, string, readonly JsonValue[], readonly JsonValue[]]>([
    [
      'with the same value and type',
      'emails',
      [
        { value: 'ann@x', type: 'work' },
        { value: 'ann@x', type: 'work', display: 'Ann' },
      ],
      [{ value: 'ann@x', type: 'work', display: 'Ann' }],
    ],
    [
      'with a value and a type in another letter case',
      'emails',
      [
        { value: 'ann@x', type: 'work' },
        { value: 'ANN@X', type: 'Work', primary: true },
      ],
      [{ value: 'ann@x', type: 'work', primary: true }],
    ],
    [
      'with the same value and no type',
      'phoneNumbers',
      [{ value: 'a' }, { value: 'A' }, { value: 'a', type: 'work' }],
      [{ value: 'a' }, { value: 'a', type: 'work' }],
    ],
    ['without a sub-attribute "value"', 'addresses', [{ country: 'de' }, { country: 'DE' }], [{ country: 'de' }]],
    ['that are simple values', `${OWN}:tags`, ['Straße', 'STRASSE', 'b'], ['Straße', 'b']],
    ['that are case-sensitive simple values', `${OWN}:codes`, ['a', 'A', 'a'], ['a', 'A']],
    [
      'with a case-sensitive value',
      'photos',
      [{ value: 'http://x/A' }, { value: 'http://x/a' }, { value: 'http://x/A' }],
      [{ value: 'http://x/A' }, { value: 'http://x/a' }],
    ],
  ])('%s are merged', ([, path, sent, kept]) => {
    const place = named(path);
    for (const write of Object.values(written(place, sent))) expect(valueAt(write(), path)).toEqual(kept);
    const [first = null, ...others] = sent;
    const before = written(place, [first]).body();
    expect(valueAt(written(place, others, before).add(), path)).toEqual(kept);
  });

  test('in another letter case do not change the existing element', () => {
    const before: JsonObject = { emails: [{ value: 'ann@x', type: 'work', primary: true }] };
    expect(written(named('emails'), [{ value: 'Ann@X', type: 'WORK' }], before).add()).toEqual(before);
  });
});

function valueAt(document: JsonObject, path: string): JsonValue | undefined {
  const own = document[OWN] as JsonObject | undefined;
  return path.startsWith(OWN) ? own?.[path.slice(OWN.length + 1)] : document[path];
}
