import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { secretLabels } from '../application/saved-secrets.ts';
import { QUOTED_BODY_MAX } from '../wire/failure-text.ts';
import { listOf, startScriptedServer, type Scripted, type ScriptedServer } from '../wire/scripted-server.fixture.ts';
import { WITHHELD_REASON } from '../logs/target-details.ts';
import { openTestProvisioning, type TestProvisioning } from './provisioning.fixture.ts';

const SECRET = 'the-secret-that-belongs-to-the-target';
const MASK = '*****';

let fixture: TestProvisioning;
let target: ScriptedServer;
let elsewhere: ScriptedServer;
/** The response that both test servers send. */
let answer: Scripted;
let readerKey: string;
let synchronization: string;

beforeAll(async () => {
  fixture = await openTestProvisioning();
  target = await startScriptedServer(() => answer);
  elsewhere = await startScriptedServer(() => answer);
  readerKey = await fixture.graph.keyOf('Read Only');
  synchronization = `/servicePrincipals/${fixture.application.id}/synchronization`;
});
beforeEach(() => {
  answer = { body: listOf() };
});
afterAll(async () => {
  await elsewhere[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
  await fixture[Symbol.asyncDispose]();
});

const pairs = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([key, value]) => ({ key, value }));
const save = (values: Readonly<Record<string, string>>) =>
  fixture.graph.send('PUT', `${synchronization}/secrets`, { value: pairs(values) });
const saveParameters = (values: Readonly<Record<string, string>>) =>
  fixture.graph.send('PATCH', `${synchronization}/connectivityParameters`, { value: pairs(values) });
const saveSettings = (values: object) =>
  fixture.graph.send('PATCH', `${synchronization}/jobs/${fixture.jobId}/settings`, values);
const validate = (body: object) =>
  fixture.graph.send('POST', `${synchronization}/jobs/${fixture.jobId}/validateCredentials`, body);
const runCycle = () => fixture.graph.send('POST', `${synchronization}/jobs/${fixture.jobId}/runCycle`, { wait: true });
const shown = async (key?: string): Promise<ReadonlyMap<string, string>> => {
  const answered = await fixture.graph.send('GET', `${synchronization}/secrets`, undefined, {
    'x-api-key': key ?? fixture.graph.key,
  });
  return new Map(answered.body.value.map(({ key: name, value }: Record<string, string>) => [name, value]));
};
const asReader = (path: string) => fixture.graph.send('GET', path, undefined, { 'x-api-key': readerKey });
const sentTo = ({ received }: ScriptedServer) => JSON.stringify(received);

