import type { JsonValue } from '#base/json.ts';
import { must, type Section } from '../check.ts';
import type { Context } from '../context.ts';
import { expectEqual, expectThat, read, readList, resourcesOf, textOf } from '../expect.ts';
import { ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from '../scim-names.ts';

async function attributesOf({ scim }: Context, urn: string): Promise<ReadonlyMap<string, JsonValue>> {
  const schemas = resourcesOf(await scim.get('/Schemas'));
  const schema = schemas.find((one) => textOf(read(one, 'id')).toLowerCase() === urn.toLowerCase());
  expectThat(
    schema !== undefined,
    `schema ${urn}`,
    'to be listed',
    schemas.map((one) => read(one, 'id') ?? null),
  );
  return new Map(readList(schema, 'attributes').map((one) => [textOf(read(one, 'name')), one]));
}

function expectCharacteristics(
  attributes: ReadonlyMap<string, JsonValue>,
  name: string,
  expected: Readonly<Record<string, JsonValue>>,
): void {
  const definition = attributes.get(name);
  expectThat(definition !== undefined, `attribute ${name}`, 'to be in the schema', [...attributes.keys()]);
  for (const [key, value] of Object.entries(expected)) expectEqual(`${key} of ${name}`, read(definition, key), value);
}

const singleTexts = ['displayName', 'nickName', 'title', 'userType', 'preferredLanguage', 'locale', 'timezone'];
const multiple = [
  'emails',
  'phoneNumbers',
  'ims',
  'photos',
  'addresses',
  'groups',
  'entitlements',
  'roles',
  'x509Certificates',
];

export const coreSchemasSection: Section = {
  source: 'RFC 7643 §8.7.1',
  title: 'Core schemas',
  checks: [
    must(
      'core-schemas.user-name',
      'userName is a required, case-insensitive string that is unique on the server.',
      async (context) => {
        const expected = { type: 'string', multiValued: false, required: true, caseExact: false };
        const attributes = await attributesOf(context, USER_SCHEMA);
        expectCharacteristics(attributes, 'userName', expected);
        const uniqueness = read(attributes.get('userName'), 'uniqueness');
        expectThat(
          uniqueness === 'server' || uniqueness === 'global',
          'uniqueness of userName',
          'server or global',
          uniqueness,
        );
      },
    ),
    must(
      'core-schemas.name',
      'name is complex and has the sub-attributes familyName and givenName.',
      async (context) => {
        const attributes = await attributesOf(context, USER_SCHEMA);
        expectCharacteristics(attributes, 'name', { type: 'complex', multiValued: false });
        const parts = readList(attributes.get('name'), 'subAttributes').map((sub) => read(sub, 'name') ?? null);
        for (const part of ['familyName', 'givenName'])
          expectThat(parts.includes(part), 'sub-attributes of name', part, parts);
      },
      'User.name',
    ),
    must(
      'core-schemas.active',
      'active is a boolean.',
      async (context) => {
        expectCharacteristics(await attributesOf(context, USER_SCHEMA), 'active', {
          type: 'boolean',
          multiValued: false,
        });
      },
      'User.active',
    ),
    must(
      'core-schemas.password',
      'password is writeOnly and never returned.',
      async (context) => {
        const expected = { type: 'string', mutability: 'writeOnly', returned: 'never' };
        expectCharacteristics(await attributesOf(context, USER_SCHEMA), 'password', expected);
      },
      'User.password',
    ),
    must('core-schemas.texts', 'The simple attributes of a user are single-valued strings.', async (context) => {
      const attributes = await attributesOf(context, USER_SCHEMA);
      for (const name of singleTexts.filter((one) => attributes.has(one))) {
        expectCharacteristics(attributes, name, { type: 'string', multiValued: false });
      }
    }),
    must(
      'core-schemas.multi-valued',
      'The plural attributes of a user are multi-valued and complex.',
      async (context) => {
        const attributes = await attributesOf(context, USER_SCHEMA);
        for (const name of multiple.filter((one) => attributes.has(one))) {
          expectCharacteristics(attributes, name, { type: 'complex', multiValued: true });
        }
      },
    ),
    must(
      'core-schemas.emails',
      'emails has the sub-attributes value, type and primary.',
      async (context) => {
        const emails = (await attributesOf(context, USER_SCHEMA)).get('emails');
        const names = readList(emails, 'subAttributes').map((sub) => read(sub, 'name') ?? null);
        for (const name of ['value', 'type', 'primary'])
          expectThat(names.includes(name), 'sub-attributes of emails', name, names);
      },
      'User.emails',
    ),
    must(
      'core-schemas.user-groups',
      'The groups of a user are readOnly, because membership is changed in the group.',
      async (context) => {
        expectCharacteristics(await attributesOf(context, USER_SCHEMA), 'groups', { mutability: 'readOnly' });
      },
      'User.groups',
    ),
    must(
      'core-schemas.group',
      'A group has a displayName, and members with the sub-attributes value and $ref.',
      async (context) => {
        const attributes = await attributesOf(context, GROUP_SCHEMA);
        expectCharacteristics(attributes, 'displayName', { type: 'string', multiValued: false });
        expectCharacteristics(attributes, 'members', { type: 'complex', multiValued: true });
        const names = readList(attributes.get('members'), 'subAttributes').map((sub) => read(sub, 'name') ?? null);
        for (const name of ['value', '$ref'])
          expectThat(names.includes(name), 'sub-attributes of members', name, names);
      },
      'groups',
    ),
    must(
      'core-schemas.enterprise',
      'The enterprise extension has a complex manager with a readOnly displayName.',
      async (context) => {
        const manager = (await attributesOf(context, ENTERPRISE_SCHEMA)).get('manager');
        expectEqual('type of manager', read(manager, 'type'), 'complex');
        const display = readList(manager, 'subAttributes').find((sub) => read(sub, 'name') === 'displayName');
        expectEqual('mutability of manager.displayName', read(display, 'mutability'), 'readOnly');
      },
      'enterprise',
    ),
  ],
};
