import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import type { Selection } from '#scim/resource/project.ts';
import { parseSelection } from '#scim/resource/project.ts';
import { isAnsweredWhole } from '#scim/resource/whole-document.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import { directory, newGroup, newUser, openDirectoryForTests } from './directory.fixture.ts';
import { userResources } from './resources.ts';
import { findShownUser } from './user-store.ts';

/** Leaves nothing out, and is answered by reading and projecting the document all the same. */
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

describe('an answer made of the stored text is what projecting the document would give', () => {
  test.each<[string, JsonObject]>([
    ['little', {}],
    [
      'much',
      { name: { givenName: 'Ännï', familyName: '\u{1F600}' }, emails: [{ value: 'a@b.example', type: 'work' }] },
    ],
    ['an extension', { [ENTERPRISE_USER_SCHEMA]: { department: 'Research', employeeNumber: 'E1' } }],
    ['a manager whom nobody knows', { [ENTERPRISE_USER_SCHEMA]: { manager: { value: 'nobody' } } }],
    [
      'texts that look like members',
      { title: '","password":"x', nickName: '"urn:x:y":{', displayName: '"manager":{}' },
    ],
    ['a value that is a URN', { title: ENTERPRISE_USER_SCHEMA, nickName: 'urn:contoso:gone' }],
  ])('%s', async (_, document) => {
    const { id } = await newUser(document);
    const [text, other] = await answers(id);
    expect(text).toBe(other);
    expect(text).toContain(id);
  });

  test('a manager and groups', async () => {
    const chief = await newUser({ displayName: 'The "chief"' });
    const { id } = await newUser({ [ENTERPRISE_USER_SCHEMA]: { department: 'X', manager: { value: chief.id } } });
    await newGroup([id]);
    const [text, other] = await answers(id);
    expect(text).toBe(other);
    expect(text).toContain('The \\"chief\\"');
    expect(text).toContain('"type":"direct"');
  });

  test.each<[string, JsonObject]>([
    ['an extension that is gone', { userName: 'a', 'urn:contoso:gone': { badge: 1 } }],
    ['the same in capitals', { userName: 'a', 'URN:contoso:gone': { badge: 1 } }],
    ['an empty document', {}],
    ['a secret', { userName: 'a', password: 'secret' }],
    ['more of a manager than its id', { [ENTERPRISE_USER_SCHEMA]: { manager: { value: 'x', displayName: 'y' } } }],
  ])('what must not have come into the database: %s', async (_, document) => {
    const { id } = await newUser();
    await store(id, document);
    const [text, other] = await answers(id);
    expect(text).toBe(other);
    expect(text).not.toMatch(/secret|badge/);
  });
});

test('with schemas of its own an organization is answered by projecting', () => {
  const definition = { id: 'urn:contoso:User', name: 'Contoso', description: '', attributes: [] };
  expect(isAnsweredWhole(compileResourceSchema('User'), '{"userName":"a"}')).toBe(true);
  expect(isAnsweredWhole(compileResourceSchema('User', [definition]), '{"userName":"a"}')).toBe(false);
});
