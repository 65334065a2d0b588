import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestGraph, type TestGraph } from '../graph-api/graph-api.fixture.ts';
import { findSourceUser } from '../source/source-user-store.ts';
import { signInErrorCodes, signInErrors } from './sign-in-errors.ts';
import { RETRY_AFTER_MAX_SECONDS, SIGN_IN_DELAY_MAX_MS } from './sign-in-fault.ts';
import { FIELD_LENGTH_MAX } from './token-routes.ts';

const PASSWORD = 'pä55 wörd-密码';

interface Ids {
  readonly tenant: string;
  readonly user: string;
  readonly application: string;
  readonly appId: string;
}

let graph: TestGraph;
let ids: Ids;

/** Creates a tenant with the domain contoso.example, an application, and Ann, who has a password. */
async function fill(key: string, name: string, password: string): Promise<Ids> {
  const send = async (path: string, body: unknown, tenant?: string) => {
    const headers = { 'x-api-key': key, ...(tenant !== undefined && { 'x-entra-tenant': tenant }) };
    const answer = await graph.send('POST', path, body, headers);
    expect(answer.status, answer.text).toBe(201);
    return answer.body;
  };
  const tenant = await send('/tenants', { displayName: name, domain: 'contoso.example' });
  const person = { displayName: 'Ann', userPrincipalName: 'ann@contoso.example', passwordProfile: { password } };
  const user = await send('/users', person, tenant.id);
  const application = await send('/servicePrincipals', { displayName: 'RADIUS' }, tenant.id);
  return { tenant: tenant.id, user: user.id, application: application.id, appId: application.appId };
}

beforeAll(async () => {
  graph = await openTestGraph();
  ids = await fill(graph.key, 'Contoso', PASSWORD);
});
afterAll(() => graph[Symbol.asyncDispose]());

type Fields = Readonly<Record<string, string | undefined>>;

