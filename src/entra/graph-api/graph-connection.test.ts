import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allItems, type GraphClient } from './client.ts';
import type { ServicePrincipal } from './client-types.ts';
import { refusal } from './graph-api.fixture.ts';
import { openTestProvisioning, type TestProvisioning } from './provisioning.fixture.ts';

let fixture: TestProvisioning;
let client: GraphClient;
let application: ServicePrincipal;
let jobId: string;
let job: TestProvisioning['job'];
beforeAll(async () => {
  fixture = await openTestProvisioning();
  ({ client, application, jobId, job } = fixture);
});
afterAll(() => fixture[Symbol.asyncDispose]());
const credentials = () => fixture.credentials();

/** Runs `work` with the URL of a server that handles every request with `listener`. */
async function withServer(listener: RequestListener, work: (url: string) => Promise<void>): Promise<void> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/scim`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('applications', () => {
  test('are created only from the non-gallery template, with its roles and a job, and must have unique names', async () => {
    expect(application.appRoles.map(({ id, displayName }) => [displayName, id])).toEqual([
      ['User', '18d14569-c3bd-439b-9a66-3a2aee01d14f'],
      ['msiam_access', 'b9632174-c057-4f7e-951b-be3adc52bfe6'],
    ]);
    expect(jobId).toMatch(/^scim\.[0-9a-f]{32}\.[0-9a-f-]{36}$/);
    expect((await client.servicePrincipals.jobs(application.id)).value).toMatchObject([
      {
        id: jobId,
        templateId: 'scim',
        schedule: { expiration: null, interval: 'PT40M', state: 'Disabled' },
        status: { code: 'NotConfigured', steadyStateFirstAchievedTime: '0001-01-01T00:00:00Z', quarantine: null },
        synchronizationJobSettings: [],
      },
    ]);
    expect((await client.servicePrincipals.templates(application.id)).value).toMatchObject([{ id: 'scim' }]);
    const unknown = fixture.graph.send(
      'POST',
      '/applicationTemplates/00000000-0000-0000-0000-000000000001/instantiate',
      {
        displayName: 'X',
      },
    );
    expect((await unknown).status).toBe(404);
    const taken = await refusal(client.servicePrincipals.instantiate({ displayName: 'TANHUA' }));
    expect(taken).toMatchObject({ status: 409, error: { code: 'Conflict' } });
  });

  test('can be found, renamed and deleted, and each has its own job', async () => {
    const { servicePrincipal } = await client.servicePrincipals.instantiate({ displayName: 'Other' });
    const found = await client.servicePrincipals.list({ filter: "startswith(displayName,'oth')", count: true });
    expect(found).toMatchObject({ '@odata.count': 1, value: [{ id: servicePrincipal.id }] });
    await client.servicePrincipals.update(servicePrincipal.appId, { displayName: 'Renamed' });
    expect((await client.servicePrincipals.get('renamed')).id).toBe(servicePrincipal.id);
    const other = client.job(servicePrincipal.id, (await client.servicePrincipals.createJob(servicePrincipal.id)).id);
    expect((await refusal(client.job(servicePrincipal.id, jobId).get())).status).toBe(404);
    expect((await refusal(other.start())).error.innerError).toMatchObject({ target: 'BaseAddress' });
    await other.delete();
    expect((await client.servicePrincipals.jobs(servicePrincipal.id)).value).toEqual([]);
    expect(await client.servicePrincipals.createJob(servicePrincipal.id, 'guide')).toMatchObject({
      templateId: 'scim',
    });
    await client.servicePrincipals.delete(servicePrincipal.id);
    expect((await refusal(client.servicePrincipals.get(servicePrincipal.id))).status).toBe(404);
  });

  test('can be assigned to a user with the default role or another role, and the assignments can be listed and deleted', async () => {
    const user = await fixture.makeUser('assigned');
    const assignment = await fixture.assign(user);
    expect(assignment).toMatchObject({ principalId: user.id, principalType: 'User', principalDisplayName: 'assigned' });
    expect((await refusal(fixture.assign(user))).message).toContain('already exists');
    const role = { principalId: user.id, appRoleValue: 'Admin', resourceId: application.id };
    const custom = await client.assignments.create(application.id, role);
    const { appRoles } = await client.servicePrincipals.get(application.id);
    expect(appRoles.find(({ value }) => value === 'Admin')?.id).toBe(custom.appRoleId);
    const wrong = { principalId: user.id, appRoleId: '11111111-1111-4111-8111-111111111111' };
    expect((await refusal(client.assignments.create(application.id, wrong))).message).toContain('was not found');
    expect((await refusal(fixture.assign({ id: '11111111-1111-4111-8111-111111111111' }))).status).toBe(404);
    const all = await Array.fromAsync(
      allItems(client, client.assignments.list(application.id, { top: 1, count: true })),
    );
    expect(all.map(({ id }) => id).toSorted()).toEqual([assignment.id, custom.id].toSorted());
    await client.assignments.delete(application.id, assignment.id);
    await client.assignments.delete(application.id, custom.id);
    expect((await refusal(client.assignments.delete(application.id, custom.id))).status).toBe(404);
    await client.users.delete(user.id);
  });
});

describe('the connection to the target', () => {
  test('keeps saved secrets, returns them masked, and does not change them when the mask is sent back', async () => {
    await client.servicePrincipals.saveSecrets(application.id, [
      ...credentials(),
      {
        key: 'SyncNotificationSettings',
        value: JSON.stringify({
          Enabled: true,
          Recipients: 'it@contoso.example',
          DeleteThresholdEnabled: true,
          DeleteThresholdValue: 20,
        }),
      },
      { key: 'SyncAll', value: 'false' },
    ]);
    const { value } = await client.servicePrincipals.secrets(application.id);
    const byKey = new Map(value.map((one) => [one.key, one.value]));
    expect(byKey.get('SecretToken')).toBe('*****');
    expect(byKey.get('BaseAddress')).toBe(`${fixture.graph.scimUrl}/?aadOptscim062020`);
    expect(JSON.parse(byKey.get('SyncNotificationSettings') ?? '')).toMatchObject({
      Recipients: 'it@contoso.example',
      DeleteThresholdValue: 20,
    });
    expect(JSON.stringify(value)).not.toContain(fixture.graph.scimKey);
    // Graph's documentation says to copy the existing pairs and to add a pair.
    const more = [
      ...value,
      { key: 'SkipOutOfScopeDeletions', value: 'True' },
      { key: 'HardDeletesEnabled', value: 'True' },
    ];
    await client.servicePrincipals.saveSecrets(application.id, more);
    await job.validateCredentials();
    expect(await job.settings()).toMatchObject({
      skipOutOfScopeDeletions: true,
      notificationEmail: 'it@contoso.example',
      accidentalDeletionThreshold: 20,
      scope: 'assigned',
    });
    expect((await job.get()).synchronizationJobSettings).toEqual([
      { name: 'QuarantineTooManyDeletesThreshold', value: '20' },
      { name: 'HardDeletesEnabled', value: 'True' },
    ]);
    await client.servicePrincipals.saveSecrets(application.id, [{ key: 'SkipOutOfScopeDeletions', value: 'False' }]);
  });

  test.for<[string, string, string]>([
    ['Hat', 'x', "Requested value 'Hat' was not found."],
    ['Oauth2AccessToken', 'x', 'other kinds of applications'],
    ['SyncAll', 'maybe', 'True or False'],
    ['BaseAddress', 'ftp://x', 'http'],
    ['SyncNotificationSettings', '{', 'JSON text'],
    ['AuthenticationType', 'Basic', 'AuthenticationToken or OAuth2ClientCredentialsGrant'],
  ])('rejects the key %s with the value %s', async ([key, value, message]) => {
    const error = await refusal(client.servicePrincipals.saveSecrets(application.id, [{ key, value }]));
    expect([error.status, error.message]).toEqual([400, expect.stringContaining(message)]);
  });

  test('can be changed to OAuth through connectivityParameters, and back to a token', async () => {
    await client.servicePrincipals.saveConnectivity(application.id, [
      { key: 'authenticationType', value: 'OAuth2ClientCredentialsGrant' },
      { key: 'oauth2ClientId', value: 'client' },
      { key: 'oauth2ClientSecret', value: 'secret' },
      { key: 'oauth2TokenExchangeUri', value: 'https://id.example/token' },
      { key: 'credentialLocationInRequest', value: 'Body' },
    ]);
    const { value } = await client.servicePrincipals.secrets(application.id);
    expect(value).toEqual(
      expect.arrayContaining([
        { key: 'AuthenticationType', value: 'OAuth2ClientCredentialsGrant' },
        { key: 'Oauth2ClientId', value: 'client' },
        { key: 'Oauth2ClientSecret', value: '*****' },
        { key: 'CredentialLocationInRequest', value: 'Body' },
      ]),
    );
    await client.servicePrincipals.saveConnectivity(application.id, [
      ...credentials(),
      ...['oauth2ClientId', 'oauth2ClientSecret', 'oauth2TokenExchangeUri'].map((key) => ({ key, value: '' })),
    ]);
    const after = (await client.servicePrincipals.secrets(application.id)).value.map(({ key }) => key);
    expect(after).not.toContain('Oauth2ClientId');
    await job.validateCredentials();
  });

  test('passes Test Connection both with credentials in the request and with saved credentials', async () => {
    expect(await job.validateCredentials(credentials())).toBeUndefined();
    expect(await job.validateCredentials()).toBeUndefined();
  });

  test('fails Test Connection with InvalidCredentials for a wrong token, and does not save the token', async () => {
    const wrong = [
      { key: 'BaseAddress', value: fixture.graph.scimUrl },
      { key: 'SecretToken', value: 'wrong' },
    ];
    const { status, error } = await refusal(job.validateCredentials(wrong));
    expect(status).toBe(400);
    expect(error).toMatchObject({
      code: 'InvalidCredentials',
      message: expect.stringContaining('You appear to have entered invalid credentials.'),
      innerError: {
        code: 'SystemForCrossDomainIdentityManagementCredentialValidationFailure',
        error_code: 'credentialsRefused',
      },
    });
    expect(error.innerError.exchanges?.[0]?.request.headers).not.toHaveProperty('Authorization', 'Bearer wrong');
    await job.validateCredentials();
  });

  test.for<[string, RequestListener, string, string]>([
    [
      'the status 404',
      (_request, response) => response.writeHead(404).end(),
      'SystemForCrossDomainIdentityManagementServiceIncompatible',
      'An HTTP/404 Not Found response was returned',
    ],
    [
      'the status 500',
      (_request, response) => response.writeHead(500).end('oops'),
      'SystemForCrossDomainIdentityManagementCredentialValidationUnavailable',
      'We received this unexpected response from your application:',
    ],
    [
      'an HTML page',
      (_request, response) => response.writeHead(403, { 'content-type': 'text/html' }).end('<h1>No</h1>'),
      'SystemForCrossDomainIdentityManagementCredentialValidationUnavailable',
      'We received this unexpected response',
    ],
    [
      'a string instead of a list',
      (_request, response) => response.writeHead(200, { 'content-type': 'application/scim+json' }).end('"no"'),
      'SystemForCrossDomainIdentityManagementServiceIncompatible',
      'deserialize',
    ],
  ])('fails Test Connection if the server responds with %s', async ([, listener, code, message]) => {
    await withServer(listener, async (url) => {
      const { status, error } = await refusal(job.validateCredentials([{ key: 'BaseAddress', value: url }]));
      expect([status, error.code, error.innerError.code]).toEqual([400, 'InvalidCredentials', code]);
      expect(error.message).toContain(message);
    });
  });

  test('fails Test Connection if the server is unreachable, or if credentials or the Tenant URL are missing', async () => {
    const unreachable = [{ key: 'BaseAddress', value: 'http://127.0.0.1:9/scim' }];
    expect((await refusal(job.validateCredentials(unreachable))).error.innerError.code).toBe(
      'SystemForCrossDomainIdentityManagementCredentialValidationUnavailable',
    );
    const path = `/servicePrincipals/${application.id}/synchronization/jobs/${jobId}/validateCredentials`;
    expect((await fixture.graph.send('POST', path, {})).status).toBe(400);
    const { servicePrincipal } = await client.servicePrincipals.instantiate({ displayName: 'Unset' });
    const [unset] = (await client.servicePrincipals.jobs(servicePrincipal.id)).value;
    const refused = await refusal(client.job(servicePrincipal.id, unset?.id ?? '').validateCredentials());
    expect(refused.error).toMatchObject({
      code: 'RequestMissingRequiredParameter',
      innerError: { target: 'BaseAddress' },
    });
    await client.servicePrincipals.delete(servicePrincipal.id);
  });
});

test('each kind of change in this file records an event, and no event contains the token', async () => {
  const { types, text } = await fixture.events();
  for (const type of [
    'application_create',
    'application_delete',
    'application_assignment_create',
    'application_assignment_delete',
    'provisioning_credentials_update',
    'provisioning_job_create',
    'provisioning_job_delete',
  ]) {
    expect(types, type).toContain(type);
  }
  expect(text).not.toContain(fixture.graph.scimKey);
});