describe('a saved secret', () => {
  const bearer = () => save({ BaseAddress: `${target.url}/scim`, SecretToken: SECRET });
  const oauth = () =>
    save({
      BaseAddress: `${target.url}/scim`,
      AuthenticationType: 'OAuth2ClientCredentialsGrant',
      Oauth2ClientId: 'client',
      Oauth2ClientSecret: SECRET,
      Oauth2TokenExchangeUri: `${target.url}/token`,
    });
  const moves: readonly (readonly [string, () => Promise<unknown>, string, () => ReturnType<typeof save>])[] = [
    ['secrets: BaseAddress', bearer, 'SecretToken', () => save({ BaseAddress: elsewhere.url })],
    [
      'connectivityParameters: BaseAddress',
      bearer,
      'SecretToken',
      () => saveParameters({ BaseAddress: elsewhere.url }),
    ],
    ['settings: tenantUrl', bearer, 'SecretToken', () => saveSettings({ tenantUrl: elsewhere.url })],
    ['secrets: BaseAddress, with OAuth', oauth, 'Oauth2ClientSecret', () => save({ BaseAddress: elsewhere.url })],
    ['settings: tenantUrl, with OAuth', oauth, 'Oauth2ClientSecret', () => saveSettings({ tenantUrl: elsewhere.url })],
    [
      'secrets: Oauth2TokenExchangeUri',
      oauth,
      'Oauth2ClientSecret',
      () => save({ Oauth2TokenExchangeUri: `${elsewhere.url}/token` }),
    ],
    [
      'secrets: another path of the token endpoint',
      oauth,
      'Oauth2ClientSecret',
      () => save({ Oauth2TokenExchangeUri: `${target.url}/other` }),
    ],
    [
      'connectivityParameters: Oauth2TokenExchangeUri',
      oauth,
      'Oauth2ClientSecret',
      () => saveParameters({ Oauth2TokenExchangeUri: `${elsewhere.url}/token` }),
    ],
  ];

  test.for(moves)('is deleted and not sent when its destination changes: %s', async ([, connect, name, move]) => {
    await connect();
    expect((await shown()).get(name)).toBe(MASK);
    const moved = await move();
    expect(moved.status).toBeLessThan(300);
    expect(moved.headers['warning']).toMatch(new RegExp(`^299 .*${name} was deleted.*enter it again`));
    if (moved.body !== undefined) expect(moved.body).toMatchObject({ '@tanhua.deletedSecrets': [name] });
    expect((await shown()).has(name)).toBe(false);
    expect((await fixture.events()).text).toContain(`"field":"${name}","from":"${MASK}","to":null`);
    const before = elsewhere.received.length + target.received.length;
    const validated = await validate({ useSavedCredentials: true });
    expect(validated).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringMatching(/was deleted .* again/) } },
    });
    expect((await runCycle()).body).toMatchObject({
      state: 'quarantine',
      message: expect.stringContaining('was deleted'),
    });
    // No request was sent, neither with the secret nor without it.
    expect(elsewhere.received.length + target.received.length).toBe(before);
    expect(sentTo(elsewhere)).not.toContain(SECRET);
    // Once a secret is entered again, requests use it.
    await save({ BaseAddress: `${elsewhere.url}/scim`, SecretToken: 'another-secret' });
    expect((await validate({ useSavedCredentials: true })).status).toBe(204);
    expect(sentTo(elsewhere)).toContain('another-secret');
  });

  test('is always shown masked, and each kind of masked secret has a case in the tests with a changed destination', async () => {
    const names = Object.values(secretLabels);
    await oauth();
    await save({ SecretToken: SECRET });
    const masked = [...(await shown())].flatMap(([key, value]) => (value === MASK ? [key] : []));
    expect(new Set(masked)).toEqual(new Set(names));
    expect(new Set(moves.map(([, , name]) => name))).toEqual(new Set(names));
    for (const path of [synchronization.replace(/\/synchronization$/, ''), `${synchronization}/secrets`]) {
      expect((await fixture.graph.send('GET', path)).text, path).not.toContain(SECRET);
    }
  });

  const masks: readonly (readonly [string, () => Promise<unknown>, string, () => ReturnType<typeof save>])[] = [
    ['secrets', bearer, 'SecretToken', () => save({ BaseAddress: elsewhere.url, SecretToken: MASK })],
    [
      'connectivityParameters',
      bearer,
      'SecretToken',
      () => saveParameters({ BaseAddress: elsewhere.url, SecretToken: MASK }),
    ],
    [
      'validateCredentials',
      bearer,
      'SecretToken',
      () => validate({ credentials: pairs({ BaseAddress: elsewhere.url, SecretToken: MASK }) }),
    ],
    [
      'validateCredentials, the token endpoint',
      oauth,
      'Oauth2ClientSecret',
      () =>
        validate({
          credentials: pairs({
            BaseAddress: `${target.url}/scim`,
            AuthenticationType: 'OAuth2ClientCredentialsGrant',
            Oauth2ClientId: 'client',
            Oauth2ClientSecret: MASK,
            Oauth2TokenExchangeUri: `${elsewhere.url}/token`,
          }),
        }),
    ],
    [
      'secrets, the token endpoint',
      oauth,
      'Oauth2ClientSecret',
      () => save({ Oauth2ClientSecret: MASK, Oauth2TokenExchangeUri: `${elsewhere.url}/token` }),
    ],
  ];

  test.for(masks)('is not reused if its mask is sent with a new destination: %s', async ([, connect, name, send]) => {
    await connect();
    const before = await shown();
    const sent = elsewhere.received.length + target.received.length;
    const refused = await send();
    expect(refused.status).toBe(400);
    expect(refused.body.error.innerError).toMatchObject({ error_code: 'secretNeeded', target: name });
    expect(refused.body.error.message).toMatch(new RegExp(`${name} is masked .* enter the ${name} again for http`));
    expect(await shown()).toEqual(before);
    expect(elsewhere.received.length + target.received.length).toBe(sent);
  });

  test('is kept for another path of the same origin, whether the request contains the mask or no secret at all', async () => {
    await bearer();
    expect((await save({ BaseAddress: `${target.url}/other`, SecretToken: MASK })).headers['warning']).toBeUndefined();
    expect((await save({ BaseAddress: `${target.url}/third` })).headers['warning']).toBeUndefined();
    const credentials = pairs({ BaseAddress: `${target.url}/fourth`, SecretToken: MASK });
    expect((await validate({ credentials })).status).toBe(204);
    expect(target.received.at(-1)).toMatchObject({ line: expect.stringContaining('/fourth/Groups') });
    expect(JSON.stringify(target.received.at(-1)?.headers)).toContain(`Bearer ${SECRET}`);
  });
});

