import { parse } from 'csv-parse/sync';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findSettings, updateSettings } from '#organizations/organization-store.ts';
import { findJob } from '#jobs/job-store.ts';
import { JobQueue, type RowRunner } from './job-queue.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';
import { rowRunners } from './user-import.ts';

let api: TestRestApi;
beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const password = 'a long enough sentence';
const row = (username: string, more: object = {}) => ({ username, email: `${username}@example.com`, ...more });
const bulk = async (body: object, headers: Record<string, string> = {}, query = '') =>
  await api.send('POST', `/api/v2/bulk/users${query}`, body, { 'x-api-key': api.key, ...headers });
const resultsOf = async (jobId: string) => {
  await api.jobsDone();
  return (await api.send('GET', `/api/v2/bulk/users/${jobId}/results`)).body;
};
const find = async (username: string) =>
  (await api.send('GET', `/api/systemusers?filter=username:$eq:${username}`)).body.results[0];
const count = async (prefix: string) =>
  (await api.send('POST', '/api/search/systemusers', { filter: [{ username: { $regex: `^${prefix}` } }] })).body
    .totalCount;
const preview = async (csv: string) => await api.send('POST', '/api/import/users/preview', csv);
const importCsv = async (csv: string, query = '') => await api.send('POST', `/api/import/users${query}`, csv);
const csvOf = async (path: string) => (await api.send('GET', path)).text.trim().split('\n');

describe('a bulk request', () => {
  test('creates users and reports the result of each row', async () => {
    const created = await bulk([row('b1', { password }), row('b1'), row('b3', { color: 'blue' }), row('b4')]);
    expect(created.status).toBe(201);
    const results = await resultsOf(created.body.jobId);
    expect(results).toMatchObject([
      { status: 'finished', row: 1, persistedFields: { username: 'b1', passwordStatus: 'Active' } },
      { status: 'failed', row: 2, persistedFields: null, meta: { username: 'b1' } },
      { status: 'failed', row: 3, statusMsg: expect.stringContaining('color') },
      { status: 'finished', row: 4 },
    ]);
    expect(JSON.stringify(results)).not.toContain(password);
    expect((await api.send('GET', `/api/v2/bulk/users/${created.body.jobId}/results?limit=1&skip=3`)).body).toEqual([
      results[3],
    ]);
    expect(results[0].id).toBe((await find('b1'))._id);
    const job = (await api.send('GET', `/api/jobs/${created.body.jobId}`)).body;
    expect(job).toMatchObject({ kind: 'bulk_create', state: 'finished', total: 4, done: 4, succeeded: 2, failed: 2 });
    expect((await api.send('GET', '/api/jobs?limit=1')).body).toEqual([job]);
    const stored = await findJob(api.directory.deps.database, api.organizationId, created.body.jobId);
    expect(stored?.input).toBe('');
  });

  test('changes users, unlocks them and expires their passwords', async () => {
    const user = (await api.send('POST', '/api/systemusers', row('bu', { password, account_locked: true }))).body;
    const id = user._id;
    const run = async (method: 'POST' | 'PATCH', path: string, body: object) => {
      const created = await api.send(method, path, body);
      expect(created.status, created.text).toBe(201);
      return await resultsOf(created.body.jobId);
    };
    const changes = [{ id, department: 'Sales', state: 'SUSPENDED' }, { id: 'none', company: 'x' }, { company: 'x' }];
    expect(await run('PATCH', '/api/v2/bulk/users', changes)).toMatchObject([
      { status: 'finished', id, persistedFields: { department: 'Sales', suspended: true } },
      { status: 'failed' },
      { status: 'failed', statusMsg: expect.stringContaining('no id') },
    ]);
    expect(await run('POST', '/api/v2/bulk/user/unlocks', [{ id }])).toMatchObject([
      { persistedFields: { account_locked: false } },
    ]);
    expect(await run('POST', '/api/v2/bulk/user/expires', [{ id }])).toMatchObject([
      { persistedFields: { password_expired: true } },
    ]);
  });

  test('records the source of new users, and gives them the default state for that source', async () => {
    const { database } = api.directory.deps;
    const settings = await findSettings(database, api.organizationId);
    await updateSettings(database, api.organizationId, { ...settings, defaultStateCsv: 'STAGED' });
    await resultsOf((await bulk([row('src1')])).body.jobId);
    await resultsOf((await bulk([row('src2')], { 'creation-source': 'jumpcloud:workday' })).body.jobId);
    await resultsOf(
      (await bulk([row('src3', { creationSource: 'own:source' })], { 'creation-source': 'jumpcloud:bulk' })).body.jobId,
    );
    await resultsOf((await importCsv(`username,email\nsrc4,src4@example.com\n`)).body.jobId);
    expect(await find('src1')).toMatchObject({ creationSource: 'tanhua:bulk', state: 'STAGED' });
    expect(await find('src2')).toMatchObject({ creationSource: 'jumpcloud:workday', state: 'ACTIVATED' });
    expect(await find('src3')).toMatchObject({ creationSource: 'jumpcloud:bulk', state: 'STAGED' });
    expect(await find('src4')).toMatchObject({ creationSource: 'tanhua:csv', state: 'STAGED' });
    await updateSettings(database, api.organizationId, {
      ...settings,
      defaultStateApplication: 'STAGED',
      defaultStateManual: 'STAGED',
    });
    await resultsOf((await bulk([row('src5')], { 'creation-source': 'tanhua:gapps' })).body.jobId);
    expect((await find('src5')).state).toBe('STAGED');
    expect((await api.send('POST', '/api/systemusers', row('src6'))).body.state).toBe('STAGED');
    expect((await api.send('POST', '/api/systemusers', row('src7', { state: 'SUSPENDED' }))).body.state).toBe(
      'SUSPENDED',
    );
    await updateSettings(database, api.organizationId, settings);
    expect((await bulk([row('src8')], { 'creation-source': 'nonsense' })).status).toBe(400);
  });

  test('emails its result to the administrator who sent it, unless the request suppresses the email', async () => {
    const resultMails = async () => (await api.mails()).filter(({ kind }) => kind === 'job_result').length;
    const before = await resultMails();
    await resultsOf((await bulk([row('mail1')], {}, '?suppressEmail=true')).body.jobId);
    expect(await resultMails()).toBe(before);
    await resultsOf((await bulk([row('mail2')], {}, '?suppressEmail=false')).body.jobId);
    expect(await resultMails()).toBe(before + 1);
  });
});

