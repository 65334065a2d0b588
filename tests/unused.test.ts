import { describe, expect, test } from 'vitest';
import { permissionNames } from '#admins/roles.ts';
import { eventTypes } from '#audit/event-types.ts';
import { settings } from '#base/config.ts';
import { errorTable } from '#base/error-table.ts';
import { reasons } from '#base/reasons/reasons.ts';
import { ruleDefinitions } from '#integrations/rules.ts';
import { mailKinds } from '#mail/templates.ts';
import { settingNames } from '#organizations/settings.ts';
import {
  around,
  nameOf,
  placesOf,
  productSources,
  readsOf,
  usedText,
  type Place,
  type Source,
} from './support/syntax.ts';

/**
 * Checks that every entry of a documented table has an effect: every error is thrown, every event is recorded, every email is sent, every
 * permission is required, and every setting is read.
 */

/** Returns the names that a source file uses. */
type Uses = (source: Source) => readonly string[];

interface Table {
  readonly entries: readonly string[];
  /** The files that define the entries. They do not count as uses. */
  readonly definedIn: RegExp;
  readonly uses: Uses;
}

/** Functions that throw an error with the code that is passed to them. */
const throwers: ReadonlySet<string> = new Set(['tokenize', 'FilterParser', 'syntaxError']);

/** Codes that are passed to an error or to a function that throws one, or stored as the `code` of an error that is thrown later. */
const thrownCodes: Uses = (source) =>
  textsWhere(source, (place) =>
    around(place).some(({ node }) => {
      if (node.type === 'NewExpression' || node.type === 'CallExpression') {
        const callee = nameOf(node['callee']) ?? '';
        return throwers.has(callee) || (node.type === 'NewExpression' && callee.endsWith('Error'));
      }
      return node.type === 'Property' && nameOf(node['key']) === 'code';
    }),
  );

/** Every string counts as a use. An event type, for example, may be the `type` of a draft, the result of a call, or a constant. */
const anyText: Uses = (source) => textsWhere(source, () => true);

/** Permissions that a contract names or that a function requires. */
const requiredPermissions: Uses = (source) =>
  textsWhere(source, (place) =>
    around(place).some(({ node, property }) => {
      if (node.type === 'Property') return /^(access|permission|permissions)$/.test(nameOf(node['key']) ?? '');
      return property === 'arguments' || node.type === 'CallExpression' || node.type === 'AssignmentPattern';
    }),
  );

function textsWhere(source: Source, isUse: (place: Place) => boolean): readonly string[] {
  return placesOf(source).flatMap((place) => {
    const text = usedText(place);
    return text !== undefined && isUse(place) ? [text] : [];
  });
}

const namesRead: Uses = (source) => [...readsOf(source)].map(({ name }) => name);

const namesReadOf =
  (object: RegExp): Uses =>
  (source) =>
    [...readsOf(source)].flatMap((read) => (object.test(read.object ?? '') ? [read.name] : []));

/** Rules that are read as properties. `rules[operation]` reads `create`, `update` and `delete` by the name of the operation. */
const rulesRead: Uses = (source) => {
  const byOperation = placesOf(source).some(
    ({ node }) =>
      node.type === 'MemberExpression' &&
      node['computed'] === true &&
      nameOf(node['object']) === 'rules' &&
      nameOf(node['property']) === 'operation',
  );
  return [...namesReadOf(/^rules$/)(source), ...(byOperation ? ['create', 'update', 'delete'] : [])];
};

const tables: Readonly<Record<string, Table>> = {
  'error that nothing throws': {
    entries: Object.keys(errorTable),
    definedIn: /^src\/base\/(error-table|.*-errors)\.ts$/,
    uses: thrownCodes,
  },
  'reason that nothing gives': {
    entries: Object.keys(reasons),
    definedIn: /^src\/base\/reasons\/.*\.ts$/,
    uses: anyText,
  },
  'event that nothing records': {
    entries: Object.keys(eventTypes),
    definedIn: /^src\/audit\/event-types\.ts$/,
    uses: anyText,
  },
  'email that nothing sends': {
    entries: Object.keys(mailKinds),
    definedIn: /^src\/mail\/templates\.ts$/,
    uses: anyText,
  },
  'permission that nothing requires': {
    entries: permissionNames,
    definedIn: /^src\/admins\/roles\.ts$/,
    uses: requiredPermissions,
  },
  'setting of an organization that nothing reads': {
    entries: settingNames,
    definedIn: /^src\/organizations\/(original-)?settings\.ts$/,
    uses: namesRead,
  },
  'rule that nothing reads': {
    entries: Object.keys(ruleDefinitions),
    definedIn: /^src\/integrations\/rules\.ts$/,
    uses: rulesRead,
  },
  'environment variable that nothing reads': {
    entries: configNames(),
    definedIn: /^src\/base\/config\.ts$/,
    uses: namesReadOf(/^config$/i),
  },
};

