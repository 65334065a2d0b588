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

const CUSTOM = 'urn:ietf:params:scim:schemas:extension:contoso:2.0:User:badge';

/** Returns the error message if a schema is refused; undefined if it is accepted. */
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

/** Returns a schema whose mapping of `title` has the given source, which is not checked. */
function withSource(source: unknown): unknown {
  const text = JSON.stringify(set('title', { source: { constant: '<here>' } }));
  const here = JSON.stringify({ expression: '"<here>"', name: '<here>', parameters: [], type: 'Constant' });
  expect(text).toContain(here);
  return JSON.parse(text.replace(here, JSON.stringify(source)));
}

describe('readSchema', () => {
  test.each<readonly [string, unknown, RegExp]>([
    [
      'a mapping of an unknown source attribute',
      withSource({ expression: '[jobtitel]', name: 'jobtitel', parameters: [], type: 'Attribute' }),
      /synchronizationRules\[0\]\.objectMappings\[0\]\.attributeMappings\[7\]\.source of "title": .*no attribute "jobtitel" in the source; "jobTitle" was probably meant/,
    ],
    [
      'a mapping with an expression that does not parse',
      withSource({ expression: 'Join(" ", [givenName]', name: 'Join', parameters: [], type: 'Function' }),
      /source of "title": The expression cannot be read at line 1, column 5: the parenthesis of Join is not closed/,
    ],
    [
      'a mapping to a misspelled target attribute',
      set('titel', { source: { attribute: 'jobTitle' } }),
      /targetAttributeName is "titel", which the target does not have: "title" was probably meant/,
    ],
    [
      'a mapping to a target attribute that is not in the list',
      set(CUSTOM, { source: { attribute: 'jobTitle' } }),
      /which the target does not have: add it to the attribute list of the target first/,
    ],
    [
      'a mapping to the id of the target',
      set('id', { source: { attribute: 'objectId' } }),
      /"id", which the target sets itself/,
    ],
    [
      'mappings without a matching attribute',
      set('userName', { matchingPriority: 0 }),
      /attributeMappings have no matching attribute: set matchingPriority of one of them, such as userName, to 1/,
    ],
    [
      'two matching attributes with the same precedence',
      set('externalId', { matchingPriority: 1 }),
      /attributeMappings\[3\]\.matchingPriority is 1 for "userName" and for "externalId"/,
    ],
    [
      'a matching attribute that is a reference',
      set('members', { matchingPriority: 2 }, 'Group'),
      /has several values or is a reference/,
    ],
    [
      'a matching attribute that is mapped from a constant',
      set('userName', { source: { constant: 'x' } }),
      /must read an attribute of the source/,
    ],
    [
      'a mapping that uses SelectUniqueValue',
      set('userName', { source: { expression: 'SelectUniqueValue([mailNickname], [employeeId])' } }),
      /SelectUniqueValue, which Entra ID does not support for SCIM applications/,
    ],
    [
      'a default value of the wrong type for the target',
      set('active', { defaultValue: 'yes' }),
      /attributeMappings\[1\]\.defaultValue of "active": The mapping of "active" yields "yes", but the attribute is of/,
    ],
    [
      'a constant of the wrong type for the target',
      set('active', { source: { constant: 'yes' } }),
      /source of "active": .*"yes"/,
    ],
    [
      'a mapping of SamAccountName',
      set('title', { source: { attribute: 'SamAccountName' } }),
      /does not allow "SamAccountName" as/,
    ],
    [
      'a mapping of userType',
      set('title', { source: { expression: 'ToUpper([userType])' } }),
      /does not allow "userType" as the source/,
    ],
    [
      'a mapping of the password',
      set('title', { source: { attribute: 'passwordProfile.password' } }),
      /no attribute "passwordProfile/,
    ],
    [
      'a reference in an expression',
      set('title', { source: { expression: 'ToUpper([manager])' } }),
      /only a Direct mapping/,
    ],
    [
      'a reference that is mapped to a string',
      set('title', { source: { attribute: 'manager' } }),
      /target is of the type String/,
    ],
    [
      'a string that is mapped to a reference',
      set('members', { source: { attribute: 'displayName' } }, 'Group'),
      /The target is a reference, so the source must be one: members\./,
    ],
    [
      'a custom attribute whose name is not a URN',
      withAttribute('badge'),
      /"badge" is not a SCIM attribute, and the name of a custom attribute must be urn:ietf:params:scim:schemas:extension:NAME:2\.0:User:ATTRIBUTE/,
    ],
    ['a custom attribute with several values', withAttribute(CUSTOM, 'multivalued'), /cannot have several values/],
    ['a custom attribute that is a reference', withAttribute(CUSTOM, 'Reference'), /cannot be a reference/],
    [
      'an attribute list with two anchors',
      withAttribute('externalId', 'anchor'),
      /has 2 attributes with anchor true in its list; it must have exactly one/,
    ],
    [
      'a scoping filter on an unknown attribute',
      setScope(guideSchema, 'User', [
        { name: 'x', clauses: [{ operatorName: 'EQUALS', sourceOperandName: 'departement', targetOperand: null }] },
      ]),
      /scope\.groups\[0\]\.clauses\[0\] There is no attribute "departement" in the source; "department" was/,
    ],
    [
      'a scoping filter without clauses',
      setScope(guideSchema, 'User', [{ name: 'x', clauses: [] }]),
      /clauses is empty/,
    ],
    [
      'a schema without rules',
      { directories: [], synchronizationRules: [] },
      /synchronizationRules has no object mapping/,
    ],
    ['null', null, /the document \("directories", "synchronizationRules"\)/],
    ['a schema without synchronizationRules', { directories: [] }, /synchronizationRules is missing/],
    [
      'a nested member of the wrong type',
      JSON.parse(JSON.stringify(guideSchema).replace('"matchingPriority":1', '"matchingPriority":"1"')),
      /synchronizationRules\[0\]\.objectMappings\[0\]\.attributeMappings\[0\]\.matchingPriority/,
    ],
  ])('refuses %s with a message that names the path or the value', (_name, schema, message) => {
    expect(refusal(schema)).toMatch(message);
  });

  test('names the document in both languages', () => {
    expect(() => readSchema([])).toThrow(
      expect.objectContaining({
        chinese: '同步架构无效：文档（"directories", "synchronizationRules"）必须是对象，而不是列表。',
        attribute: 'the document ("directories", "synchronizationRules")',
      }),
    );
  });

  test('refuses a second mapping of the same attribute or type, and unknown object names, actions and filter groups', () => {
    const { mapping, rule } = mappingOf(guideSchema, 'User');
    const rebuilt = (change: object): unknown => ({
      ...guideSchema,
      synchronizationRules: [{ ...rule, objectMappings: [{ ...mapping, ...change }] }],
    });
    const [first] = mapping.attributeMappings;
    expect(refusal(rebuilt({ attributeMappings: [first, { ...first, matchingPriority: 2 }] }))).toMatch(
      /attributeMappings\[1\]\.targetAttributeName is "userName", which another mapping has as its target already/,
    );
    expect(refusal({ ...guideSchema, synchronizationRules: [rule, rule] })).toMatch(
      /synchronizationRules\[1\]\.objectMappings\[0\] maps "User", which another mapping maps already/,
    );
    expect(refusal(rebuilt({ sourceObjectName: 'Device' }))).toMatch(
      /sourceObjectName is "Device"; it must be "User" or/,
    );
    expect(refusal(rebuilt({ targetObjectName: 'Person' }))).toMatch(/targetObjectName is "Person", which the rule's/);
    expect(refusal(rebuilt({ flowTypes: 'Add, Upsert' }))).toMatch(/flowTypes contains "Upsert"/);
    expect(refusal(rebuilt({ scope: { groups: [], inputFilterGroups: [{}] } }))).toMatch(/inputFilterGroups is not/);
  });

  test('lists the first five problems, and says how many more there are', () => {
    const schema = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].reduce(
      (all, name) => setMapping(all, 'User', `no-${name}`, { source: { attribute: 'city' } }),
      guideSchema,
    );
    expect(refusal(schema)).toMatch(/"no-e".* And 2 more\.$/);
  });

  test('refuses text that is not JSON, and a schema that is too long', () => {
    expect(() => readSchemaText('{"a":')).toThrow(/is not JSON/);
    expect(() => readSchemaText(' '.repeat(SCHEMA_LENGTH_MAX + 1))).toThrow(/limit/);
    expect(readSchemaText(JSON.stringify(guideSchema).padEnd(SCHEMA_LENGTH_MAX))).toEqual(guideSchema);
    expect(refusal({ ...guideSchema, note: 'x'.repeat(SCHEMA_LENGTH_MAX) })).toMatch(/is the limit/);
  });

  test('accepts expressions, directories, clauses, names and rules up to their limits, and refuses more', () => {
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

  test('accepts attributes and mappings up to their limits, and refuses more', () => {
    const names = (count: number) => Array.from({ length: count }, (_, index) => `${CUSTOM}${index}`);
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

describe('a schema from another system', () => {
  test('keeps unknown members at every level', () => {
    const mark = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(mark);
      if (typeof value !== 'object' || value === null) return value;
      return { ...Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mark(inner)])), 'x@odata': 1 };
    };
    const marked = mark(JSON.parse(JSON.stringify(defaultSchema)));
    expect(JSON.parse(JSON.stringify(readSchema(marked)))).toEqual(marked);
  });

  test('keeps additional members with any name and value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z@.]{1,12}$/), fc.jsonValue()), (members) => {
        const { directories, synchronizationRules } = defaultSchema;
        const schema = { ...members, directories, synchronizationRules };
        expect(JSON.parse(JSON.stringify(readSchema(schema)))).toEqual(JSON.parse(JSON.stringify(schema)));
      }),
      { numRuns: 20 },
    );
  });

  test('gets defaults for missing members, as in the example in the documentation', () => {
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

  test('can describe a source by name, parameters and type, without an expression', () => {
    const source = {
      name: 'ToUpper',
      parameters: [{ key: 'source', value: { name: 'jobTitle', parameters: [], type: 'Attribute' } }],
      type: 'Function',
    };
    expect(refusal(withSource(source))).toBeUndefined();
    expect(refusal(withSource(null))).toBeUndefined();
  });

  test('can add custom attributes, and elements of multi-valued attributes with any type, to the target', () => {
    for (const name of ['emails[type eq "private"].value', 'entitlements', 'ims[type eq "xmpp"].value', CUSTOM]) {
      expect(refusal(withAttribute(name))).toBeUndefined();
    }
    const groups = setTargetAttribute(guideSchema, 'Group', toDefinition([CUSTOM.replace('User', 'Group')]));
    expect(refusal(groups)).toBeUndefined();
  });
});

describe('schema edits', () => {
  const rowOf = (schema: SynchronizationSchema, target: string) =>
    mappingOf(schema, 'User').mapping.attributeMappings.find((row) => row.targetAttributeName === target);

  test('add a mapping, change parts of it and remove it, and leave the other mappings unchanged', () => {
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

  test('set the actions, the scope and the attribute list, and can disable the mapping of groups but not of users', () => {
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
    expect(removeTargetAttribute(withAttribute(CUSTOM), 'User', CUSTOM)).toEqual(guideSchema);
    expect(() => removeTargetAttribute(guideSchema, 'User', CUSTOM)).toThrow(/has no attribute/);
    expect(() => mappingOf({ directories: [], synchronizationRules: [] }, 'User')).toThrow(/has no mapping of User/);
  });
});