describe('a job', () => {
  test('of a killed process is resumed by another process where it stopped, and creates no user twice', async () => {
    const { services, directory } = api;
    const log = pino({ level: 'silent' });
    const rows = Array.from({ length: 12 }, (_, index) => row(`kill${index}`));
    const stuck = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const create = rowRunners['bulk_create'];
    if (create === undefined) throw new Error('There is no runner for bulk_create.');
    const stops: RowRunner = async (deps, caller, sent, input) => {
      if (sent instanceof Object && 'username' in sent && sent.username === 'kill5') {
        reached.resolve();
        await stuck.promise;
      }
      return await create(deps, caller, sent, input);
    };
    await services.jobs.stop();
    const first = new JobQueue(services.accounts, services.tenants, { bulk_create: stops }, log);
    const { jobId } = (await bulk(rows)).body;
    first.wake();
    await reached.promise;
    expect((await api.send('GET', `/api/jobs/${jobId}`)).body).toMatchObject({
      state: 'running',
      total: 12,
      done: 5,
      succeeded: 5,
    });

    // The first queue holds the lease, so the second queue does not run the job.
    const second = new JobQueue(services.accounts, services.tenants, rowRunners, log);
    second.wake();
    await second.settled();
    expect(await count('kill')).toBe(5);
    // The first queue does not renew its lease, so the lease expires.
    directory.clock.advance(60_000);
    second.wake();
    await second.settled();
    expect((await api.send('GET', `/api/jobs/${jobId}`)).body).toMatchObject({
      state: 'finished',
      done: 12,
      succeeded: 12,
      failed: 0,
    });
    expect(await count('kill')).toBe(12);

    // The first process may only have been slow. Work that it does after losing the lease has no effect.
    stuck.resolve();
    await first.settled();
    expect(await count('kill')).toBe(12);
    const results = (await api.send('GET', `/api/v2/bulk/users/${jobId}/results`)).body;
    expect(results.map((result: { status: string }) => result.status)).toEqual(rows.map(() => 'finished'));
    await first.stop();
    await second.stop();
  });

  test('whose input cannot be read fails, and does not delay other jobs', async () => {
    const { services, directory } = api;
    const unreadable = (await bulk([row('un1')])).body.jobId;
    const readable = (await bulk([row('un2')])).body.jobId;
    await directory.deps.database.updateTable('jobs').set({ input: 'nonsense' }).where('id', '=', unreadable).execute();
    const queue = new JobQueue(services.accounts, services.tenants, rowRunners, pino({ level: 'silent' }));
    queue.wake();
    await queue.settled();
    expect((await api.send('GET', `/api/jobs/${unreadable}`)).body.state).toBe('failed');
    expect((await api.send('GET', `/api/jobs/${readable}`)).body.state).toBe('finished');
    await queue.stop();
  });
});

