import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attributeContract } from '#directory/attribute-contract.ts';
import {
  EMPLOYEE_IDENTIFIER_LENGTH_MAX,
  LIST_LENGTH_MAX,
  propertyNames,
  PUBLIC_KEY_LENGTH_MAX,
  TEXT_LENGTH_MAX,
} from '#directory/system-user-fields.ts';
import { createUser } from '#directory/users.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
let id = '';
beforeAll(async () => {
  api = await openTestRestApi();
  const body = { username: 'limits', email: 'limits@example.com' };
  id = (await api.send('POST', '/api/systemusers', body)).body._id;
});
afterAll(() => api[Symbol.asyncDispose]());

const base = '/api/systemusers';
const put = async (body: object, of = id) => await api.send('PUT', `${base}/${of}`, body);
const many = (length: number, of: (index: number) => unknown) => Array.from({ length }, (_, index) => of(index));

describe('the limits for a user', () => {
  const texts = [
    ...attributeContract.map(({ property }) => property).filter((name) => !/^(employeeIdentifier|manager)$/.test(name)),
    ...propertyNames.filter((name) => /^(description|managedAppleId|external_dn|external_source_type)$/.test(name)),
  ];
  test.for(texts)('allow a text of the maximum length in %s and refuse a longer text', async (name) => {
    const longest = 'x'.repeat(TEXT_LENGTH_MAX);
    expect((await put({ [name]: longest })).body[name]).toBe(longest);
    const refused = await put({ [name]: `${longest}x` });
    expect(refused).toMatchObject({ status: 400, body: { status: 'INVALID_ARGUMENT', error_code: 'invalidBody' } });
    expect(refused.body.details[0].fieldViolationsList[0].field).toBe(name);
    expect((await put({ [name]: '' })).body).not.toHaveProperty(name);
  });

  const word = (length: number) => 'e'.repeat(length);
  const local = '@example.com';
  const publicKey = `ssh-ed25519 ${Buffer.from(`0000000b7373682d6564323535313900000020${'07'.repeat(32)}`, 'hex').toString('base64')} `;
  test.for<[string, (over: number) => unknown]>([
    ['employeeIdentifier', (over) => word(EMPLOYEE_IDENTIFIER_LENGTH_MAX + over)],
    ['username', (over) => word(TEXT_LENGTH_MAX + over)],
    ['email', (over) => word(TEXT_LENGTH_MAX + over - local.length) + local],
    ['unix_uid', (over) => 4_294_967_295 + over],
    ['unix_guid', (over) => 1 - over],
    ['addresses', (over) => many(LIST_LENGTH_MAX + over, (index) => ({ type: 'work', locality: String(index) }))],
    ['phoneNumbers', (over) => many(LIST_LENGTH_MAX + over, (index) => ({ type: 'work', number: String(index) }))],
    ['attributes', (over) => many(LIST_LENGTH_MAX + over, (index) => ({ name: String(index), value: 'v' }))],
    ['attributes', (over) => [{ name: 'n', value: word(TEXT_LENGTH_MAX + over) }]],
    ['relationships', (over) => many(LIST_LENGTH_MAX + over, (index) => ({ type: 't', value: String(index) }))],
    ['public_key', (over) => publicKey + word(PUBLIC_KEY_LENGTH_MAX + over - publicKey.length)],
  ])('allow a value of %s at the limit and refuse one past the limit', async ([name, valueOf]) => {
    const allowed = await put({ [name]: valueOf(0) });
    expect(allowed.status, allowed.text.slice(0, 500)).toBe(200);
    expect((await put({ [name]: valueOf(1) })).status).toBe(400);
  });

  test('apply to the name and the length of SSH keys, and malformed keys are refused', async () => {
    const key = publicKey;
    const add = async (name: string, publicKey: string) =>
      (await api.send('POST', `${base}/${id}/sshkeys`, { name, public_key: publicKey })).status;
    expect(await add('n'.repeat(200), `${key}${'c'.repeat(PUBLIC_KEY_LENGTH_MAX - key.length)}`)).toBe(200);
    expect(await add('n'.repeat(201), key)).toBe(400);
    expect(await add('long', `${key}${'c'.repeat(PUBLIC_KEY_LENGTH_MAX - key.length + 1)}`)).toBe(400);
    for (const bad of ['', 'ssh-rsa', 'ssh-rsa AAAA', key.replace('ssh-ed25519', 'ssh-rsa'), `${key}\n${key}`]) {
      expect(await add('bad', bad), bad).toBe(400);
    }
  });

  test('rule out a weak RSA key in every field that accepts a key, and the error says why', async () => {
    const modulus = Buffer.concat([Buffer.from('00000080', 'hex'), Buffer.alloc(128, 0x7f)]);
    const blob = Buffer.concat([Buffer.from('000000077373682d7273610000000103', 'hex'), modulus]);
    const weak = `ssh-rsa ${blob.toString('base64')}`;
    const answers = [
      await api.send('POST', `${base}/${id}/sshkeys`, { name: 'weak', public_key: weak }),
      await put({ ssh_keys: [{ name: 'weak', public_key: weak }] }),
      await put({ public_key: weak }),
      await api.send('POST', base, { username: 'weak', email: 'weak@example.com', public_key: weak }),
      await api.send('POST', base, {
        username: 'weak',
        email: 'weak@example.com',
        ssh_keys: [{ name: 'weak', public_key: weak }],
      }),
    ];
    for (const { body } of answers) {
      expect(body).toMatchObject({ code: 400, error_code: 'invalidValue' });
      expect(body.message).toContain('public_key is an RSA key of 1023 bits, which is too weak');
    }
    const { body } = await api.send('POST', '/api/search/systemusers', { searchFilter: { searchTerm: 'weak' } });
    expect(body.totalCount).toBe(0);
  });

  test('apply to the number of users in one resend and of events on one timeline page', async () => {
    const resend = async (length: number) =>
      (await api.send('POST', `${base}/reactivate`, { models: many(length, () => ({ _id: id })) })).status;
    expect(await resend(500)).toBe(200);
    expect(await resend(501)).toBe(400);
    const timeline = async (limit: number) => (await api.send('GET', `${base}/${id}/timeline?limit=${limit}`)).status;
    expect(await timeline(500)).toBe(200);
    expect(await timeline(501)).toBe(400);
  });
});

