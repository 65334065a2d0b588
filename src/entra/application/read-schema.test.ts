import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '#base/errors.ts';
import { EXPRESSION_LENGTH_MAX } from '#expressions/limits.ts';
import { toDefinition } from './attribute-row.ts';
import { defaultSchema } from './default-schema.ts';
import { guideSchema } from './guide-schema.ts';
import {
  ATTRIBUTES_MAX,
  CLAUSES_MAX,
  DIRECTORIES_MAX,
  MAPPINGS_MAX,
  NAME_LENGTH_MAX,
  RULES_MAX,
  SCHEMA_LENGTH_MAX,
} from './limits.ts';
import { readSchema, readSchemaText } from './read-schema.ts';
import {
  enableMapping,
  mappingOf,
  removeMapping,
  removeTargetAttribute,
  setActions,
  setMapping,
  setScope,
  setTargetAttribute,
  type MappingChange,
} from './schema-edits.ts';
import { synchronizationSchema, type SynchronizationSchema } from './synchronization-schema.ts';

const OWN = 'urn:ietf:params:scim:schemas:extension:contoso:2.0:User:badge';

/** What is said of a schema; undefined when it is taken. */
function refusal(schema: unknown): string | undefined {
  try {
    readSchema(schema);
    return undefined;
  } catch (error) {
    if (error instanceof AppError && error.code === 'mappingInvalid') return error.message;
    throw error;
  }
}

const set = (target: string, change: MappingChange, type: 'User' | 'Group' = 'User') =>
  setMapping(guideSchema, type, target, change);
const withAttribute = (...row: Parameters<typeof toDefinition>[0]) =>
  setTargetAttribute(guideSchema, 'User', toDefinition(row));

/** A schema whose user mapping has a source as somebody else wrote it. */
function withSource(source: unknown): unknown {
  const text = JSON.stringify(set('title', { source: { constant: '<here>' } }));
  const here = JSON.stringify({ expression: '"<here>"', name: '<here>', parameters: [], type: 'Constant' });
  expect(text).toContain(here);
  return JSON.parse(text.replace(here, JSON.stringify(source)));
}