describe('a CSV file', () => {
  // The tests above stopped the queue of their server, so these tests use a new server.
  beforeAll(async () => {
    await api[Symbol.asyncDispose]();
    api = await openTestRestApi();
  });

  test('may have unknown columns, even with names such as __proto__, and they are reported as ignored', async () => {
    const { rows, ignoredColumns } = (await preview('username,email,__proto__,constructor\nx1,x1@example.com,a,b'))
      .body;
    expect(ignoredColumns).toEqual(['__proto__', 'constructor']);
    expect(rows).toMatchObject([{ username: 'x1', errors: [] }]);
  });

  test('gets a warning for each column that is not imported, in the preview and in the response to the import', async () => {
    const csv = 'username,email,Grp1,First name,Surname,color\nwarned,warned@example.com,Sales,Ann,Lee,red';
    const { warnings, valid } = (await preview(csv)).body;
    expect(valid).toBe(1);
    expect(warnings).toEqual([
      {
        column: 'Grp1',
        message: 'There is no column "Grp1": its values are not imported. Did you mean "Group1"?',
        suggestion: 'Group1',
      },
      expect.objectContaining({ column: 'First name', suggestion: 'firstname' }),
      expect.objectContaining({ column: 'Surname', suggestion: 'lastname' }),
      { column: 'color', message: 'There is no column "color": its values are not imported.' },
    ]);
    expect((await importCsv(csv)).body).toMatchObject({ total: 1, warnings });
    await api.jobsDone();
  });

  test('in Windows-1252 is refused unless the request gives the charset, and the preview shows the names and the encoding', async () => {
    const bytes = Buffer.from('username,email,lastname\nmueller,m@example.com,M\xfcller', 'latin1');
    const send = async (url: string, contentType: string) => {
      const headers = { 'x-api-key': api.key, 'content-type': contentType };
      const answer = await api.app.inject({ method: 'POST', url, headers, payload: bytes });
      return { status: answer.statusCode, body: answer.json() };
    };
    for (const url of ['/api/import/users/preview', '/api/import/users']) {
      const refused = await send(url, 'text/csv');
      expect(refused).toMatchObject({ status: 400, body: { error_code: 'invalidBody' } });
      expect(refused.body.message).toMatch(/line 2 .*CSV UTF-8.*Müller.*charset=windows-1252/s);
    }
    const named = 'text/csv; charset=windows-1252';
    expect((await send('/api/import/users/preview', named)).body).toMatchObject({
      encoding: 'windows-1252',
      valid: 1,
      rows: [{ username: 'mueller', name: 'Müller' }],
    });
    expect((await send('/api/import/users', named)).status).toBe(201);
    await api.jobsDone();
    expect((await find('mueller')).lastname).toBe('Müller');
    expect((await preview('username,email\nu,u@example.com')).body.encoding).toBe('utf-8');
  });

  test('with invalid rows is previewed row by row, and neither the preview nor the import creates users', async () => {
    const csv = [
      'username,email,firstname,manager,sudo,unix_uid,password,color',
      'c1,c1@example.com,Ann,,yes,5001,,',
      'c2@example.com,c2@example.com,,,,,,',
      'c3,c1@example.com,,missing,,,,',
      'c4,c4@example.com,,,perhaps,ten,short,',
      'C1,c5@example.com,,,,,,',
    ].join('\n');
    const answer = await preview(csv);
    expect(answer.body).toMatchObject({ valid: 1, invalid: 4, ignoredColumns: ['color'] });
    const errors = answer.body.rows.map(({ errors: some }: { errors: string[] }) => some.join(' '));
    expect(errors[0]).toBe('');
    expect(errors[1]).toContain('email');
    expect(errors[2]).toMatch(/email .*is in line 2.*manager/s);
    expect(errors[3]).toMatch(/at least 8 characters.*unix_uid.*sudo/s);
    expect(errors[4]).toContain('is in line 2');
    expect(await find('c1')).toBeUndefined();
    const refused = await importCsv(csv);
    expect(refused).toMatchObject({ status: 400 });
    expect(refused.body.message).toContain('4 of 5 rows');
    expect(await find('c1')).toBeUndefined();
  });

  test('is imported without its invalid rows if mode=valid is sent, and the results can be read as CSV', async () => {
    await api.send('POST', '/api/v2/usergroups', { name: 'Imported' });
    const csv = [
      '\uFEFFUsername;Email;Lastname;Manager;Group1;Attribute1_name;Attribute1_value;work_city;mobile_number;state;password',
      "d1;d1@example.com;'=Lee, Ann;d2;Imported;shirt;M;Berlin;'+49 1;STAGED;",
      `d2;d2@example.com;;d3@example.com;;;;;;;${password}`,
      'd3;d3@example.com;;;Nowhere;;;;;;',
      'd4;d4@example.com;;;;shirt;;;;;',
      '"d5";"d5@example.com";"Multi',
      'line";;;;;;;;',
    ].join('\r\n');
    const { rows } = (await preview(csv)).body;
    expect(rows.map(({ line, errors }: { line: number; errors: string[] }) => [line, errors.length])).toEqual([
      [2, 0],
      [3, 0],
      [4, 1],
      [5, 1],
      [7, 0],
    ]);
    const { jobId, total } = (await importCsv(csv, '?mode=valid')).body;
    expect(total).toBe(5);
    await api.jobsDone();
    expect((await api.send('GET', `/api/jobs/${jobId}`)).body).toMatchObject({
      kind: 'csv_import',
      succeeded: 3,
      failed: 2,
    });
    const d1 = await find('d1');
    expect(d1).toMatchObject({
      lastname: '=Lee, Ann',
      state: 'STAGED',
      attributes: [{ name: 'shirt', value: 'M' }],
      addresses: [{ type: 'work', locality: 'Berlin' }],
      phoneNumbers: [{ type: 'mobile', number: '+49 1' }],
      manager: (await find('d2'))._id,
    });
    expect((await api.send('GET', `/api/v2/users/${d1._id}/memberof`)).body).toMatchObject([{ name: 'Imported' }]);
    expect(await find('d2')).toMatchObject({ passwordStatus: 'Active' });
    const file = await csvOf(`/api/jobs/${jobId}/results.csv`);
    expect(file[0]).toBe('"row","status","message","id","username","email"');
    expect(file[1]).toBe(`"1","finished","","${d1._id}","d1","d1@example.com"`);
    expect(file[3]).toMatch(/^"3","failed","There is no group .*Nowhere.*","","d3","d3@example.com"$/);
    expect(file).toHaveLength(6);
  });

  test('that was exported can be imported again', async () => {
    await api.send(
      'POST',
      '/api/systemusers',
      row('exp', { lastname: '=cmd()', company: 'Export, "Inc"', department: '-x' }),
    );
    const [header = '', line = '', ...others] = await csvOf('/api/export/users.csv?filter=username:$eq:exp');
    expect(header.split(',').slice(0, 3)).toEqual(['"username"', '"email"', '"firstname"']);
    expect(others).toEqual([]);
    expect(line).toContain("'=cmd()");
    const again = `${header}\n${line.replaceAll('exp@', 'exp2@').replace(/^"exp/, '"exp2')}\n`;
    const { body } = await importCsv(again);
    await api.jobsDone();
    expect((await api.send('GET', `/api/jobs/${body.jobId}`)).body).toMatchObject({ succeeded: 1 });
    expect(await find('exp2')).toMatchObject({ lastname: '=cmd()', company: 'Export, "Inc"', department: '-x' });
    const all: readonly unknown[] = parse((await api.send('GET', '/api/export/users.csv?sort=-username')).text);
    expect(all).toHaveLength((await api.send('GET', '/api/systemusers')).body.totalCount + 1);
  });

  test.for([
    ['', 'no rows'],
    ['username,email', 'no rows'],
    ['email\na@example.com', 'no column "username"'],
    ['username,email,Email\na,b,c', 'twice'],
    ['username,email\na', 'Line 2 ends after column 1: the first line names 2 columns'],
    ['username,email\n"a,b', 'no double quote ends it before line 2'],
    ['username,email\nM\uFFFDller,m@example.com', 'Line 2 has the character U+FFFD'],
  ] as const)('with the text %j is refused with the reason: %s', async ([csv, message]) => {
    const answer = await preview(csv === '' ? ' ' : csv);
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain(message);
  });
});