describe('a redirect to another origin', () => {
  test.for([301, 302, 303, 307, 308])(
    'with the status %d is not followed, so the other origin receives no secret',
    async (status) => {
      answer = { status, headers: { location: `${elsewhere.url}/scim/Users` } };
      const before = elsewhere.received.length;
      const refused = await validate({ credentials: pairs({ BaseAddress: target.url, SecretToken: SECRET }) });
      expect(refused.status).toBe(400);
      const oauth = await validate({
        credentials: pairs({
          BaseAddress: target.url,
          AuthenticationType: 'OAuth2ClientCredentialsGrant',
          Oauth2ClientId: 'client',
          Oauth2ClientSecret: SECRET,
          Oauth2TokenExchangeUri: `${target.url}/token`,
        }),
      });
      expect(oauth).toMatchObject({
        status: 400,
        body: { error: { message: expect.stringContaining('The token endpoint returned no token') } },
      });
      expect(elsewhere.received.length).toBe(before);
    },
  );
});

describe('a response from a target', () => {
  const long = 'internal-service '.repeat(2_300);

  test('is quoted only in part to a caller with write permission, and does not appear in events', async () => {
    answer = { status: 500, body: long, headers: { 'content-type': 'text/plain', 'x-internal': 'internal-service' } };
    await save({ BaseAddress: `${target.url}/scim`, SecretToken: SECRET });
    const { status, text, body } = await validate({ useSavedCredentials: true });
    expect(status).toBe(400);
    const quotes = text.match(/(?:internal-service ?)+/g) ?? [];
    expect(quotes.length).toBeGreaterThan(0);
    for (const quote of quotes) expect(quote.length).toBeLessThanOrEqual(QUOTED_BODY_MAX);
    expect(body.error.innerError.exchanges.at(-1).response).toMatchObject({
      truncated: true,
      headers: { 'content-type': 'text/plain' },
    });
    expect((await fixture.events()).text).not.toContain('internal-service');
  });

  test('is not quoted to a caller with only read permission', async () => {
    answer = { status: 500, body: long };
    const user = await fixture.makeUser('quoted');
    await fixture.assign(user);
    await save({ BaseAddress: `${target.url}/scim`, SecretToken: SECRET });
    const subject = { ruleId: undefined, subjects: [{ objectId: user.id, objectTypeName: 'User' }] };
    const path = `${synchronization}/jobs/${fixture.jobId}/provisionOnDemand`;
    const done = await fixture.graph.send('POST', path, { parameters: [subject] });
    expect(done.text).toContain('internal-service');
    expect(done.text.match(/(?:internal-service ?)+/g)?.every(({ length }) => length <= QUOTED_BODY_MAX)).toBe(true);
    await runCycle();
    const [entry] = (await asReader('/auditLogs/provisioning?$top=1')).body.value;
    const paths = [
      '/auditLogs/provisioning',
      '/auditLogs/provisioning?format=csv',
      '/auditLogs/provisioning?format=json',
      `/auditLogs/provisioning/${entry.id}`,
      `/auditLogs/provisioning/${entry.id}/wire`,
      `${synchronization}/jobs`,
      `${synchronization}/jobs/${fixture.jobId}`,
      `${synchronization}/jobs/${fixture.jobId}/escrows`,
      `${synchronization}/secrets`,
    ];
    for (const one of paths) {
      const read = await asReader(one);
      expect(read.status, one).toBe(200);
      expect(read.text, one).not.toContain('internal-service');
    }
    expect(entry.provisioningStatusInfo.errorInformation.reason).toBe(WITHHELD_REASON);
    // The filter finds nothing, because it is evaluated on the redacted entry, which does not contain this error code.
    const filter = encodeURIComponent("provisioningStatusInfo/errorInformation/errorCode eq 'Timeout'");
    expect((await asReader(`/auditLogs/provisioning?$filter=${filter}`)).body.value).toEqual([]);
    // A caller with write permission can read the beginning of the response body.
    const own = await fixture.graph.send('GET', `/auditLogs/provisioning/${entry.id}/wire`);
    expect(own.body.exchanges.at(-1).response.body).toBe(
      long.slice(0, QUOTED_BODY_MAX - 'application/scim+json'.length),
    );
  });
});

