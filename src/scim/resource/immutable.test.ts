import { describe, expect, test } from 'vitest';
import { errorOf } from '../../../tests/support/error-of.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { attribute, complex, type AttributeDefinition } from '#scim/schema/attribute.ts';
import { OWN, userWithCustomAttributes } from '#scim/schema/custom-user.fixture.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import { replaceDocument, requireElementsKept, requireImmutableKept, requireSubAttributesKept } from './immutable.ts';

const text = (name: string, characteristics: Partial<AttributeDefinition> = {}) =>
  attribute('string', name, '', characteristics);
const bound = { mutability: 'immutable' } as const;
const hidden = { mutability: 'immutable', returned: 'never' } as const;
const schema = userWithCustomAttributes(
  text('badge', bound),
  text('rooms', { multiValued: true, ...bound }),
  text('seed', hidden),
  text('note'),
  text('password', { returned: 'never' }),
  complex('token', '', [text('label'), text('code', { returned: 'never' })], bound),
  complex('laptop', '', [
    text('serial', bound),
    text('label'),
    text('pin', hidden),
    text('code', { returned: 'never' }),
  ]),
  complex('cars', '', [text('plate', bound), text('color'), text('pin', hidden)], { multiValued: true }),
  complex('cards', '', [text('value'), text('chip', bound), text('color')], { multiValued: true }),
);

const replace = (before: JsonObject, after: JsonObject) =>
  replaceDocument(schema, { userName: 'ann', [OWN]: before }, { userName: 'ann', [OWN]: after });
const stored = (before: JsonObject, after: JsonObject) => replace(before, after)[OWN];
const refusal = (before: JsonObject, after: JsonObject) => errorOf(() => replace(before, after));
const definitionOf = (name: string) => {
  const found = schema.extensions.get(OWN.toLowerCase())?.attributes.get(name) ?? undefined;
  if (found === undefined) throw new Error(`no attribute ${name}`);
  return found;
};

