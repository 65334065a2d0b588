import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { levelOf, logRequest } from '#access/refusal-log.ts';
import { TenantRouter } from '#access/tenant-router.ts';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey, markRevoked } from '#admins/api-key-store.ts';
import { listEvents } from '#audit/event-store.ts';
import { createFleet } from '#shards/fleet.ts';
import { newRequestId } from '#base/request-ids.ts';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { scimServer } from './plugin.ts';

let directory: TestDirectory;
let app: FastifyInstance;
const key = newApiKey();
const revoked = newApiKey();
const lines: Record<string, unknown>[] = [];

beforeAll(async () => {
  directory = await openTestDirectory('strict');
  const { deps, caller } = directory;
  const { organizationId, integration } = caller.origin;
  const insert = async (name: string, text: string) =>
    await insertApiKey(deps.database, deps.clock, {
      organizationId,
      owner: { kind: 'integration', integrationId: integration?.id ?? '' },
      name,
      key: text,
      expiresAt: null,
    });
  await insert('in use', key);
  await markRevoked(deps.database, organizationId, await insert('old token', revoked), deps.clock.now());
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const loggerInstance: FastifyBaseLogger = log;
  app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newRequestId(deps.clock.now()),
  });
  app.addHook('onResponse', (request, reply, done) => {
    logRequest(log, request, reply);
    done();
  });
  const tenants = new TenantRouter(deps, createFleet(deps.clock, deps.database));
  await app.register(scimServer, { prefix: '/scim/v2', deps, tenants, publicUrl: () => 'http://x' });
  await app.ready();
});
afterAll(async () => {
  await app.close();
  await directory[Symbol.asyncDispose]();
});
beforeEach(() => {
  lines.length = 0;
});

async function detailOf(authorization: string | undefined): Promise<unknown> {
  const answer = await app.inject({
    url: '/scim/v2/Users',
    headers: authorization === undefined ? {} : { authorization },
  });
  expect(answer.statusCode).toBe(401);
  const body: { readonly detail?: unknown } = answer.json();
  return body.detail;
}

const requestLine = () => lines.find(({ msg }) => msg === 'request');

describe('the refusal of a credential', () => {
  test.each([
    ['a missing header', undefined, /^The request has no key\. Send one as "Authorization: Bearer KEY"/],
    ['a key without Bearer', key, /does not begin with the word "Bearer"/],
    ['Basic authentication', 'Basic dXNlcjpwYXNz', /has the scheme "Basic".*choose the authentication method Bearer/],
    ['Bearer without a key', 'Bearer ', /exactly one key after the word "Bearer"/],
    ['two words after Bearer', 'Bearer one two', /exactly one key after the word "Bearer"/],
    ['a truncated key', `Bearer ${key.slice(0, -3)}`, /cut or mistyped/],
    ['a key of another directory', `Bearer ${newApiKey()}`, /has the form of a Tanhua key/],
    ['a revoked key', `Bearer ${revoked}`, /^The key "old token" \(prefix tnh_.{6}\) was revoked on /],
  ] as const)('explains what is wrong with %s without quoting the credential', async (_what, authorization, words) => {
    const detail = await detailOf(authorization);
    expect(detail).toMatch(words);
    for (const secret of [key, revoked, 'dXNlcjpwYXNz']) expect(JSON.stringify([detail, lines])).not.toContain(secret);
  });

  test('is recorded as an event with the name and the prefix of the key if the key is known', async () => {
    await detailOf(`Bearer ${revoked}`);
    const [event] = await listEvents(directory.deps.database, { type: 'sign_in_refused', limit: 1 });
    expect(event).toMatchObject({
      resource: { type: 'api_key', id: expect.any(String), name: 'old token' },
      error_code: 'keyRevoked',
      reason: { code: 'keyRevoked', parameters: { name: 'old token', prefix: revoked.slice(0, 10) } },
    });
  });

  test('is logged with its reason, but not recorded as an event, if the key is unknown', async () => {
    const count = async () => (await listEvents(directory.deps.database, { limit: 100 })).length;
    const before = await count();
    await detailOf(`Bearer ${newApiKey()}`);
    expect(await count()).toBe(before);
    expect(requestLine()).toMatchObject({ level: 40, status: 401, error_code: 'keyUnknown', reason: 'keyOfAnother' });
  });
});

describe('the log line of a request', () => {
  test('has the level info and no error code for a success', async () => {
    await app.inject({ url: '/scim/v2/Users', headers: { authorization: `Bearer ${key}` } });
    expect(requestLine()).toMatchObject({ level: 30, status: 200 });
    expect(requestLine()).not.toHaveProperty('error_code');
  });

  test('has the level info, the error code, and the reason for a refused value', async () => {
    await app.inject({
      method: 'POST',
      url: '/scim/v2/Users',
      headers: { authorization: `Bearer ${key}` },
      payload: { userName: '9lives', emails: [{ value: 'nine@contoso.example' }] },
    });
    expect(requestLine()).toMatchObject({
      level: 30,
      status: 400,
      error_code: 'userNameNotAllowed',
      reason: 'userNameCharacters',
    });
  });

  test.each([
    [200, 'info'],
    [400, 'info'],
    [401, 'warn'],
    [403, 'warn'],
    [404, 'info'],
    [409, 'info'],
    [429, 'warn'],
    [500, 'error'],
    [501, 'info'],
    [503, 'error'],
  ] as const)('for the status %i has the level %s', (status, level) => {
    expect(levelOf(status)).toBe(level);
  });
});

test('the event of a refused value contains the reason, with long parameters truncated', async () => {
  const { caller } = directory;
  await app.inject({
    method: 'POST',
    url: '/scim/v2/Users',
    headers: { authorization: `Bearer ${key}` },
    payload: { userName: `9${'x'.repeat(500)}`, emails: [{ value: 'nine@contoso.example' }] },
  });
  const [event] = await listEvents(directory.deps.database, { type: 'request_refused', limit: 1 });
  expect(event?.['reason']).toEqual({
    code: 'userNameCharacters',
    parameters: { value: `9${'x'.repeat(255)}…`, integration: caller.origin.integration?.name },
  });
});
