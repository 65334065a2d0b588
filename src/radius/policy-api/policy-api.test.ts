import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createTestTimer } from '../../../tests/support/test-timer.ts';
import type { AttemptDecision, RadiusPolicy } from '../radius-types.ts';
import { isAuthorized, loadApiToken, probeSecretOf, TOKEN_FILE } from './api-token.ts';
import { BODY_BYTES_MAX, DECISION_MAX_MS, servePolicyApi, type PolicyApi } from './policy-api.ts';

const TOKEN = 'a-token-of-the-tests';
const lines: string[] = [];
const log = {
  error: (fields: unknown, text?: string) => void lines.push(`${JSON.stringify(fields)} ${text ?? ''}`),
  warn: () => undefined,
};
const timer = createTestTimer();
let decision: () => Promise<AttemptDecision>;
const clients: string[] = [];
const attempts: unknown[] = [];
const policy: RadiusPolicy = {
  clientAt: async (address) => {
    clients.push(address);
    if (address === '192.0.2.99') throw new Error('the database is away');
    return address.startsWith('192.0.2.') || address === '2001:db8::1'
      ? { id: 'c1', name: 'AP 1', secret: 'shared', requiresMessageAuthenticator: true }
      : undefined;
  },
  decide: async (attempt) => {
    attempts.push(attempt);
    return await decision();
  },
};
let api: PolicyApi;
beforeAll(async () => {
  api = await servePolicyApi(policy, { port: 0, token: TOKEN, log, timer });
});
afterAll(async () => await api.stop());
afterEach(() => {
  lines.length = 0;
  clients.length = 0;
  attempts.length = 0;
});