test('a caller with only read permission cannot tell a closed port, a timeout and an internal address apart', async () => {
  const user = await fixture.makeUser('silent');
  await fixture.assign(user);
  await saveSettings({ requestTimeoutMs: 100 });
  const seen: string[] = [];
  const own: string[] = [];
  answer = () => {};
  for (const url of ['http://127.0.0.1:1', elsewhere.url, 'http://0.0.0.0:1', 'http://[::ffff:0.0.0.0]:1']) {
    await save({ BaseAddress: `${url}/scim`, SecretToken: SECRET });
    const subject = { subjects: [{ objectId: user.id, objectTypeName: 'User' }] };
    await fixture.graph.send('POST', `${synchronization}/jobs/${fixture.jobId}/provisionOnDemand`, {
      parameters: [subject],
    });
    await runCycle();
    const job = (await asReader(`${synchronization}/jobs/${fixture.jobId}`)).body;
    const [entry] = (await asReader('/auditLogs/provisioning?$top=1')).body.value;
    const wire = (await asReader(`/auditLogs/provisioning/${entry.id}/wire`)).body;
    own.push((await fixture.graph.send('GET', `/auditLogs/provisioning/${entry.id}`)).text);
    const exchanges = wire.exchanges.map(({ response, error, durationMs }: object & Record<string, unknown>) => ({
      response,
      error,
      durationMs,
    }));
    const { errorInformation } = entry.provisioningStatusInfo;
    const steps = entry.provisioningSteps;
    const { durationInMilliseconds: duration } = entry;
    seen.push(
      JSON.stringify({
        quarantine: job.status.quarantine.error,
        errorInformation,
        steps,
        duration,
        exchanges: exchanges.at(-1),
      }),
    );
  }
  expect(new Set(seen).size).toBe(1);
  // A caller with write permission can tell these cases apart, and the message says how to allow the address.
  expect(new Set(own).size).toBe(own.length);
  expect(own[2]).toMatch(/0\.0\.0\.0 is internal \(unspecified\).*TANHUA_TARGETS_ALLOWED/);
  await saveSettings({ requestTimeoutMs: 5_000 });
});

describe('an API key that is limited to some IP addresses', () => {
  let limited: string;
  beforeAll(async () => {
    const { deps, caller } = fixture.graph.directory;
    limited = newApiKey();
    await insertApiKey(deps.database, deps.clock, {
      organizationId: fixture.graph.organizationId,
      owner: { kind: 'integration', integrationId: caller.origin.integration?.id ?? '' },
      name: 'limited',
      key: limited,
      expiresAt: null,
      allowedIps: ['127.0.0.1'],
    });
  });

  test('is rejected as a Secret Token, a client secret or an access token for a target, and is not sent', async () => {
    const oauth = { AuthenticationType: 'OAuth2ClientCredentialsGrant', Oauth2ClientId: 'client' };
    const tokens = [limited, ` ${limited}`, `${limited}  `, `\t${limited}\t`];
    let given = 0;
    answer = (response) => {
      const token = tokens[given++ % tokens.length];
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ access_token: token, token_type: 'Bearer' }));
    };
    const fromEndpoint = {
      ...oauth,
      BaseAddress: fixture.graph.scimUrl,
      Oauth2ClientSecret: 'any',
      Oauth2TokenExchangeUri: `${elsewhere.url}/token`,
    };
    const attempts = [
      { BaseAddress: fixture.graph.scimUrl, SecretToken: limited },
      { BaseAddress: elsewhere.url, SecretToken: limited },
      {
        ...oauth,
        BaseAddress: fixture.graph.scimUrl,
        Oauth2ClientSecret: limited,
        Oauth2TokenExchangeUri: `${fixture.graph.url}/oauth2/token`,
      },
      ...tokens.map(() => fromEndpoint),
    ];
    for (const attempt of attempts) {
      const refused = await validate({ credentials: pairs(attempt) });
      expect(refused.status).toBe(400);
      expect(refused.body.error.message).toContain('only some addresses may use (allowedIps)');
      expect(refused.text).not.toContain(limited);
    }
    expect(given).toBe(tokens.length);
    expect(sentTo(elsewhere)).not.toContain(limited);
  });
});
