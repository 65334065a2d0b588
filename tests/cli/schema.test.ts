import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scimClient } from '../support/http-client.ts';
import { startServer, type RunningServer } from '../support/start-server.ts';

const URN = 'urn:contoso:scim:schemas:badges:2.0:User';
let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ TANHUA_BOOTSTRAP_RULES: 'standard' });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

test('schema add serves a schema from the next request on, and the schema can be removed once no user has values of it', async () => {
  const client = scimClient(server.scimUrl, server.key);
  expect((await client.get(`/Schemas/${URN}`)).status).toBe(404);
  expect((await server.cli('schema', 'list')).stdout).toContain('tanhua schema add FILE');

  const file = join(server.dataDir, 'badges.json');
  await writeFile(file, JSON.stringify({ id: URN, name: 'Badges', attributes: [{ name: 'badge' }] }));
  const added = await server.cli('schema', 'add', file, '--json');
  expect(added, added.stderr).toMatchObject({ code: 0 });
  expect(JSON.parse(added.stdout)).toMatchObject({ id: URN, resourceType: 'User', attributes: [{ name: 'badge' }] });
  const user = await client.post('/Users', { userName: 'ann', [URN]: { badge: 'A-1' } });
  expect(user.body[URN]).toEqual({ badge: 'A-1' });

  expect((await server.cli('schema', 'list')).stdout).toMatch(/Badges +User +1/);
  expect((await server.cli('schema', 'show', URN)).stdout).toMatch(/badge +string/);
  const inUse = await server.cli('schema', 'remove', URN);
  expect(inUse).toMatchObject({ code: 2, stderr: expect.stringContaining('1 user has values') });
  await writeFile(
    file,
    JSON.stringify({ id: URN, attributes: [{ name: 'badge' }, { name: 'level', type: 'integer' }] }),
  );
  expect(await server.cli('schema', 'set', file)).toMatchObject({ code: 0 });
  expect((await client.get(`/Schemas/${URN}`)).body.attributes).toHaveLength(2);

  expect(await client.put(`/Users/${user.body.id}`, { userName: 'ann' })).toMatchObject({ status: 200 });
  const removed = await server.cli('schema', 'remove', URN, '--json');
  expect(removed, removed.stderr).toMatchObject({ code: 0 });
  expect(JSON.parse(removed.stdout)).toEqual({ id: URN, removed: true });
});

test('schema add reports a missing file, a file that is not JSON, and an invalid attribute', async () => {
  expect(await server.cli('schema', 'add', join(server.dataDir, 'missing.json'))).toMatchObject({ code: 2 });
  const file = join(server.dataDir, 'wrong.json');
  await writeFile(file, '{');
  expect(await server.cli('schema', 'add', file)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('not JSON'),
  });
  await writeFile(file, JSON.stringify({ id: URN, attributes: [{ name: 'a b' }] }));
  const wrong = await server.cli('schema', 'add', file);
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('attributes.0.name') });
  expect(await server.cli('schema', 'show', 'urn:contoso:none')).toMatchObject({ code: 3 });
});
