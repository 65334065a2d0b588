import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import type { Selection } from '#scim/resource/project.ts';
import { parseSelection } from '#scim/resource/project.ts';
import { isReturnedUnchanged } from '#scim/resource/whole-document.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import { directory, newGroup, newUser, openDirectoryForTests } from './directory.fixture.ts';
import { userResources } from './resources.ts';
import { findShownUser } from './user-store.ts';

/** Selects all attributes, but in a way that requires the document to be parsed and projected. */
const projected: Selection = { kind: 'without', names: new Set(), elements: new Map() };

beforeAll(openDirectoryForTests);
afterAll(() => directory[Symbol.asyncDispose]());

async function answers(id: string): Promise<readonly (string | undefined)[]> {
  const { deps, caller } = directory;
  const { organizationId } = caller.origin;
  const stored = await findShownUser(deps.database, organizationId, id);
  const selections = [parseSelection(deps.schemas.User, undefined, undefined), projected];
  return await Promise.all(
    selections.map(async (selection) => {
      const view = { baseUrl: 'http://x/"/scim', selection };
      const [resource] = stored === undefined ? [] : await userResources(deps, organizationId, [stored], view);
      return resource?.text;
    }),
  );
}

async function store(id: string, document: JsonObject): Promise<void> {
  const { database } = directory.deps;
  await database
    .updateTable('users')
    .set({ document: JSON.stringify(document) })
    .where('id', '=', id)
    .execute();
}

describe('a response built from the stored text equals the projected document for', () => {
  test.each<[string, JsonObject]>([
    ['a user with few attributes', {}],
    [
      'a user with non-ASCII names and an email',
      { name: { givenName: 'Ännï', familyName: '\u{1F600}' }, emails: [{ value: 'a@b.example', type: 'work' }] },
    ],
    ['an extension', { [ENTERPRISE_USER_SCHEMA]: { department: 'Research', employeeNumber: 'E1' } }],
    ['a manager who does not exist', { [ENTERPRISE_USER_SCHEMA]: { manager: { value: 'nobody' } } }],
    [
      'values that look like JSON members',
      { title: '","password":"x', nickName: '"urn:x:y":{', displayName: '"manager":{}' },
    ],
    ['a value that is a URN', { title: ENTERPRISE_USER_SCHEMA, nickName: 'urn:contoso:gone' }],
  ])('%s', async (_, document) => {
    const { id } = await newUser(document);
    const [text, other] = await answers(id);
    expect(text).toBe(other);
    expect(text).toContain(id);
  });

  test('a user with a manager and groups', async () => {
    const chief = await newUser({ displayName: 'The "chief"' });
    const { id } = await newUser({ [ENTERPRISE_USER_SCHEMA]: { department: 'X', manager: { value: chief.id } } });
    await newGroup([id]);
    const [text, other] = await answers(id);
    expect(text).toBe(other);
    expect(text).toContain('The \\"chief\\"');
    expect(text).toContain('"type":"direct"');
  });

  test.each<[string, JsonObject]>([
    ['an extension that no longer exists', { userName: 'a', 'urn:contoso:gone': { badge: 1 } }],
    ['an extension that no longer exists, in capitals', { userName: 'a', 'URN:contoso:gone': { badge: 1 } }],
    ['an empty document', {}],
    ['a secret', { userName: 'a', password: 'secret' }],
    ['a manager with more than an id', { [ENTERPRISE_USER_SCHEMA]: { manager: { value: 'x', displayName: 'y' } } }],
  ])('a stored document that no request could have stored: %s', async (_, document) => {
    const { id } = await newUser();
    await store(id, document);
    const [text, other] = await answers(id);
    expect(text).toBe(other);
    expect(text).not.toMatch(/secret|badge/);
  });
});

test('a response is not built from the stored text if the organization has custom schemas', () => {
  const definition = { id: 'urn:contoso:User', name: 'Contoso', description: '', attributes: [] };
  expect(isReturnedUnchanged(compileResourceSchema('User'), '{"userName":"a"}')).toBe(true);
  expect(isReturnedUnchanged(compileResourceSchema('User', [definition]), '{"userName":"a"}')).toBe(false);
});
