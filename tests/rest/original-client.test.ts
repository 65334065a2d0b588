import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, type Answer } from '../support/http-client.ts';
import { startServer, type RunningServer } from '../support/start-server.ts';

/**
 * Sends the requests of a client that was written for the legacy directory's API, with which the REST API is compatible, to the
 * started program. After each step, SCIM, the REST API and the command line have to agree about the user.
 */

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const headers = () => ({
  accept: 'application/json',
  'content-type': 'application/json',
  'x-api-key': server.key,
  'x-eventually-consistent': 'true',
});

async function send(method: string, path: string, body?: unknown, more: Readonly<Record<string, string>> = {}) {
  const answer = await call(server.url + path, { method, headers: { ...headers(), ...more }, body });
  expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(500);
  return answer;
}

async function accepted(status: number, sent: Promise<Answer>) {
  const answer = await sent;
  expect(answer.status, answer.text).toBe(status);
  return answer.body;
}

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Asserts that SCIM, the REST API and the command line agree about a user. Returns the user as the REST API shows it. */
async function compare(id: string) {
  const rest = await accepted(200, send('GET', `/api/systemusers/${id}`));
  const scim = await accepted(200, send('GET', `/scim/v2/Users/${id}`));
  const shown = await server.cli('user', 'show', id, '--json');
  expect(shown.code, shown.stderr).toBe(0);
  const { scim: document, events: _, ...commandLine } = JSON.parse(shown.stdout);
  expect(commandLine).toEqual(rest);
  expect(scim.active).toBe(!rest.suspended && !rest.password_expired);
  expect(rest.suspended).toBe(rest.state === 'SUSPENDED');
  expect(scim).toMatchObject({
    id: rest._id,
    userName: rest.username,
    meta: { created: rest.created, lastModified: rest.lastModified },
  });
  expect(scim.emails[0].value).toBe(rest.email);
  expect([scim.displayName, scim.title, scim[ENTERPRISE]?.department]).toEqual([
    rest.displayname,
    rest.jobTitle,
    rest.department,
  ]);
  expect(document.userName).toBe(rest.username);
  return rest;
}

async function finishedJob(id: string) {
  for (;;) {
    const job = await accepted(200, send('GET', `/api/jobs/${id}`));
    if (job.state === 'finished') return job;
    expect(['waiting', 'running']).toContain(job.state);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}

test('a client of the legacy API creates, reads, changes, suspends, expires, unlocks and deletes a user', async () => {
  const created = await accepted(
    200,
    send('POST', '/api/systemusers', {
      username: 'ann.lee',
      email: 'Ann.Lee@example.com',
      firstname: 'Ann',
      lastname: 'Lee',
      displayname: 'Ann Lee',
      department: 'Sales',
      password: 'a long enough sentence',
      allow_public_key: true,
      enable_user_portal_multifactor: false,
      attributes: [{ name: 'shirt', value: 'M' }],
      addresses: [],
      tags: [],
    }),
  );
  const { _id: id } = created;
  expect(id).toMatch(/^[0-9a-f]{24}$/);
  expect(created).toMatchObject({ email: 'ann.lee@example.com', activated: true, state: 'ACTIVATED' });
  expect(created).not.toHaveProperty('password');
  expect(await compare(id)).toEqual(created);
  const taken = await accepted(409, send('POST', '/api/systemusers', { username: 'ann.lee', email: 'b@example.com' }));
  expect(taken).toMatchObject({ code: 409, status: 'ALREADY_EXISTS', message: expect.stringContaining('ann.lee') });

  // The PowerShell module writes the path with a capital S.
  expect((await accepted(200, send('GET', `/api/Systemusers/${id}`)))._id).toBe(id);
  await accepted(
    200,
    send('PUT', `/api/Systemusers/${id}`, { ...created, jobTitle: 'Engineer', username: '', email: '' }),
  );
  expect(await compare(id)).toMatchObject({ jobTitle: 'Engineer', department: 'Sales' });
  await accepted(200, send('PUT', `/api/systemusers/${id}`, { suspended: true }));
  expect(await compare(id)).toMatchObject({ state: 'SUSPENDED', active: false });
  await accepted(200, send('PUT', `/api/systemusers/${id}`, { state: 'ACTIVATED' }));
  expect(await compare(id)).toMatchObject({ state: 'ACTIVATED', active: true });
  await accepted(200, send('POST', `/api/systemusers/${id}/expire`, {}));
  expect(await compare(id)).toMatchObject({ passwordStatus: 'Expired', active: false });
  await accepted(200, send('PUT', `/api/systemusers/${id}`, { account_locked: true }));
  expect(await compare(id)).toMatchObject({ passwordStatus: 'Locked', password_expired: true });
  await accepted(200, send('POST', `/api/systemusers/${id}/unlock`));
  await accepted(200, send('PUT', `/api/systemusers/${id}`, { password: 'another long sentence' }));
  expect(await compare(id)).toMatchObject({ passwordStatus: 'Active', active: true });

  const patch = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'active', value: false }],
  };
  await send('PATCH', `/scim/v2/Users/${id}`, patch, { 'content-type': 'application/scim+json' });
  expect(await compare(id)).toMatchObject({ state: 'SUSPENDED' });

  expect(await accepted(200, send('DELETE', `/api/systemusers/${id}?cascade_manager=null`))).toMatchObject({ _id: id });
  for (const path of [`/api/systemusers/${id}`, `/scim/v2/Users/${id}`]) await accepted(404, send('GET', path));
  expect((await server.cli('user', 'show', id, '--json')).code).toBe(3);
});