/** Returns, for each environment variable, the property of Config that holds its value, or the variable's name if there is none. */
function configNames(): readonly string[] {
  const source = productSources().find(({ path }) => path === 'src/base/config.ts');
  if (source === undefined) throw new Error('src/base/config.ts does not exist.');
  return Object.keys(settings).map((name) => configProperty(source, name) ?? name);
}

function configProperty(source: Source, variable: string): string | undefined {
  for (const place of placesOf(source)) {
    const { node } = place;
    if (node.type !== 'MemberExpression' || nameOf(node['object']) !== 'values' || nameOf(node) !== variable) continue;
    const property = around(place).find((one) => one.node.type === 'Property');
    if (property !== undefined) return nameOf(property.node['key']);
  }
  return undefined;
}

function unused({ entries, definedIn, uses }: Table, sources: readonly Source[]): readonly string[] {
  const used = new Set(sources.filter(({ path }) => !definedIn.test(path)).flatMap(uses));
  return entries.filter((entry) => !used.has(entry));
}

const product = productSources();

test.for(Object.entries(tables))('there is no %s', ([, table]) => {
  expect(unused(table, product)).toEqual([]);
});

describe('the search for unused entries', () => {
  test.for<readonly [table: keyof typeof tables, entry: string, use: string, other: string]>([
    ['error that nothing throws', 'notFound', "throw new AppError('notFound', text);", "if (code === 'notFound') f();"],
    ['error that nothing throws', 'usage', "const row = { code: 'usage' };", "const row = { kind: 'usage' };"],
    [
      'event that nothing records',
      'user_create',
      "record({ type: 'user_create' });",
      "if (type === 'user_create') f();",
    ],
    ['email that nothing sends', 'welcome', "queue('welcome');", "type Kind = 'welcome';"],
    ['permission that nothing requires', 'scim', "route({ access: 'scim' });", "const path = { folder: 'scim' };"],
    ['setting of an organization that nothing reads', 'contactName', 'f(settings.contactName);', "f('contactName');"],
    ['rule that nothing reads', 'groups', 'f(caller.rules.groups);', 'f(user.groups);'],
    ['rule that nothing reads', 'adopt', 'const { adopt } = caller.rules;', 'const { adopt } = user;'],
    ['rule that nothing reads', 'delete', 'f(rules[operation]);', 'f(rules[rule]);'],
    ['environment variable that nothing reads', 'host', 'f(config.host);', 'f(url.host);'],
    [
      'environment variable that nothing reads',
      'port',
      'function f({ port }: Config) {}',
      'function f({ port }: URL) {}',
    ],
  ])('distinguishes a use from another mention (%s: %s)', ([name, entry, use, other]) => {
    const table = tables[name];
    if (table === undefined) throw new Error(`There is no table ${name}.`);
    expect(table.entries).toContain(entry);
    const at = (text: string) => unused({ ...table, entries: [entry] }, [{ path: 'src/x.ts', text }]);
    expect(at(use)).toEqual([]);
    expect(at(other)).toEqual([entry]);
  });

  test('does not count a definition as a use', () => {
    for (const { definedIn, entries, uses } of Object.values(tables)) {
      const own = product.filter(({ path }) => definedIn.test(path));
      expect(own).not.toEqual([]);
      expect(unused({ definedIn, entries, uses }, own)).toEqual(entries);
    }
  });
});

test('every environment variable has a property in Config', () => {
  expect(configNames().filter((name) => name.startsWith('TANHUA_'))).toEqual([]);
});