describe('what is wrong with a schema is told with its place', () => {
  test.each<readonly [string, unknown, RegExp]>([
    [
      'an unknown source attribute',
      withSource({ expression: '[jobtitel]', name: 'jobtitel', parameters: [], type: 'Attribute' }),
      /synchronizationRules\[0\]\.objectMappings\[0\]\.attributeMappings\[7\]\.source of "title": .*no attribute "jobtitel" in the source; "jobTitle" was probably meant/,
    ],
    [
      'an expression that does not parse',
      withSource({ expression: 'Join(" ", [givenName]', name: 'Join', parameters: [], type: 'Function' }),
      /source of "title": The expression cannot be read at line 1, column 5: the parenthesis of Join is not closed/,
    ],
    [
      'an unknown target',
      set('titel', { source: { attribute: 'jobTitle' } }),
      /targetAttributeName is "titel", which the target does not have: "title" was probably meant/,
    ],
    [
      'a target that is nowhere',
      set(OWN, { source: { attribute: 'jobTitle' } }),
      /which the target does not have: add it to the attribute list of the target first/,
    ],
    ['the id of the target', set('id', { source: { attribute: 'objectId' } }), /"id", which the target sets itself/],
    [
      'no matching attribute',
      set('userName', { matchingPriority: 0 }),
      /attributeMappings have no matching attribute: set matchingPriority of one of them, such as userName, to 1/,
    ],
    [
      'two with one precedence',
      set('externalId', { matchingPriority: 1 }),
      /attributeMappings\[3\]\.matchingPriority is 1 for "userName" and for "externalId"/,
    ],
    [
      'a match on a reference',
      set('members', { matchingPriority: 2 }, 'Group'),
      /has several values or is a reference/,
    ],
    ['a match on a constant', set('userName', { source: { constant: 'x' } }), /must be read from the source/],
    [
      'SelectUniqueValue',
      set('userName', { source: { expression: 'SelectUniqueValue([mailNickname], [employeeId])' } }),
      /SelectUniqueValue, which Entra ID does not support for SCIM applications/,
    ],
    [
      'a default that the target cannot have',
      set('active', { defaultValue: 'yes' }),
      /attributeMappings\[1\]\.defaultValue of "active": The mapping of "active" yields "yes", and the attribute is of/,
    ],
    ['a constant that it cannot have', set('active', { source: { constant: 'yes' } }), /source of "active": .*"yes"/],
    ['SamAccountName', set('title', { source: { attribute: 'SamAccountName' } }), /does not let "SamAccountName" be/],
    [
      'userType',
      set('title', { source: { expression: 'ToUpper([userType])' } }),
      /does not let "userType" be the source/,
    ],
    [
      'a password',
      set('title', { source: { attribute: 'passwordProfile.password' } }),
      /no attribute "passwordProfile/,
    ],
    ['a reference in an expression', set('title', { source: { expression: 'ToUpper([manager])' } }), /flow by Direct/],
    ['a reference as a text', set('title', { source: { attribute: 'manager' } }), /target is of the type String/],
    [
      'a text as a reference',
      set('members', { source: { attribute: 'displayName' } }, 'Group'),
      /The target is a reference, so the source must be one: members\./,
    ],
    [
      'an attribute of one’s own with a name of one’s own',
      withAttribute('badge'),
      /"badge" is no attribute of SCIM, and attributes of your own are called urn:ietf:params:scim:schemas:extension:NAME:2\.0:User:ATTRIBUTE/,
    ],
    ['one with several values', withAttribute(OWN, 'multivalued'), /cannot have several values/],
    ['one that is a reference', withAttribute(OWN, 'Reference'), /cannot be a reference/],
    [
      'two anchors',
      withAttribute('externalId', 'anchor'),
      /has 2 attributes with anchor true in its list; it must be one/,
    ],
    [
      'a wrong clause',
      setScope(guideSchema, 'User', [
        { name: 'x', clauses: [{ operatorName: 'EQUALS', sourceOperandName: 'departement', targetOperand: null }] },
      ]),
      /scope\.groups\[0\]\.clauses\[0\] There is no attribute "departement" in the source; "department" was/,
    ],
    ['a filter without clauses', setScope(guideSchema, 'User', [{ name: 'x', clauses: [] }]), /clauses is empty/],
    ['no rules', { directories: [], synchronizationRules: [] }, /synchronizationRules has no object mapping/],
    ['no document', null, /the document \("directories", "synchronizationRules"\)/],
    ['a missing part', { directories: [] }, /synchronizationRules is missing/],
    [
      'a wrong type deep inside',
      JSON.parse(JSON.stringify(guideSchema).replace('"matchingPriority":1', '"matchingPriority":"1"')),
      /synchronizationRules\[0\]\.objectMappings\[0\]\.attributeMappings\[0\]\.matchingPriority/,
    ],
  ])('%s', (_name, schema, message) => {
    expect(refusal(schema)).toMatch(message);
  });

  test('mappings of one target, and of one type, are there once', () => {
    const { mapping, rule } = mappingOf(guideSchema, 'User');
    const rebuilt = (change: object): unknown => ({
      ...guideSchema,
      synchronizationRules: [{ ...rule, objectMappings: [{ ...mapping, ...change }] }],
    });
    const [first] = mapping.attributeMappings;
    expect(refusal(rebuilt({ attributeMappings: [first, { ...first, matchingPriority: 2 }] }))).toMatch(
      /attributeMappings\[1\]\.targetAttributeName is "userName", which another mapping has already/,
    );
    expect(refusal({ ...guideSchema, synchronizationRules: [rule, rule] })).toMatch(
      /synchronizationRules\[1\]\.objectMappings\[0\] maps "User", which another mapping does already/,
    );
    expect(refusal(rebuilt({ sourceObjectName: 'Device' }))).toMatch(
      /sourceObjectName is "Device"; it must be User or/,
    );
    expect(refusal(rebuilt({ targetObjectName: 'Person' }))).toMatch(/targetObjectName is "Person", which the rule's/);
    expect(refusal(rebuilt({ flowTypes: 'Add, Upsert' }))).toMatch(/flowTypes has "Upsert"/);
    expect(refusal(rebuilt({ scope: { groups: [], inputFilterGroups: [{}] } }))).toMatch(/inputFilterGroups is not/);
  });

  test('many problems are counted', () => {
    const schema = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].reduce(
      (all, name) => setMapping(all, 'User', `no-${name}`, { source: { attribute: 'city' } }),
      guideSchema,
    );
    expect(refusal(schema)).toMatch(/"no-e".* And 2 more\.$/);
  });

  test('what is no JSON, and what is too long', () => {
    expect(() => readSchemaText('{"a":')).toThrow(/is no JSON/);
    expect(() => readSchemaText(' '.repeat(SCHEMA_LENGTH_MAX + 1))).toThrow(/limit/);
    expect(readSchemaText(JSON.stringify(guideSchema).padEnd(SCHEMA_LENGTH_MAX))).toEqual(guideSchema);
    expect(refusal({ ...guideSchema, note: 'x'.repeat(SCHEMA_LENGTH_MAX) })).toMatch(/is the limit/);
  });

  test('limits', () => {
    const length = EXPRESSION_LENGTH_MAX - 'ToUpper("")'.length;
    const expression = (more: number) => `ToUpper("${'x'.repeat(length + more)}")`;
    expect(refusal(set('title', { source: { expression: expression(0) } }))).toBeUndefined();
    const tooLong = { expression: expression(1), name: 'ToUpper', parameters: [], type: 'Function' };
    expect(refusal(withSource(tooLong))).toMatch(/too complex/);

    const [directory] = guideSchema.directories;
    const times = <Item>(count: number, item: Item) => Array.from({ length: count }, () => item);
    const directories = (count: number) => ({
      ...guideSchema,
      directories: [...guideSchema.directories, ...times(count - 2, { ...directory, name: 'another' })],
    });
    expect(refusal(directories(DIRECTORIES_MAX))).toBeUndefined();
    expect(refusal(directories(DIRECTORIES_MAX + 1))).toMatch(/^[^:]*: directories must have at most/);

    const clause = { operatorName: 'IS NOT NULL', sourceOperandName: 'city', targetOperand: null };
    const filters = (count: number) => setScope(guideSchema, 'User', [{ name: '', clauses: times(count, clause) }]);
    expect(refusal(filters(CLAUSES_MAX))).toBeUndefined();
    expect(refusal(filters(CLAUSES_MAX + 1))).toMatch(/clauses must have at most/);

    const named = (length: number) =>
      setMapping(guideSchema, 'User', 'title', { source: { constant: 'x' }, defaultValue: 'x'.repeat(length) });
    expect(refusal(named(NAME_LENGTH_MAX))).toBeUndefined();
    expect(refusal(named(NAME_LENGTH_MAX + 1))).toMatch(/defaultValue must have at most/);

    const rules = (count: number) => ({
      ...guideSchema,
      synchronizationRules: [
        ...guideSchema.synchronizationRules,
        ...times(count - 2, { id: 'x', name: 'x', objectMappings: [] }),
      ],
    });
    expect(refusal(rules(RULES_MAX))).toBeUndefined();
    expect(refusal(rules(RULES_MAX + 1))).toMatch(/synchronizationRules must have at most/);
  });

  test('as many attributes and mappings as there may be', () => {
    const names = (count: number) => Array.from({ length: count }, (_, index) => `${OWN}${index}`);
    const { target, mapping } = mappingOf(guideSchema, 'User');
    const list = (count: number) =>
      names(count - (target?.attributes.length ?? 0)).reduce(
        (schema, name) => setTargetAttribute(schema, 'User', toDefinition([name])),
        guideSchema as SynchronizationSchema,
      );
    const full = list(ATTRIBUTES_MAX);
    expect(refusal(full)).toBeUndefined();
    expect(refusal(list(ATTRIBUTES_MAX + 1))).toMatch(/attributes must have at most/);
    const rows = (count: number) =>
      names(count - mapping.attributeMappings.length).reduce(
        (schema, name) => setMapping(schema, 'User', name, { source: { attribute: 'city' } }),
        full,
      );
    expect(refusal(rows(MAPPINGS_MAX))).toBeUndefined();
    expect(refusal(rows(MAPPINGS_MAX + 1))).toMatch(/attributeMappings must have at most/);
  });
});