describe('replaceDocument', () => {
  test.for<[string, JsonObject, JsonObject]>([
    ['sets immutable attributes that have no value', {}, { badge: '1', laptop: { serial: 's' } }],
    ['keeps an immutable value that is sent again', { badge: '1' }, { badge: '1', note: 'x' }],
    ['reorders the values of an immutable list', { rooms: ['a', 'b'] }, { rooms: ['b', 'a'] }],
    [
      'changes a sub-attribute next to an immutable one',
      { laptop: { serial: 's', label: 'a' } },
      { laptop: { serial: 's', label: 'b' } },
    ],
    ['removes a complex value with an immutable sub-attribute', { laptop: { serial: 's' } }, { note: 'x' }],
    ['replaces an element with an immutable sub-attribute', { cars: [{ plate: 'A' }] }, { cars: [{ plate: 'B' }] }],
    ['removes all elements with an immutable sub-attribute', { cars: [{ plate: 'A', color: 'red' }] }, {}],
    [
      'adds an immutable sub-attribute to a complex value without it',
      { laptop: { label: 'a' } },
      { laptop: { label: 'a', serial: 's' } },
    ],
    [
      'adds a sub-attribute to an element with an immutable one',
      { cards: [{ value: '1', chip: 'c' }] },
      { cards: [{ value: '1', chip: 'c', color: 'red' }] },
    ],
    [
      'changes the value of an element, which makes it a different element',
      { cards: [{ value: '1', chip: 'c' }] },
      { cards: [{ value: '2', chip: 'd' }] },
    ],
  ])('%s', ([, before, after]) => {
    expect(stored(before, after)).toEqual(after);
  });

  test.for<[string, JsonObject, JsonObject, string, RegExp]>([
    ['an addition to an immutable list', { rooms: ['a'] }, { rooms: ['a', 'b'] }, 'rooms', /cannot become/],
    ['a change to an immutable value', { badge: '1' }, { badge: '2' }, 'badge', /is "1" and cannot become "2"/],
    [
      'a removal of an immutable value',
      { badge: '1' },
      { note: 'x' },
      'badge',
      /cannot be removed.*only a new resource/,
    ],
    ['a removal from an immutable list', { rooms: ['a', 'b'] }, { rooms: ['a'] }, 'rooms', /cannot become/],
    ['a replacement in an immutable list', { rooms: ['a', 'b'] }, { rooms: ['a', 'c'] }, 'rooms', /cannot become/],
    [
      'a change to an immutable sub-attribute',
      { laptop: { serial: 's' } },
      { laptop: { serial: 't' } },
      'laptop.serial',
      /first remove the whole value of .*laptop/,
    ],
    [
      'a removal of an immutable sub-attribute',
      { laptop: { serial: 's', label: 'a' } },
      { laptop: { label: 'a' } },
      'laptop.serial',
      /cannot be removed/,
    ],
    [
      'a change to an immutable sub-attribute in an element with the same value',
      { cards: [{ value: '1', chip: 'c' }] },
      { cards: [{ value: '1', chip: 'd' }] },
      'cards.chip',
      /cannot become "d"/,
    ],
    [
      'a change to an immutable sub-attribute in an element with the same mutable sub-attributes',
      { cars: [{ plate: 'A', color: 'red' }] },
      { cars: [{ plate: 'B', color: 'red' }] },
      'cars.plate',
      /cannot become "B"/,
    ],
  ])('rejects %s', ([, before, after, name, message]) => {
    const error = refusal(before, after);
    expect(error).toMatchObject({ code: 'mutability', attribute: `${OWN}:${name}` });
    expect(error.message).toMatch(message);
  });

  test('keeps immutable values that are never returned, since a client cannot send them back', () => {
    expect(stored({ seed: 's', note: 'a' }, { note: 'b' })).toEqual({ seed: 's', note: 'b' });
    expect(stored({ laptop: { pin: '1', label: 'a' } }, { laptop: { label: 'b' } })).toEqual({
      laptop: { pin: '1', label: 'b' },
    });
    expect(replaceDocument(schema, { [OWN]: { seed: 's' } }, { userName: 'ann' })).toEqual({
      userName: 'ann',
      [OWN]: { seed: 's' },
    });
    const cars = [
      { color: 'red', pin: '1' },
      { color: 'blue', pin: '2' },
    ];
    expect(stored({ cars }, { cars: [{ color: 'blue' }, { color: 'green' }] })).toEqual({
      cars: [{ color: 'blue', pin: '2' }, { color: 'green' }],
    });
  });

  test('rejects a change to an immutable secret with a message that does not contain the secret', () => {
    const error = refusal({ seed: 'first-secret' }, { seed: 'second-secret' });
    expect(error).toMatchObject({ code: 'mutability', attribute: `${OWN}:seed` });
    expect(error.message).toContain('cannot be changed');
    expect(error.message).not.toMatch(/first-secret|second-secret/);
    expect(error.value).toBeUndefined();
  });

  test('matches elements with the same key one to one, in their order', () => {
    const pins = [
      { color: 'red', pin: '1' },
      { color: 'red', pin: '2' },
    ];
    const three = [{ color: 'red' }, { color: 'red' }, { color: 'red' }];
    expect(stored({ cars: pins }, { cars: three })).toEqual({ cars: [...pins, { color: 'red' }] });
    const [first, second] = [
      { plate: 'A', color: 'red' },
      { plate: 'B', color: 'red' },
    ];
    const exchanged = refusal(
      { cars: [first, second] },
      {
        cars: [
          { plate: 'C', color: 'red' },
          { plate: 'D', color: 'red' },
        ],
      },
    );
    expect(exchanged.message).toContain('is "A" and cannot become "C"');
  });

  test('matches an element with an equal one in preference to one with the same key', () => {
    const before = [
      { plate: 'A', color: 'red' },
      { plate: 'B', color: 'red' },
    ];
    expect(stored({ cars: before }, { cars: before.toReversed() })).toEqual({ cars: before.toReversed() });
    const more = [{ plate: 'C', color: 'red' }, ...before];
    expect(stored({ cars: before }, { cars: more })).toEqual({ cars: more });
  });

  test('does not keep a mutable secret that is not sent, and rejects a change to an immutable secret', () => {
    expect(stored({ password: 'old', note: 'a' }, { note: 'b' })).toEqual({ note: 'b' });
    expect(stored({ laptop: { code: '1', label: 'a' } }, { laptop: { label: 'b' } })).toEqual({
      laptop: { label: 'b' },
    });
    const error = refusal({ laptop: { pin: 'first-secret' } }, { laptop: { pin: 'second-secret' } });
    expect(error).toMatchObject({ code: 'mutability', attribute: `${OWN}:laptop.pin` });
    expect(error.message).not.toMatch(/first-secret|second-secret/);
  });

  test('keeps a secret sub-attribute of an immutable complex attribute', () => {
    expect(stored({ token: { label: 'a', code: '1' } }, { token: { label: 'a' } })).toEqual({
      token: { label: 'a', code: '1' },
    });
    expect(refusal({ token: { label: 'a', code: '1' } }, { token: { label: 'b' } }).code).toBe('mutability');
  });

  test('does not check members, which are stored as rows, or a resource without immutable attributes', () => {
    const group = compileResourceSchema('Group');
    const members = (type: string) => ({ displayName: 'a', members: [{ value: '1', type }] });
    expect(replaceDocument(group, members('User'), members('Group'))).toEqual(members('Group'));
    expect(replaceDocument(compileResourceSchema('User'), { title: 'a' }, { title: 'b' })).toEqual({ title: 'b' });
  });
});

