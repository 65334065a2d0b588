import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
let empty: TestRestApi;
beforeAll(async () => {
  api = await openTestRestApi();
  empty = await openTestRestApi();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await empty[Symbol.asyncDispose]();
});

const groupNames = Array.from({ length: 11 }, (_, index) => `=Group, ${index}`);
const exported = async (from: TestRestApi, query = '') =>
  (await from.send('GET', `/api/export/users.csv${query}`)).text;
const read = (csv: string): Record<string, string>[] => parse(csv, { columns: true });

const everything = {
  username: 'every',
  email: 'every@example.com',
  password: 'a long enough sentence',
  firstname: '=cmd()',
  middlename: "'=text",
  lastname: "O'Neil",
  displayname: ' White space ',
  alternateEmail: 'other@example.com',
  managedAppleId: 'every@apple.example',
  jobTitle: '@lead',
  employeeIdentifier: '0042',
  department: '-x',
  costCenter: '007',
  company: 'Export, "Inc"; Ltd',
  employeeType: 'Contractor',
  description: 'two\r\nlines',
  location: 'en-GB',
  manager: 'boss',
  state: 'SUSPENDED',
  external_dn: 'cn=every,dc=example',
  external_source_type: 'ldap',
  unix_uid: 5001,
  unix_guid: 4_294_967_295,
  sudo: true,
  password_never_expires: true,
  addresses: [
    { type: 'work', streetAddress: '1 Road\nHouse', poBox: '12', extendedAddress: '3rd', locality: 'Leeds' },
    { type: 'home', region: 'Kent', postalCode: '01234', country: 'GB' },
    { type: 'work', locality: 'York' },
    { type: 'boat', locality: 'Sea' },
  ],
  phoneNumbers: [
    { type: 'mobile', number: '+49 1' },
    { type: 'work', number: '+49 2' },
    { type: 'work', number: '+49 3' },
    { type: 'work_fax', number: '4' },
    { type: 'pager', number: '5' },
    { type: 'satellite', number: '6' },
  ],
  attributes: [
    { name: 'shirt', value: '\tM' },
    { name: 'blank', value: '' },
    { name: 'size', value: 5 },
    { name: 'left', value: true },
    { name: 'wide', value: '＝1+1' },
    { name: 'wide plus', value: '＋1' },
    { name: 'wide minus', value: '－1' },
    { name: 'wide at', value: "'＠SUM(A1)" },
    { name: 'separators', value: 'x;=1+1' },
    { name: 'return', value: '\r=1' },
  ],
};

test('an export without users has the standard columns, and no password column', async () => {
  const [header = '', ...rows] = (await exported(api)).trim().split('\n');
  expect(rows).toEqual([]);
  const names = header.split(',').map((name) => name.replaceAll('"', ''));
  expect(names).toEqual(expect.arrayContaining(['username', 'manager', 'home_country', 'work_fax_number']));
  expect(header).not.toMatch(/password"|_id|created/);
});

test('an export that is imported into an empty organization can be exported again as the same file', async () => {
  for (const one of [api, empty]) {
    for (const name of groupNames) expect((await one.send('POST', '/api/v2/usergroups', { name })).status).toBe(201);
  }
  const { manager: _, ...user } = everything;
  const { _id: id, ...created } = (await api.send('POST', '/api/systemusers', user)).body;
  expect(created.username).toBe('every');
  const boss = (await api.send('POST', '/api/systemusers', { username: 'boss', email: 'boss@example.com' })).body;
  expect((await api.send('PUT', `/api/systemusers/${id}`, { manager: boss._id })).status).toBe(200);
  const groups = (await api.send('GET', '/api/v2/usergroups?limit=100')).body as { id: string }[];
  for (const group of groups) {
    await api.send('POST', `/api/v2/usergroups/${group.id}/members`, { op: 'add', type: 'user', id });
  }

  const first = await exported(api);
  const preview = await empty.send('POST', '/api/import/users/preview', first);
  expect(preview.body).toMatchObject({ invalid: 0, valid: 2, ignoredColumns: [] });
  const { body } = await empty.send('POST', '/api/import/users', first);
  await empty.jobsDone();
  expect((await empty.send('GET', `/api/jobs/${body.jobId}`)).body).toMatchObject({ succeeded: 2, failed: 0 });
  expect(await exported(empty)).toBe(first);

  const [row = {}] = read(first);
  expect(row).toMatchObject({
    firstname: "'=cmd()",
    middlename: "''=text",
    department: "'-x",
    manager: 'boss',
    state: 'SUSPENDED',
    sudo: 'true',
    allow_public_key: 'false',
    work2_locality: 'York',
    other_locality: 'Sea',
    mobile_number: "'+49 1",
    work_number2: "'+49 3",
    pager_number: '5',
    other_number: '6',
    Group11: "'=Group, 9",
    Attribute3_value: 'true',
    Attribute4_value: "'＝1+1",
    Attribute7_value: "''＠SUM(A1)",
    Attribute8_value: 'x;=1+1',
  });
  const [again] = (await empty.send('GET', '/api/systemusers?filter=username:$eq:every')).body.results;
  const { password: __, addresses: ___, phoneNumbers: ____, attributes, manager: _____, ...same } = everything;
  expect(again).toMatchObject({ ...same, description: 'two\nlines', passwordStatus: 'Password Pending' });
  expect(again.attributes).toEqual([
    attributes[0],
    { name: 'size', value: '5' },
    { name: 'left', value: 'true' },
    ...attributes.slice(4),
  ]);
});

test('an export includes, on request, the columns that an import ignores', async () => {
  const [row] = read(await exported(api, '?details=true&filter=username:$eq:boss'));
  expect(row).toMatchObject({
    username: 'boss',
    passwordStatus: 'Password Pending',
    creationSource: expect.any(String),
  });
  expect((await api.send('GET', `/api/systemusers/${row?.['_id']}`)).body.created).toBe(row?.['created']);
  expect((await api.send('GET', '/api/export/users.csv?details=maybe')).status).toBe(400);
});

test('an export writes a reference to a manager who does not exist yet exactly as the source wrote it', async () => {
  const csv = 'username,email,manager,unix_uid\nlate,late@example.com,ghost,\nghost,ghost@example.com,,none';
  await api.send('POST', '/api/import/users?mode=valid', csv);
  await api.jobsDone();
  expect(read(await exported(api, '?filter=username:$eq:late'))).toMatchObject([{ manager: 'ghost' }]);
});