async function signIn(fields: Fields = {}, tenant = ids.tenant) {
  const all = {
    grant_type: 'password',
    client_id: ids.appId,
    scope: 'openid',
    username: 'ann@contoso.example',
    password: PASSWORD,
    ...fields,
  };
  const sent = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
  const answer = await graph.app.inject({
    method: 'POST',
    url: `/entra/${tenant}/oauth2/v2.0/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(sent).toString(),
  });
  return { status: answer.statusCode, headers: answer.headers, text: answer.body, body: JSON.parse(answer.body) };
}

const claimsIn = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
const put = async (path: string, fault: unknown) =>
  await graph.send('PUT', path, { fault }, { 'x-api-key': graph.key, 'x-entra-tenant': ids.tenant });
const patch = async (body: unknown) =>
  await graph.send('PATCH', `/users/${ids.user}`, body, { 'x-api-key': graph.key, 'x-entra-tenant': ids.tenant });

describe('the token endpoint of the stand-in', () => {
  test('signs in a user of the tenant, and returns an ID token with the ids of both', async () => {
    for (const tenant of [ids.tenant, 'Contoso.example']) {
      const { status, headers, body } = await signIn({ username: 'ANN@contoso.example' }, tenant);
      expect([status, headers['cache-control'], headers['pragma']]).toEqual([200, 'no-store', 'no-cache']);
      expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3599 });
      const claims = claimsIn(body.id_token);
      expect(claims).toMatchObject({ tid: ids.tenant, oid: ids.user, aud: ids.appId, ver: '2.0' });
      expect(claims).not.toHaveProperty('preferred_username');
    }
    const { body } = await signIn({ scope: 'openid profile' });
    expect(claimsIn(body.id_token)['preferred_username']).toBe('ann@contoso.example');
  });

  test.for<readonly [code: number, Fields, tenant?: string]>([
    [50126, { password: 'wrong' }],
    [50034, { username: 'bob@contoso.example' }],
    [700016, { client_id: '3f2504e0-4f89-41d3-9a0c-0305e82c3301' }],
    [700025, { client_secret: 'x' }],
    [70003, { grant_type: 'client_credentials' }],
    [900144, { password: undefined }],
    [900144, { scope: '' }],
    [90002, {}, 'fabrikam.example'],
    [50194, {}, 'common'],
    [50194, {}, 'organizations'],
  ])('answers %i in the format of Entra ID', async ([code, fields, tenant]) => {
    const { status, body } = await signIn(fields, tenant);
    const { error, status: expected } = signInErrors[code as keyof typeof signInErrors];
    expect([status, body.error, body.error_codes]).toEqual([expected, error, [code]]);
    expect(body.error_description).toMatch(
      new RegExp(`^AADSTS${code}: .* Trace ID: .* Correlation ID: .* Timestamp: `),
    );
    expect(body).toMatchObject({ timestamp: expect.any(String), trace_id: expect.any(String) });
  });

  test.for(signInErrorCodes)('answers %i on demand for a user', async (code) => {
    expect((await put(`/users/${ids.user}/signInFault`, { error: code })).status).toBe(200);
    const { status, body } = await signIn();
    expect([status, body.error_codes]).toEqual([signInErrors[code].status, [code]]);
  });

  test('answers 429 and 503 on demand for a whole tenant, with Retry-After', async () => {
    await put(`/users/${ids.user}/signInFault`, null);
    for (const [error, status] of [
      ['throttled', 429],
      ['unavailable', 503],
    ] as const) {
      const fault = { error, retryAfterSeconds: 17 };
      const saved = await put(`/tenants/${ids.tenant}/signInFault`, fault);
      expect(saved.body.fault).toMatchObject(fault);
      const answer = await signIn();
      expect([answer.status, answer.headers['retry-after'], answer.body.error_codes]).toEqual([status, '17', []]);
    }
    // The fault of a user comes before that of the tenant.
    await put(`/users/${ids.user}/signInFault`, { claims: { oid: ids.tenant } });
    const { body } = await signIn();
    expect(claimsIn(body.id_token)).toMatchObject({ oid: ids.tenant, tid: ids.tenant });
    await put(`/users/${ids.user}/signInFault`, null);
    await put(`/tenants/${ids.tenant}/signInFault`, null);
    expect((await signIn()).status).toBe(200);
  });

  test('ends a request that hangs when the client closes the connection', async () => {
    await put(`/users/${ids.user}/signInFault`, { hangs: true });
    const url = `${graph.url}/entra/${ids.tenant}/oauth2/v2.0/token`;
    const body = new URLSearchParams({
      grant_type: 'password',
      client_id: ids.appId,
      scope: 'openid',
      username: 'ann@contoso.example',
      password: PASSWORD,
    });
    await expect(fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(50) })).rejects.toThrow(
      /abort|timeout/i,
    );
    await put(`/users/${ids.user}/signInFault`, null);
  });

  test('refuses a fault that it does not know, and one beyond the limits', async () => {
    const path = `/users/${ids.user}/signInFault`;
    for (const fault of [
      { error: 1 },
      { error: 'other' },
      { delayMs: SIGN_IN_DELAY_MAX_MS + 1 },
      { retryAfterSeconds: RETRY_AFTER_MAX_SECONDS + 1 },
      { claims: { oid: 'ann' } },
      { unknown: true },
    ]) {
      expect((await put(path, fault)).status, JSON.stringify(fault)).toBe(400);
    }
    expect(
      (await put(path, { delayMs: SIGN_IN_DELAY_MAX_MS, retryAfterSeconds: RETRY_AFTER_MAX_SECONDS })).status,
    ).toBe(200);
    await put(path, null);
    expect((await signIn({ username: 'a'.repeat(FIELD_LENGTH_MAX) })).body.error_codes).toEqual([50034]);
    const tooLong = await signIn({ username: 'a'.repeat(FIELD_LENGTH_MAX + 1) });
    expect([tooLong.status, tooLong.body]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_request', error_codes: [] }),
    ]);
  });

  test('requires the client secret of an application that has one, and shows it once', async () => {
    const headers = { 'x-api-key': graph.key, 'x-entra-tenant': ids.tenant };
    const path = `/servicePrincipals/${ids.application}`;
    const { secretText } = (await graph.send('POST', `${path}/addPassword`, undefined, headers)).body;
    expect((await signIn()).body.error_codes).toEqual([7000218]);
    expect((await signIn({ client_secret: 'wrong' })).body.error_codes).toEqual([7000215]);
    expect((await signIn({ client_secret: secretText })).status).toBe(200);
    expect((await graph.send('GET', path, undefined, headers)).text).not.toContain(secretText);
    await graph.send('POST', `${path}/removePassword`, undefined, headers);
    expect((await signIn()).status).toBe(200);
  });

  test('refuses users who are disabled, have no password or have to change it, as Entra ID does', async () => {
    await patch({ accountEnabled: false });
    expect((await signIn()).body.error_codes).toEqual([50057]);
    await patch({ accountEnabled: true, passwordProfile: { forceChangePasswordNextSignIn: true } });
    expect((await signIn()).body.error_codes).toEqual([50055]);
    await patch({ passwordProfile: { password: 'another one', forceChangePasswordNextSignIn: false } });
    expect((await signIn()).body.error_codes).toEqual([50126]);
    expect((await signIn({ password: 'another one' })).status).toBe(200);
    await patch({ passwordProfile: { password: PASSWORD } });
    const headers = { 'x-api-key': graph.key, 'x-entra-tenant': ids.tenant };
    const bob = { displayName: 'Bob', userPrincipalName: 'bob.no@contoso.example' };
    await graph.send('POST', '/users', bob, headers);
    expect((await signIn({ username: bob.userPrincipalName })).body.error_codes).toEqual([50056]);
  });

  test.for([
    { password: '' },
    { password: 'x'.repeat(257) },
    { password: 7 },
    'text',
    { forceChangePasswordNextSignIn: 'yes' },
  ])('refuses the passwordProfile %j without quoting a password', async (passwordProfile) => {
    const answer = await patch({ passwordProfile });
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('xxx');
  });

  test('accepts a password of the maximum length', async () => {
    const password = 'x'.repeat(256);
    expect((await patch({ passwordProfile: { password } })).status).toBe(204);
    expect((await signIn({ password })).status).toBe(200);
    await patch({ passwordProfile: { password: PASSWORD } });
  });

  test('never returns a password, and keeps only its hash when the user changes', async () => {
    const headers = { 'x-api-key': graph.key, 'x-entra-tenant': ids.tenant };
    await patch({ jobTitle: 'Pilot' });
    expect((await signIn()).status).toBe(200);
    const { database } = graph.directory.deps;
    expect(JSON.stringify(await findSourceUser(database, ids.tenant, ids.user))).not.toMatch(/argon2|55 w/);
    const texts = [
      (await graph.send('GET', `/users/${ids.user}`, undefined, headers)).text,
      (await graph.send('GET', '/users/delta', undefined, headers)).text,
      JSON.stringify(await database.selectFrom('entra_users').selectAll().execute()),
      JSON.stringify(await database.selectFrom('events').select('body').execute()),
    ];
    for (const text of texts) expect(text).not.toContain(PASSWORD);
    expect(texts.slice(0, 2).join('')).not.toContain('argon2');
  });

  test('locks a user for a while after ten wrong passwords', async () => {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect((await signIn({ password: `wrong ${attempt}` })).body.error_codes).toEqual([50126]);
    }
    expect((await signIn()).body.error_codes).toEqual([50053]);
    graph.directory.clock.advance(16_000);
    expect((await signIn()).status).toBe(200);
  });

  test('records a refused sign-in for the organization of the tenant, without a name that no user has', async () => {
    await signIn({ username: 'typed-a-password-here' });
    await signIn({ password: 'wrong again' });
    const { database } = graph.directory.deps;
    const events = await database
      .selectFrom('events')
      .select('body')
      .where('organization_id', '=', graph.organizationId)
      .where('type', '=', 'request_refused')
      .execute();
    const texts = events.map(({ body }) => body).join('\n');
    expect(texts).toContain('Error validating credentials');
    expect(texts).not.toContain('typed-a-password-here');
    expect(texts).not.toContain('wrong again');
  });

  test('knows only users and applications of the tenant that the request names, also if another has the same domain', async () => {
    const { origin } = await graph.directory.newCaller('Other');
    const key = await graph.keyOf('Administrator With Billing', origin.organizationId);
    const other = await fill(key, 'Contoso', 'password of the other');
    const ofOther = { client_id: other.appId, password: 'password of the other' };
    expect((await signIn(ofOther)).body.error_codes).toEqual([700016]);
    expect((await signIn({ ...ofOther, client_id: ids.appId })).body.error_codes).toEqual([50126]);
    for (const [fields, tenant, user] of [
      [ofOther, other.tenant, other.user],
      [ofOther, 'contoso.example', other.user],
      [{}, 'contoso.example', ids.user],
    ] as const) {
      const { body, text } = await signIn(fields, tenant);
      expect(body.id_token, text).toEqual(expect.any(String));
      expect(claimsIn(body.id_token).oid).toBe(user);
    }
    // A fault of one tenant does not reach the other.
    await put(`/tenants/${ids.tenant}/signInFault`, { error: 50076 });
    expect((await signIn(ofOther, other.tenant)).status).toBe(200);
    await put(`/tenants/${ids.tenant}/signInFault`, null);
  });
});
