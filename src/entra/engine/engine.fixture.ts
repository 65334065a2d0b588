import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { openTestScimServer, type TestScimServer } from '../../scim-server/scim-server.fixture.ts';
import { createSecretBox } from '#base/secret-box.ts';
import type { JsonObject } from '#base/json.ts';
import type { RulePreset } from '#integrations/rules.ts';
import { createApplication, saveSecrets, type NewApplication } from '../application/applications.ts';
import type { EntraApplication } from '../application/application.ts';
import type { SettingsChange } from '../application/settings.ts';
import { listLogs } from '../logs/log-store.ts';
import type { EntraTenant, SourceUser } from '../source/source-object.ts';
import { createSourceUser } from '../source/source-users.ts';
import { insertTenant } from '../source/tenant-store.ts';
import type { CycleControl } from './run-cycle.ts';
import { loopbackAccess } from '../wire/loopback-access.fixture.ts';
import type { EngineDeps } from './engine-deps.ts';
import { runJob, type RunEnd } from './run-job.ts';

/** A tenant with an application, and the real SCIM server that the application provisions to. */
export interface TestEngine extends AsyncDisposable {
  readonly server: TestScimServer;
  readonly engine: EngineDeps;
  readonly tenant: EntraTenant;
  readonly application: EntraApplication;
  readonly jobId: string;
  readonly baseUrl: string;
  /** Runs one cycle until it ends or `control` stops it. */
  readonly cycle: (control?: CycleControl) => Promise<RunEnd>;
  /** Creates a user in the tenant with the alias as the display name, mail nickname and given name. */
  readonly make: (alias: string, more?: object) => Promise<SourceUser>;
  /** Returns the log entries in Graph's format, oldest first. */
  readonly logs: () => Promise<readonly JsonObject[]>;
  /** Returns the requests since the previous call, oldest first, such as "POST /scim/v2/Users". */
  readonly requests: () => readonly string[];
  readonly users: () => Promise<readonly ScimUser[]>;
  readonly groups: () => Promise<readonly ScimUser[]>;
}

// oxlint-disable-next-line typescript/no-explicit-any -- tests read responses of any shape
type ScimUser = any;

export interface TestEngineOptions {
  readonly rules?: RulePreset;
  readonly flag?: boolean;
  readonly preset?: NewApplication['preset'];
  readonly settings?: SettingsChange;
}

/**
 * Opens a SCIM server, and a tenant with an application that provisions to the server.
 *
 * @example
 * await using on = await openTestEngine({ settings: { scope: 'all' } });
 * await on.make('ann');
 * await on.cycle();
 * expect(await on.users()).toMatchObject([{ userName: 'ann' }]);
 */
export async function openTestEngine(options: TestEngineOptions = {}): Promise<TestEngine> {
  const { rules = 'strict', flag = true, preset = 'guide', settings = {} } = options;
  const server = await openTestScimServer(rules);
  const requests: string[] = [];
  const { app, directory } = server;
  const { database, clock } = directory.deps;
  app.server.on('request', ({ method = '', url = '' }) => requests.push(`${method} ${url}`));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const baseUrl = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/scim/v2`;
  const secrets = createSecretBox(randomBytes(32));
  const engine: EngineDeps = {
    database,
    clock,
    secrets,
    wakeMailer: () => {},
    publicUrl: () => 'https://directory.example',
    log: { warn: () => {} },
    access: loopbackAccess(),
    wire: { wireOptions: { retries: { attemptsMax: 4, pauseMs: 5, retryAfterMaxMs: 60_000 } } },
  };
  const { organizationId } = directory.caller.origin;
  const tenant = await insertTenant(database, clock, { organizationId, name: 'Contoso', domain: 'contoso.example' });
  const { application, job } = await createApplication(engine, tenant, {
    displayName: 'Tanhua',
    preset,
    settings: { ...settings, tenantUrl: flag ? `${baseUrl}/?aadOptscim062020` : baseUrl },
  });
  await saveSecrets(engine, application, { secretToken: server.key });
  const list = async (path: string) =>
    (await server.send('GET', `/${path}?count=200&sortBy=displayName`)).body.Resources;
  return {
    server,
    engine,
    tenant,
    application,
    jobId: job.id,
    baseUrl,
    cycle: (control) => runJob(engine, job.id, control),
    make: async (alias, more = {}) =>
      await createSourceUser(engine, tenant, {
        userPrincipalName: `${alias}@contoso.example`,
        displayName: alias,
        mailNickname: alias,
        givenName: alias,
        surname: 'Lee',
        ...more,
      }),
    logs: async () => {
      const entries = await listLogs(database, { tenantId: tenant.id, limit: 1_000 });
      return entries.map(({ entry }) => entry).toReversed();
    },
    requests: () => requests.splice(0).map((line) => decodeURIComponent(line.replaceAll('+', ' '))),
    users: () => list('Users'),
    groups: () => list('Groups'),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