describe('fields that an integration owns', () => {
  const pushed = async (userName: string, more: object = {}) => {
    const { deps, caller } = api.directory;
    const emails = [{ value: `${userName}@example.com`, type: 'work', primary: true }];
    return await createUser(deps, caller, { document: { userName, emails, ...more }, ignored: [] });
  };
  const owned = async (of: string): Promise<readonly string[]> =>
    (await api.send('GET', `${base}/${of}`)).body.restrictedFields.map(({ field }: { field: string }) => field);

  test('are those that it set, and a change to any of them is refused with an error that names the integration', async () => {
    const enterprise = {
      department: 'd',
      costCenter: 'c',
      organization: 'o',
      employeeNumber: 'n',
      manager: { value: id },
    };
    const user = await pushed('owned', {
      name: { givenName: 'g', middleName: 'm', familyName: 'f' },
      displayName: 'x',
      title: 't',
      locale: 'de',
      userType: 'u',
      addresses: [{ type: 'work', locality: 'l' }],
      phoneNumbers: [{ type: 'work', value: '1' }],
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': enterprise,
    });
    const fields = await owned(user.id);
    expect(fields).toHaveLength(16);
    for (const field of fields) {
      const value = { addresses: [], phoneNumbers: [], email: 'other@example.com', username: 'other' }[field] ?? null;
      const refused = await put({ [field]: value }, user.id);
      expect(refused, field).toMatchObject({
        status: 403,
        body: { status: 'PERMISSION_DENIED', error_code: 'fieldOwned' },
      });
      expect(refused.body.message).toMatch(new RegExp(`^${field} of "owned" belongs to the integration "Entra ID"`));
    }
    const rows = [{ id: user.id, department: 'bulk' }];
    const { jobId } = (await api.send('PATCH', '/api/v2/bulk/users', rows)).body;
    await api.jobsDone();
    expect((await api.send('GET', `/api/v2/bulk/users/${jobId}/results`)).body).toMatchObject([
      { status: 'failed', statusMsg: expect.stringContaining('Entra ID') },
    ]);
    // Fields that belong to the directory itself can be changed.
    const own = {
      description: 'd',
      sudo: true,
      alternateEmail: 'a@example.org',
      state: 'SUSPENDED',
      account_locked: true,
    };
    expect((await put(own, user.id)).body).toMatchObject(own);
  });

  test('can be released individually, can then be changed by both sides, and can be returned to the integration', async () => {
    const user = await pushed('released', { displayName: 'Source', title: 'Source' });
    const { restrictedFields } = (await api.send('GET', `${base}/${user.id}`)).body;
    const kept = restrictedFields.filter(({ field }: { field: string }) => field !== 'displayname');
    for (const nothing of [undefined, null]) await put({ restrictedFields: nothing }, user.id);
    expect(await owned(user.id)).toContain('displayname');
    expect((await put({ restrictedFields: kept }, user.id)).status).toBe(200);
    expect(await owned(user.id)).not.toContain('displayname');
    expect((await put({ displayname: 'Here' }, user.id)).status).toBe(200);
    expect((await put({ jobTitle: 'Here' }, user.id)).status).toBe(403);
    const patch = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'displayName', value: 'Source again' }],
    };
    await api.send('PATCH', `/scim/v2/Users/${user.id}`, patch);
    expect((await api.send('GET', `${base}/${user.id}`)).body.displayname).toBe('Source again');
    expect((await put({ restrictedFields }, user.id)).status).toBe(200);
    expect((await put({ displayname: 'Here' }, user.id)).body.error_code).toBe('fieldOwned');
    expect((await put({ restrictedFields: [] }, user.id)).body.restrictedFields).toEqual([]);
    const types = (await api.send('GET', `${base}/${user.id}/timeline`)).body.results;
    expect(types[0]).toMatchObject({ event_type: 'user_update', changes: [{ field: 'releasedFields' }] });
  });
});
