import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestScimServer, type TestScimServer } from './scim-server.fixture.ts';

let server: TestScimServer;

beforeAll(async () => {
  server = await openTestScimServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** The multi-valued attributes of RFC 7643 §4.1.2, each with all its sub-attributes. */
test.for([
  ['roles', { value: 'r-1', display: 'Reader', type: 'app', primary: true }, { value: 'r-2', display: 'Writer' }],
  ['entitlements', { value: 'e-1', display: 'Car', type: 'fleet', primary: true }, { value: 'e-2' }],
  ['x509Certificates', { value: 'TUlJQw==', display: 'Mail', type: 'work', primary: true }, { value: 'TUlJRA==' }],
  [
    'photos',
    { value: 'https://x.example/1.png', display: 'Face', type: 'photo', primary: true },
    { value: 'https://x.example/2.png', type: 'thumbnail' },
  ],
  ['ims', { value: 'ann@im.example', display: 'Chat', type: 'xmpp', primary: true }, { value: 'ann2', type: 'aim' }],
  [
    'phoneNumbers',
    { value: '+49 30 1', display: 'Desk', type: 'work', primary: true },
    { value: '+49 30 2', type: 'fax' },
  ],
] as const)(
  '%s are stored with all sub-attributes, found by filters, changed by PATCH, and selected by "attributes"',
  async ([name, one, other]) => {
    const created = await server.send('POST', '/Users', { userName: `${name}-user`, [name]: [one] });
    expect(created.status, JSON.stringify(created.body)).toBe(201);
    expect(created.body[name]).toEqual([one]);
    const { id } = created.body;
    const found = async (filter: string) =>
      (await server.send('GET', `/Users?filter=${encodeURIComponent(filter)}`)).body.Resources.map(
        (user: { id: string }) => user.id,
      );
    expect(await found(`${name}.value eq "${one.value}"`)).toEqual([id]);
    expect(await found(`${name}[type eq "${one.type}" and primary eq true]`)).toEqual([id]);
    const patch = (operation: object) => server.send('PATCH', `/Users/${id}`, { Operations: [operation] });
    const added = await patch({ op: 'add', path: name, value: [other] });
    expect(added.body[name]).toEqual([one, other]);
    const renamed = await patch({ op: 'replace', path: `${name}[value eq "${other.value}"].display`, value: 'New' });
    expect(renamed.body[name]).toEqual([one, { ...other, display: 'New' }]);
    const only = await server.send('GET', `/Users/${id}?attributes=${name}.display`);
    expect(only.body[name]).toEqual([{ display: one.display }, { display: 'New' }]);
    const removed = await patch({ op: 'remove', path: `${name}[primary eq true]` });
    expect(removed.body[name]).toEqual([{ ...other, display: 'New' }]);
  },
);

test('roles that Entra ID sends as JSON in a string are stored as roles with value and display', async () => {
  const role = (value: string) => JSON.stringify({ id: `id-${value}`, value, displayName: `The ${value}` });
  const { body } = await server.send('POST', '/Users', { userName: 'assigned' });
  const patched = await server.send('PATCH', `/Users/${body.id}`, {
    Operations: [{ op: 'Add', path: 'roles', value: [{ value: role('reader') }, { value: role('writer') }] }],
  });
  expect(patched.body.roles).toMatchObject([
    { value: 'reader', display: 'The reader' },
    { value: 'writer', display: 'The writer' },
  ]);
  const found = await server.send('GET', '/Users?filter=roles+eq+%22writer%22');
  expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id: body.id }] });
});