async function call(path: string, body?: unknown, token = TOKEN) {
  const answer = await fetch(`http://127.0.0.1:${api.port}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
}

const request = {
  'User-Name': { type: 'string', value: ['ann'] },
  'User-Password': { type: 'string', value: ['hunter2'] },
  'Tanhua-Client': { type: 'string', value: ['c1'] },
  'Tanhua-Address': { type: 'string', value: ['192.0.2.1'] },
  'Tanhua-Method': { type: 'string', value: ['pap'] },
};
const authenticate = (body: unknown = request) => call('/radius/v1/authenticate', body);

test('answers 200, 401, 403 and 503 for the kinds of decisions', async () => {
  decision = async () => ({ kind: 'accept', userName: 'ann', replies: [] });
  expect(await authenticate()).toEqual({
    status: 200,
    body: { 'reply:User-Name': { value: ['ann'], do_xlat: false } },
  });
  decision = async () => ({ kind: 'reject', isLocked: false, message: 'wrong' });
  expect(await authenticate()).toEqual({
    status: 401,
    body: { 'reply:Reply-Message': { value: ['wrong'], do_xlat: false } },
  });
  decision = async () => ({ kind: 'reject', isLocked: true, message: null });
  expect(await authenticate()).toEqual({ status: 403, body: {} });
  decision = async () => ({ kind: 'silence' });
  expect(await authenticate()).toEqual({ status: 503, body: {} });
  expect(lines).toEqual([]);
});

test('returns the message of a locked user with 401, because the engine does not read the body of 403', async () => {
  decision = async () => ({ kind: 'reject', isLocked: true, message: 'locked' });
  expect((await authenticate()).status).toBe(401);
});

test('answers 500 without logging the password if the policy fails, accepts what it cannot, or the body has another form', async () => {
  decision = async () => await Promise.reject(new Error('the database is away'));
  expect((await authenticate()).status).toBe(500);
  decision = async () => ({ kind: 'accept', userName: 'ann', replies: [{ name: 'a b', tag: null, value: 'x' }] });
  expect((await authenticate()).status).toBe(500);
  decision = async () => ({ kind: 'accept', userName: 'ann', replies: [] });
  expect((await authenticate({ ...request, 'Tanhua-Method': { type: 'string', value: ['unsupported'] } })).status).toBe(
    500,
  );
  expect((await authenticate({ ...request, 'User-Password': 'hunter2' })).status).toBe(500);
  expect((await authenticate('{"User-Password": hunter2')).status).toBe(500);
  expect(lines).toHaveLength(5);
  expect(lines.join('\n')).not.toContain('hunter2');
});

test('answers 500 and logs it for a wrong token, before it reads the body or asks the policy', async () => {
  for (const token of ['', 'x', `${TOKEN}x`]) {
    expect((await call('/radius/v1/clients/192.0.2.1', undefined, token)).status).toBe(500);
    expect((await call('/radius/v1/authenticate', 'not JSON', token)).status).toBe(500);
  }
  expect(clients).toEqual([]);
  expect(lines.filter((line) => line.includes('wrong token'))).toHaveLength(6);
  expect(lines.join('\n')).not.toContain(TOKEN);
});

test('answers with the secret of a client, for an address in IPv4, IPv6 and IPv4-mapped form', async () => {
  for (const address of ['192.0.2.1', '2001:db8::1', '::ffff:192.0.2.1']) {
    const { status, body } = await call(`/radius/v1/clients/${encodeURIComponent(address)}`);
    expect(status, address).toBe(200);
    expect(body['control:FreeRADIUS-Client-Secret']).toEqual({ value: ['shared'], do_xlat: false });
    expect(body['control:FreeRADIUS-Client-Shortname'].value).toEqual(['c1']);
  }
  expect(clients).toEqual(['192.0.2.1', '2001:db8::1', '192.0.2.1']);
  expect((await call('/radius/v1/clients/198.51.100.1')).status).toBe(404);
  expect((await call('/radius/v1/clients/..%2Fx')).status).toBe(404);
  expect((await call('/radius/v1/clients/192.0.2.99')).status).toBe(500);
  expect((await call('/other')).status).toBe(500);
});

test('finds the client of a test by its address, and stays silent for an unknown one', async () => {
  decision = async () => ({ kind: 'accept', userName: 'ann', replies: [] });
  const { 'Tanhua-Client': _client, ...probe } = request;
  expect((await authenticate(probe)).status).toBe(200);
  expect(attempts).toMatchObject([{ clientId: 'c1', address: '192.0.2.1' }]);
  const unknown = { ...probe, 'Tanhua-Address': { type: 'string', value: ['198.51.100.1'] } };
  expect((await authenticate(unknown)).status).toBe(503);
  expect(attempts).toHaveLength(1);
});

test('stays silent after DECISION_MAX_MS, and logs a failure after that', async () => {
  const hanging = Promise.withResolvers<AttemptDecision>();
  const begun = Promise.withResolvers<void>();
  decision = async () => {
    begun.resolve();
    return await hanging.promise;
  };
  const answer = authenticate();
  await begun.promise;
  await timer.advance(DECISION_MAX_MS);
  expect((await answer).status).toBe(503);
  expect(lines).toEqual([expect.stringContaining('longer than 5.5 seconds')]);
  hanging.reject(new Error('late'));
  await expect.poll(() => lines).toHaveLength(2);
});

test('reads a body of BODY_BYTES_MAX bytes, but not a longer one', async () => {
  decision = async () => ({ kind: 'silence' });
  const padded = (bytes: number) => `${JSON.stringify(request)}${' '.repeat(bytes - JSON.stringify(request).length)}`;
  expect((await authenticate(padded(BODY_BYTES_MAX))).status).toBe(503);
  expect((await authenticate(padded(BODY_BYTES_MAX + 1))).status).toBe(500);
});

test('names the port and the settings if it cannot listen', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  await expect(servePolicyApi(policy, { port, token: TOKEN, log })).rejects.toThrow(
    new RegExp(`port ${port} of 127\\.0\\.0\\.1 .*TANHUA_RADIUS_API_PORT`),
  );
  other.close();
});

test('loadApiToken creates one token in a private file, and names a file that it cannot use', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tanhua-radius-'));
  const token = loadApiToken(dataDir);
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(loadApiToken(dataDir)).toBe(token);
  const path = join(dataDir, 'radius', TOKEN_FILE);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, 'utf8')).toBe(token);
  expect(probeSecretOf(token)).not.toContain(token);
  writeFileSync(path, 'short');
  expect(() => loadApiToken(dataDir)).toThrow(/api-token .*does not contain a token: delete it/);
  rmSync(dataDir, { recursive: true });
});

test('isAuthorized accepts exactly the token', () => {
  expect(isAuthorized('Bearer t', 't')).toBe(true);
  for (const header of [undefined, '', 't', 'Bearer', 'Bearer tt', 'bearer t'])
    expect(isAuthorized(header, 't')).toBe(false);
});
