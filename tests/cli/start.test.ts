import { stat } from 'node:fs/promises';
import SqliteDatabase from 'better-sqlite3';
import { expect, test } from 'vitest';
import { call, scimClient } from '../support/http-client.ts';
import { runCli, startServer } from '../support/start-server.ts';

test('the first start prints the tenant URL and the password of the administrator, but a later start does not', async () => {
  await using server = await startServer(
    { TANHUA_BOOTSTRAP_SECRET_TOKEN: `${'random-enough-'.repeat(3)}token` },
    'sources',
  );
  expect(server.started).toMatchObject({ tenantUrl: `${server.url}/scim/v2/?aadOptscim062020`, secretToken: null });
  expect(server.started['password']).toMatch(/^[\w-]{20}$/);
  expect((await scimClient(server.scimUrl, server.key).get('/Users')).status).toBe(200);
  await using again = await server.restart('SIGTERM');
  expect(again.started).not.toHaveProperty('secretToken');
  expect(again.started).not.toHaveProperty('password');
});

test('the started program hashes passwords with the Argon2 parameters for production', async () => {
  await using server = await startServer();
  const database = new SqliteDatabase(`${server.dataDir}/tanhua.sqlite`, { readonly: true });
  const hashes = database.prepare('select password_hash from administrators').pluck().all();
  database.close();
  expect(hashes).toEqual([expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)]);
});

test('acknowledged users still exist after the server was killed', async () => {
  await using server = await startServer({ TANHUA_BOOTSTRAP_RULES: 'standard' });
  const client = scimClient(server.scimUrl, server.key);
  const created = await Promise.all(
    Array.from({ length: 20 }, (_, index) => client.post('/Users', { userName: `user${index}` })),
  );
  expect(created.every((answer) => answer.status === 201)).toBe(true);
  await using again = await server.restart('SIGKILL');
  const after = scimClient(again.scimUrl, again.key);
  for (const { body } of created) expect((await after.get(`/Users/${body.id}`)).body.userName).toBe(body.userName);
  expect((await again.cli('doctor')).code).toBe(0);
});

test('every user whose creation is acknowledged while SIGTERM stops the server still exists after the restart', async () => {
  await using server = await startServer({ TANHUA_BOOTSTRAP_RULES: 'standard' });
  const client = scimClient(server.scimUrl, server.key);
  const requests = Array.from({ length: 20 }, (_, index) => client.post('/Users', { userName: `user${index}` }));
  const settled = Promise.allSettled(requests);
  await requests[0];
  await using again = await server.restart('SIGTERM');
  const answers = (await settled).filter((result) => result.status === 'fulfilled');
  const after = await scimClient(again.scimUrl, again.key).get('/Users');
  const acknowledged = answers.filter(({ value }) => value.status === 201).length;
  expect(after.body.totalResults).toBeGreaterThanOrEqual(acknowledged);
});

test('the tenant URL and meta.location start with the public URL', async () => {
  await using server = await startServer({
    TANHUA_PUBLIC_URL: 'https://directory.example/',
    TANHUA_BOOTSTRAP_RULES: 'standard',
  });
  expect(server.started['tenantUrl']).toBe('https://directory.example/scim/v2/?aadOptscim062020');
  // The tenant URL does not contain the port that the server listens on; only the log does.
  const port = /"port":(\d+)/.exec(server.log())?.[1] ?? /:(\d+)"/.exec(server.log())?.[1];
  const answer = await call(`http://127.0.0.1:${port}/scim/v2/Users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
    body: { userName: 'x' },
  });
  expect(answer.body.meta.location).toMatch(/^https:\/\/directory\.example\/scim\/v2\/Users\//);
});

test('only the owner can read the database file, regardless of the permissions of the folder', async () => {
  await using server = await startServer();
  const { mode } = await stat(`${server.dataDir}/tanhua.sqlite`);
  expect(mode & 0o077).toBe(0);
});

test('a port in use and an unusable data folder are each reported in one line', async () => {
  await using server = await startServer();
  const port = new URL(server.url).port;
  const taken = await runCli(['start'], { TANHUA_PORT: port, TANHUA_DATA_DIR: `${server.dataDir}/second` });
  expect(taken.code).toBe(2);
  expect(taken.stderr).toBe(
    `tanhua: Port ${port} of 127.0.0.1 is in use by another program, or by another Tanhua. Stop it, or set TANHUA_PORT to another port.\n`,
  );
  // The failed start created no organization, so the next start still prints the secrets of a first start.
  const keys = await runCli(['key', 'list'], { TANHUA_DATA_DIR: `${server.dataDir}/second` });
  expect(keys.stderr).toContain('no organization');
  const folder = await runCli(['start'], { TANHUA_PORT: '0', TANHUA_DATA_DIR: `${server.dataDir}/tanhua.sqlite` });
  expect(folder.code).toBe(2);
  expect(folder.stderr).toContain('TANHUA_DATA_DIR');
  expect(folder.stderr).not.toContain('    at ');
});