describe('requireImmutableKept', () => {
  const kept = (name: string, before: JsonValue | undefined, after: JsonValue | undefined) =>
    requireImmutableKept(definitionOf(name), name, before, after);

  test('allows setting and repeating an immutable value, and removing the complex value that has it', () => {
    expect(() => kept('badge', undefined, '1')).not.toThrow();
    expect(() => kept('badge', '1', '1')).not.toThrow();
    expect(() => kept('laptop', { serial: 's' }, undefined)).not.toThrow();
    expect(() => kept('cars', [{ plate: 'A' }], [])).not.toThrow();
    expect(() => kept('cars', [{ plate: 'A' }], 'none')).not.toThrow();
  });

  test('rejects a change to an immutable value, and its removal', () => {
    expect(errorOf(() => kept('badge', '1', '2')).code).toBe('mutability');
    expect(errorOf(() => kept('badge', '1', undefined)).code).toBe('mutability');
    expect(errorOf(() => kept('laptop', { serial: 's' }, { serial: 't' })).code).toBe('mutability');
    const cars = [{ plate: 'A', color: 'red' }];
    expect(errorOf(() => kept('cars', cars, [{ plate: 'B', color: 'red' }])).code).toBe('mutability');
  });

  test('ignores members, values that are not complex, and elements without immutable sub-attributes', () => {
    const laptop = definitionOf('laptop');
    expect(() => requireSubAttributesKept(laptop, 'laptop', 'text', { serial: 't' })).not.toThrow();
    expect(() => requireSubAttributesKept(laptop, 'laptop', { serial: 's' }, 'text')).not.toThrow();
    const [before, after] = [[{ plate: 'A', color: 'red' }], [{ plate: 'B', color: 'red' }]];
    const compare = (name: string) => requireElementsKept(definitionOf('cars'), name, before, after);
    expect(errorOf(() => compare('cars')).code).toBe('mutability');
    expect(() => compare('members')).not.toThrow();
    expect(() => requireElementsKept(definitionOf('rooms'), 'rooms', ['a'], ['b'])).not.toThrow();
    expect(() => requireElementsKept(definitionOf('cars'), 'cars', ['text'], ['other'])).not.toThrow();
  });
});
