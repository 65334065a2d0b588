import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey, markRevoked } from '#admins/api-key-store.ts';
import { insertAdministrator } from '#admins/administrator-store.ts';
import { TARGET_REFUSALS_MAX } from '#audit/refusal-store.ts';
import { createUser } from '#directory/users.ts';
import { ruleFinder } from '#integrations/deciding-rule.ts';
import { updateRules } from '#integrations/integration-store.ts';
import { presetRules } from '#integrations/rules.ts';
import { showRequest } from '#request-log/exchange.ts';
import { standardSchemas } from '#schemas/organization-schemas.ts';
import { KEPT_HEADER_LENGTH_MAX } from './request-record.ts';
import { openTestScimServer, type TestScimServer } from './scim-server.fixture.ts';
import { loggedRequests, newLoggedOrganization, type LoggedOrganization } from './request-log.fixture.ts';

const mail = (name: string) => [{ type: 'work', value: `${name}@contoso.example`, primary: true }];
const userOf = (name: string) => ({ userName: name, displayName: name, emails: mail(name) });
const patchOf = (...operations: readonly object[]) => ({ Operations: operations });
const BULK = { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'] };
const USER = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'] };

type Row = Awaited<ReturnType<typeof loggedRequests>>[number];
const kindAndOutcome = ({ kind, outcome }: Row) => `${kind} ${outcome}`;

describe('the request log', () => {
  let server: TestScimServer;
  let own: LoggedOrganization;
  let seen = 0;

  beforeAll(async () => {
    server = await openTestScimServer('strict');
    own = await newLoggedOrganization(server, { requestBodyKilobytes: 1 });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** Returns the requests with content that were stored since the last call. Counted ones are written at any time. */
  async function added() {
    const rowsOfAll = await loggedRequests(server, own.organizationId);
    const all = rowsOfAll.filter(({ detail }) => detail !== null);
    const rows = all.slice(seen);
    seen = all.length;
    return rows;
  }
  const shown = async (id: string) => {
    const { database } = server.directory.deps;
    const ruleNow = ruleFinder(database, own.organizationId);
    const deps = { database, schemas: standardSchemas, ruleNow, publicUrl: 'http://x' };
    return await showRequest(deps, own.organizationId, id);
  };

  test('keeps a body of requestBodyKilobytes whole, and cuts a longer one', async () => {
    for (const [length, kept] of [
      [1_024, 'whole'],
      [1_025, 'cut'],
    ] as const) {
      const empty = JSON.stringify({ ...USER, userName: '' });
      await own.send('POST', '/Users', { ...USER, userName: 'x'.repeat(length - empty.length) });
      const [row] = await added();
      expect(row?.detail?.body).toBe(kept);
      expect(Buffer.byteLength(row?.body ?? '')).toBe(1_024);
    }
  });

  test('keeps KEPT_HEADER_LENGTH_MAX characters of a header and of a query', async () => {
    const [whole, longer] = ['x'.repeat(KEPT_HEADER_LENGTH_MAX), 'x'.repeat(KEPT_HEADER_LENGTH_MAX + 1)];
    for (const [sent, kept] of [
      [whole, whole],
      [longer, `${whole}…`],
    ] as const) {
      await own.send('POST', `/Users?${sent}`, { userName: 'carl' }, { 'user-agent': sent });
      const [row] = await added();
      expect([row?.detail?.headers['user-agent'], row?.detail?.query]).toEqual([kept, kept]);
    }
  });

  test('keeps the ids that the client sent', async () => {
    const headers = {
      adscimversion: 'Date:2026-01-05T09:00:00Z, ActivityId:act-7',
      'client-request-id': 'client-7',
      'x-request-id': 'proxy-7',
    };
    const answer = await own.send('POST', '/Users', userOf('dora'), headers);
    expect(await added()).toMatchObject([
      {
        activity_id: 'act-7',
        client_request_id: 'client-7',
        x_request_id: 'proxy-7',
        request_id: answer.headers['x-request-id'],
        client: 'Microsoft Entra ID',
        detail: { path: '/scim/v2/Users', headers: { adscimversion: headers.adscimversion }, effect: 'created' },
      },
    ]);
  });

  test('keeps no request of a write that fails, and writes nothing if the request cannot be kept', async () => {
    const { database } = server.directory.deps;
    await sql`alter table requests rename to missing_requests`.execute(database);
    const failed = await own.send('POST', '/Users', userOf('erik'));
    await sql`alter table missing_requests rename to requests`.execute(database);
    expect(failed.status).toBe(500);
    expect((await own.send('POST', '/Users', userOf('erik'))).status).toBe(201);
    expect((await own.send('POST', '/Users', userOf('erik'))).status).toBe(409);
    expect((await added()).map(kindAndOutcome)).toEqual(['create accepted', 'create refused']);
  });

  test('has one entry for each operation of a bulk request, with its own method and path', async () => {
    const operations = [
      { method: 'POST', path: '/Users', bulkId: 'a', data: { ...USER, ...userOf('fay') } },
      { method: 'POST', path: '/Users', bulkId: 'b', data: { ...USER, userName: 'gus' } },
      { method: 'DELETE', path: '/Users/missing' },
      { method: 'POST', path: '/Users' },
    ];
    const { headers, body } = await own.send('POST', '/Bulk', { ...BULK, Operations: operations });
    const id = String(headers['x-request-id']);
    const rows = await added();
    expect(rows.map((row) => [row.id, row.method, row.detail?.path, row.outcome, row.status])).toEqual([
      [`${id}:0`, 'POST', '/scim/v2/Users', 'accepted', 201],
      [`${id}:1`, 'POST', '/scim/v2/Users', 'refused', 400],
      [`${id}:2`, 'DELETE', '/scim/v2/Users/missing', 'refused', 404],
      // An operation that cannot be read is shown with the method and the path of the whole request.
      [`${id}:3`, 'POST', '/scim/v2/Bulk', 'refused', 400],
    ]);
    expect(body.Operations).toHaveLength(4);
    expect(JSON.parse(rows[1]?.body ?? '')).toEqual({ ...USER, userName: 'gus' });
    expect((await shown(`${id}:0`)).events).toMatchObject([{ event_type: 'user_create' }]);
    expect((await shown(`${id}:1`)).events).toMatchObject([{ error_code: 'emailRequired' }]);
    expect((await shown(`${id}:2`)).content).toMatchObject({ operation: 2, query: null });
  });

  test('has only refused entries for users who refer to each other if one of them is refused', async () => {
    const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const withManager = (name: string, other: string, more: object) => ({
      method: 'POST',
      path: '/Users',
      bulkId: name,
      data: {
        schemas: [...USER.schemas, ENTERPRISE],
        ...more,
        [ENTERPRISE]: { manager: { value: `bulkId:${other}` } },
      },
    });
    const operations = [withManager('hal', 'ida', userOf('hal')), withManager('ida', 'hal', { userName: 'ida' })];
    await own.send('POST', '/Bulk', { ...BULK, Operations: operations });
    expect((await added()).map((row) => [row.outcome, row.reason])).toEqual([
      ['refused', 'bulkReference'],
      ['refused', 'emailRequired'],
    ]);
  });

  test('has one refused entry with both events if a refused request still suspends the user', async () => {
    const { id } = (await own.send('POST', '/Users', userOf('jan'))).body;
    await own.send('POST', '/Users', userOf('kim'));
    await added();
    const operations = patchOf(
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'kim@contoso.example' },
      { op: 'replace', path: 'active', value: false },
    );
    expect((await own.send('PATCH', `/Users/${id}`, operations)).status).toBe(409);
    const rows = await added();
    expect(rows.map((row) => [row.outcome, row.reason])).toEqual([['refused', 'emailTaken']]);
    const { events } = await shown(rows[0]?.id ?? '');
    expect(events.map((event) => String(event['event_type'])).toSorted()).toEqual([
      'request_refused',
      'user_suspended',
    ]);
  });

  test('says that a deletion suspended the user if the rule deleteAction is suspend', async () => {
    const { id } = (await own.send('POST', '/Users', userOf('lea'))).body;
    const { database } = server.directory.deps;
    const strict = presetRules('strict');
    await updateRules(database, own.integrationId, { ...strict, deleteAction: 'suspend' });
    await own.send('DELETE', `/Users/${id}`);
    await updateRules(database, own.integrationId, strict);
    const [, deleted] = await added();
    expect((await shown(deleted?.id ?? '')).sentence).toBe('Delete lea → suspended');
  });

  test('keeps the request by which an integration adopts a user, with both events', async () => {
    const { deps, clock } = server.directory;
    const other = { userName: 'mia', emails: mail('mia') };
    const origin = {
      organizationId: own.organizationId,
      actor: { type: 'administrator', id: '1', name: 'it' },
      integration: undefined,
      request: undefined,
    } as const;
    const rules = { ...presetRules('strict'), adopt: 'unmanaged' } as const;
    const { id } = await createUser(deps, { rules, origin }, { document: other, ignored: [] });
    await updateRules(deps.database, own.integrationId, rules);
    clock.advance(1);
    await own.send('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'title', value: 'Head' }));
    await updateRules(deps.database, own.integrationId, presetRules('strict'));
    const rows = await added();
    expect(rows.map(kindAndOutcome)).toEqual(['patch accepted']);
    const { events, targetId } = await shown(rows[0]?.id ?? '');
    expect(targetId).toBe(id);
    expect(events.map((event) => String(event['event_type'])).toSorted()).toEqual(['user_adopt', 'user_update']);
  });

  test('counts refusals beyond the number of a target that each get an event', async () => {
    for (let count = 0; count < TARGET_REFUSALS_MAX + 3; count += 1) await own.send('DELETE', '/Users/again');
    expect(await added()).toHaveLength(TARGET_REFUSALS_MAX);
  });

  test('keeps no body of a request that cannot be parsed', async () => {
    const { headers } = await server.app.inject({
      method: 'POST',
      url: '/scim/v2/Users',
      headers: { authorization: `Bearer ${own.key}`, 'content-type': 'application/scim+json' },
      payload: '{"userName": "max", "password": "not JSON',
    });
    expect(await added()).toMatchObject([
      { reason: 'invalidJson', body: null, request_id: headers['x-request-id'], detail: { body: 'none' } },
    ]);
  });

  test('keeps a request whose key expired, was revoked or has another address, without its body', async () => {
    const { deps } = server.directory;
    const { organizationId, integrationId } = own;
    const keys = { expired: newApiKey(), revoked: newApiKey(), elsewhere: newApiKey() };
    for (const [name, key] of Object.entries(keys)) {
      const id = await insertApiKey(deps.database, deps.clock, {
        organizationId,
        owner: { kind: 'integration', integrationId },
        name,
        key,
        expiresAt: name === 'expired' ? deps.clock.now() : null,
        ...(name === 'elsewhere' && { allowedIps: ['192.0.2.0/24'] }),
      });
      if (name === 'revoked') await markRevoked(deps.database, organizationId, id, deps.clock.now());
      await own.send('POST', '/Users', userOf('nia'), { authorization: `Bearer ${key}` });
    }
    const rows = await added();
    expect(rows.map((row) => [row.reason, row.body, row.name, row.integration_id])).toEqual([
      ['keyExpired', null, null, integrationId],
      ['keyRevoked', null, null, integrationId],
      ['keyAddress', null, null, integrationId],
    ]);
    const failed = [];
    for (const { id } of rows) {
      const { content } = await shown(id);
      expect(content?.checks.slice(0, -1).every(({ passed }) => passed)).toBe(true);
      failed.push(content?.checks.at(-1));
      // The list of keys shows the prefix too.
      expect(content?.answer).toMatch(/\(prefix tnh_.{6}\)/);
      expect(content).toMatchObject({
        curl: null,
        notRepeatable: expect.stringMatching(/^Its body was not kept, because its credential was refused: the key /),
      });
    }
    const now = deps.clock.now().toISOString();
    expect(failed).toMatchObject([
      { check: 'key expiry', passed: false, expected: `use before ${now}`, received: `use at ${now}` },
      { check: 'key', passed: false, received: expect.stringContaining('revoked') },
      { check: 'address', passed: false, expected: '192.0.2.0/24', received: '127.0.0.1' },
    ]);
  });

  test('keeps requests to /Schemas, and the check of the role that an administrator failed', async () => {
    const { deps } = server.directory;
    const { organizationId } = own;
    const schema = { id: 'urn:contoso:log:User', name: 'Log', attributes: [{ name: 'floor', type: 'string' }] };
    for (const role of ['Read Only', 'Administrator']) {
      const { id } = await insertAdministrator(deps.database, deps.clock, {
        organizationId,
        email: `${role.replace(' ', '.')}@contoso.example`,
        name: role,
        role,
        passwordHash: null,
      });
      const key = newApiKey();
      const owner = { kind: 'administrator', administratorId: id, integrationId: null } as const;
      await insertApiKey(deps.database, deps.clock, { organizationId, owner, name: role, key, expiresAt: null });
      await own.send('POST', '/Schemas', schema, { authorization: `Bearer ${key}` });
    }
    const rows = await added();
    expect(rows).toMatchObject([
      { resource_type: 'Schema', outcome: 'refused', reason: 'roleForbidden', body: null },
      { resource_type: 'Schema', outcome: 'accepted', target_id: schema.id, name: 'Log' },
    ]);
    expect((await shown(rows[0]?.id ?? '')).content?.checks.at(-1)).toEqual({
      check: 'permission',
      passed: false,
      expected: 'the permission schemas',
      received: 'the role Read Only',
    });
  });

  test('keeps the request of a user at /Me, with the user as its target', async () => {
    const { deps } = server.directory;
    const { id } = (await own.send('POST', '/Users', userOf('oda'))).body;
    const key = newApiKey();
    const owner = { kind: 'user', userId: id } as const;
    const { organizationId } = own;
    await insertApiKey(deps.database, deps.clock, { organizationId, owner, name: 'own', key, expiresAt: null });
    await added();
    const patch = patchOf({ op: 'replace', path: 'nickName', value: 'Oda' });
    const headers = { authorization: `Bearer ${key}` };
    const sent = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], ...patch };
    const { status } = await own.send('PATCH', '/Me', sent, headers);
    expect(await added()).toMatchObject([
      { status, resource_type: 'User', target_id: id, integration_id: null, detail: { path: '/scim/v2/Me' } },
    ]);
  });

  test('has counted the refusals that share an event once the server is closed', async () => {
    await server.app.close();
    const rows = await loggedRequests(server, own.organizationId);
    const counted = rows.filter(({ kind, reason, detail }) => kind === 'delete' && detail === null && reason !== null);
    expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(3);
    expect(counted.every(({ outcome, name, target_id: target }) => outcome === 'refused' && !name && !target)).toBe(
      true,
    );
  });
});