test('a client of the legacy API creates users in bulk, reads the results, pages through users, searches, and updates in bulk', async () => {
  const users = Array.from({ length: 25 }, (_, index) => ({
    username: `bulk${index}`,
    email: `bulk${index}@example.com`,
    company: 'Bulk',
  }));
  const { jobId } = await accepted(
    201,
    send('POST', '/api/v2/bulk/users?suppressEmail=true', [...users, users[0]], {
      'creation-source': 'jumpcloud:bulk',
    }),
  );
  expect(await finishedJob(jobId)).toMatchObject({ total: 26, done: 26, succeeded: 25, failed: 1 });
  const results = await accepted(200, send('GET', `/api/v2/bulk/users/${jobId}/results`));
  expect(results.filter(({ status }: { status: string }) => status === 'failed')).toMatchObject([
    { row: 26, statusMsg: expect.stringContaining('bulk0') },
  ]);
  const seen: string[] = [];
  for (let skip = 0; ; skip += 10) {
    const path = `/api/systemusers?limit=10&skip=${skip}&sort=_id&fields=username&filter=company:$eq:Bulk`;
    const page = await accepted(200, send('GET', path));
    expect(page.totalCount).toBe(25);
    if (page.results.length === 0) break;
    seen.push(...page.results.map(({ username }: { username: string }) => username));
  }
  expect(new Set(seen).size).toBe(25);
  const search = {
    filter: [{ username: { $regex: '^bulk1' } }],
    limit: 1_000,
    skip: 0,
    sort: '-username',
    fields: 'username',
  };
  const found = await accepted(200, send('POST', '/api/search/systemusers', search));
  expect(found).toMatchObject({ totalCount: 11, results: expect.any(Array) });
  expect(found.results).toHaveLength(11);
  expect(found.results[0]).toMatchObject({ username: 'bulk19' });
  expect(await compare(results[0].id)).toMatchObject({ creationSource: 'jumpcloud:bulk' });
  const update = await accepted(201, send('PATCH', '/api/v2/bulk/users', [{ id: results[0].id, state: 'SUSPENDED' }]));
  await finishedJob(update.jobId);
  expect(await compare(results[0].id)).toMatchObject({ state: 'SUSPENDED' });
});

test('a client of the legacy API creates and deletes a group, changes its members, and lists the groups of a user', async () => {
  const user = await accepted(200, send('POST', '/api/systemusers', { username: 'member', email: 'm@example.com' }));
  const group = await accepted(201, send('POST', '/api/v2/usergroups', { name: 'Staff' }));
  const change = async (op: string) =>
    await accepted(204, send('POST', `/api/v2/usergroups/${group.id}/members`, { op, type: 'user', id: user._id }));
  await change('add');
  expect(await accepted(200, send('GET', '/api/v2/usergroups?filter=name:eq:Staff'))).toMatchObject([{ id: group.id }]);
  expect(await accepted(200, send('GET', `/api/v2/users/${user._id}/memberof`))).toMatchObject([{ id: group.id }]);
  expect((await accepted(200, send('GET', `/scim/v2/Users/${user._id}`))).groups).toMatchObject([{ value: group.id }]);
  expect(JSON.parse((await server.cli('group', 'show', 'Staff', '--json')).stdout)).toMatchObject({ id: group.id });
  await compare(user._id);
  await change('remove');
  expect(await accepted(200, send('GET', `/api/v2/usergroups/${group.id}/membership`))).toEqual([]);
  await accepted(200, send('DELETE', `/api/v2/usergroups/${group.id}`));
  await accepted(404, send('GET', `/scim/v2/Groups/${group.id}`));
});

test('a client of the legacy API previews and imports a CSV file, and exports users as CSV', async () => {
  const csv =
    'username,email,department,manager\ncsv1,csv1@example.com,Legal,csv2\ncsv2,csv2@example.com,Legal,\ncsv3,,Legal,\n';
  const text = { 'content-type': 'text/csv' };
  const preview = await accepted(200, send('POST', '/api/import/users/preview', csv, text));
  expect(preview).toMatchObject({ valid: 2, invalid: 1, rows: [{ errors: [] }, { errors: [] }, { line: 4 }] });
  expect((await accepted(400, send('POST', '/api/import/users', csv, text))).message).toContain('line 4');
  const { jobId } = await accepted(201, send('POST', '/api/import/users?mode=valid', csv, text));
  expect(await finishedJob(jobId)).toMatchObject({ total: 3, succeeded: 2, failed: 1 });
  const file = (await send('GET', `/api/jobs/${jobId}/results.csv`)).text.trim().split('\n');
  expect(file.map((line) => line.split(',')[1])).toEqual(['"status"', '"finished"', '"finished"', '"failed"']);
  const [, id1 = ''] = /"finished","","(\w+)","csv1"/.exec(file.join('\n')) ?? [];
  const [, id2 = ''] = /"finished","","(\w+)","csv2"/.exec(file.join('\n')) ?? [];
  expect(await compare(id1)).toMatchObject({ manager: id2, creationSource: 'tanhua:csv' });
  const exported = await send('GET', '/api/export/users.csv?filter=department:$eq:Legal&sort=username');
  expect(exported.headers['content-type']).toContain('text/csv');
  expect(
    exported.text
      .trim()
      .split('\n')
      .map((line) => line.split(',')[0]),
  ).toEqual(['"username"', '"csv1"', '"csv2"']);
});