describe('tolerance', () => {
  test('what is not known is kept at every level', () => {
    const mark = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(mark);
      if (typeof value !== 'object' || value === null) return value;
      return { ...Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mark(inner)])), 'x@odata': 1 };
    };
    const marked = mark(JSON.parse(JSON.stringify(defaultSchema)));
    expect(JSON.parse(JSON.stringify(readSchema(marked)))).toEqual(marked);
  });

  test('any member of any name comes back', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z@.]{1,12}$/), fc.jsonValue()), (members) => {
        const { directories, synchronizationRules } = defaultSchema;
        const schema = { ...members, directories, synchronizationRules };
        expect(JSON.parse(JSON.stringify(readSchema(schema)))).toEqual(JSON.parse(JSON.stringify(schema)));
      }),
      { numRuns: 20 },
    );
  });

  test('the sample of the documentation has its parts read, with the defaults of what is left out', () => {
    const read = synchronizationSchema.parse({
      directories: [{ name: 'Azure Active Directory' }],
      synchronizationRules: [
        { id: '1', name: 'r', objectMappings: [{ name: 'm', sourceObjectName: 'User', targetObjectName: 'User' }] },
      ],
    });
    expect(read.synchronizationRules[0]?.objectMappings[0]).toEqual({
      attributeMappings: [],
      enabled: true,
      flowTypes: 'Add, Update, Delete',
      name: 'm',
      scope: null,
      sourceObjectName: 'User',
      targetObjectName: 'User',
    });
  });

  test('a source without its text is read from name, parameters and type', () => {
    const source = {
      name: 'ToUpper',
      parameters: [{ key: 'source', value: { name: 'jobTitle', parameters: [], type: 'Attribute' } }],
      type: 'Function',
    };
    expect(refusal(withSource(source))).toBeUndefined();
    expect(refusal(withSource(null))).toBeUndefined();
  });

  test('elements of any type may be added to the target', () => {
    for (const name of ['emails[type eq "private"].value', 'entitlements', 'ims[type eq "xmpp"].value', OWN]) {
      expect(refusal(withAttribute(name))).toBeUndefined();
    }
    const groups = setTargetAttribute(guideSchema, 'Group', toDefinition([OWN.replace('User', 'Group')]));
    expect(refusal(groups)).toBeUndefined();
  });
});

describe('edits', () => {
  const rowOf = (schema: SynchronizationSchema, target: string) =>
    mappingOf(schema, 'User').mapping.attributeMappings.find((row) => row.targetAttributeName === target);

  test('a mapping is added, changed in part, and removed; the others stay as they are', () => {
    const added = set('nickName', { source: { expression: 'ToLower([givenName])' }, flowType: 'ObjectAddOnly' });
    expect(rowOf(added, 'nickName')).toMatchObject({
      flowType: 'ObjectAddOnly',
      matchingPriority: 0,
      source: { expression: 'ToLower([givenName])', name: 'ToLower', type: 'Function' },
    });
    const changed = setMapping(added, 'User', 'nickName', { defaultValue: 'none', matchingPriority: 2 });
    expect(rowOf(changed, 'nickName')).toEqual({
      ...rowOf(added, 'nickName'),
      defaultValue: 'none',
      matchingPriority: 2,
    });
    expect(removeMapping(changed, 'User', 'nickName')).toEqual(guideSchema);
    expect(() => removeMapping(guideSchema, 'User', 'nickName')).toThrow('"nickName" is not mapped');
    expect(() => setMapping(guideSchema, 'User', 'nickName', { matchingPriority: 2 })).toThrow(/is not mapped yet/);
    expect(mappingOf(added, 'Group').mapping).toBe(mappingOf(guideSchema, 'Group').mapping);
  });

  test('actions, enabled, scope, attribute list', () => {
    const actions = (add: boolean, update: boolean, remove: boolean) =>
      mappingOf(setActions(guideSchema, 'User', { add, update, delete: remove }), 'User').mapping.flowTypes;
    expect(actions(true, true, true)).toBe('Add, Update, Delete');
    expect(actions(false, true, false)).toBe('Update');
    expect(actions(false, false, false)).toBe('None');
    expect(refusal(setActions(guideSchema, 'User', { add: false, update: false, delete: false }))).toBeUndefined();
    expect(mappingOf(enableMapping(guideSchema, 'Group', false), 'Group').mapping.enabled).toBe(false);
    expect(() => enableMapping(guideSchema, 'User', false)).toThrow(/cannot be disabled/);
    const scoped = setScope(guideSchema, 'User', [
      { name: 'x', clauses: [{ operatorName: 'IS NULL', sourceOperandName: 'city', targetOperand: null }] },
    ]);
    expect(mappingOf(scoped, 'User').mapping.scope?.groups).toHaveLength(1);
    expect(setScope(scoped, 'User', [])).toEqual(guideSchema);
    expect(removeTargetAttribute(withAttribute(OWN), 'User', OWN)).toEqual(guideSchema);
    expect(() => removeTargetAttribute(guideSchema, 'User', OWN)).toThrow(/has no attribute/);
    expect(() => mappingOf({ directories: [], synchronizationRules: [] }, 'User')).toThrow(/has no mapping of User/);
  });
});
