import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';
import fastify, { type FastifyInstance } from 'fastify';
import pino from 'pino';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import type { TestDatabaseOptions } from '../../tests/support/test-database.ts';
import { createTestTimer, type TestTimer } from '../../tests/support/test-timer.ts';
import { Attempts } from '#accounts/attempts.ts';
import type { AccountDeps } from '#accounts/account.ts';
import type { MinimumResponseTime } from '#accounts/minimum-response-time.ts';
import { mailHooks } from '#accounts/mail-hooks.ts';
import { TenantRouter } from '#access/tenant-router.ts';
import { insertAdministrator } from '#admins/administrator-store.ts';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { systemTimer, type Timer } from '#base/timer.ts';
import { eventTotals } from '#audit/event-total-store.ts';
import { TotalsFolder } from '#totals/totals-folder.ts';
import { LiveHub } from '#live/live-hub.ts';
import { listMails } from '#mail/mail-list-store.ts';
import { readMail } from '#mail/outbox.ts';
import type { HealthResults } from '#health/health.ts';
import { SharedRun } from '#health/shared-run.ts';
import { PreviewLimit } from '#scim-server/evaluation/preview-limit.ts';
import { scimServer } from '#scim-server/plugin.ts';
import { createFleet } from '#shards/fleet.ts';
import { portalPages } from '#console/portal-pages.ts';
import { linkPages } from '#user-portal/link-page.ts';
import { allRoutes } from './all-routes.ts';
import type { RestServices } from './context.ts';
import { JobQueue } from './job-queue.ts';
import { restApi } from './plugin.ts';
import { newRequestId } from '#base/request-ids.ts';
import { rowRunners } from './user-import.ts';

export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read responses of any shape
  readonly body: any;
  readonly text: string;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The REST API and the SCIM server on a real directory. Requests are injected, without a socket. */
export interface TestRestApi extends AsyncDisposable {
  readonly directory: TestDirectory;
  readonly app: FastifyInstance;
  readonly services: RestServices;
  /** The timer of live updates. No time passes until a test advances it. */
  readonly liveTimer: TestTimer;
  readonly organizationId: string;
  /** The key of an Administrator With Billing who may create organizations. */
  readonly key: string;
  /** Sends a request. Without `headers`, sends `key` as the API key. */
  readonly send: (
    method: Method,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
    /** The IP address of the client. */
    from?: string,
  ) => Promise<RestAnswer>;
  /** Creates an administrator with a role and an API key. By default, in the fixture's organization. */
  readonly administratorOf: (role: string, organizationId?: string) => Promise<{ id: string; key: string }>;
  /** Creates an administrator like `administratorOf` and returns only the key. */
  readonly keyOf: (role: string, organizationId?: string) => Promise<string>;
  /** Returns the number of responses with a minimum response time, which hides whether an account exists. Tests do not wait for it. */
  readonly minimumResponseTimeCount: () => number;
  /** Returns the emails of the organization, newest first. */
  readonly mails: () => Promise<readonly { recipient: string; kind: string; text: string; token: string }[]>;
  /** Runs the waiting jobs. Resolves when they have finished. */
  readonly jobsDone: () => Promise<void>;
}

export async function openTestRestApi(options?: TestDatabaseOptions): Promise<TestRestApi> {
  const directory = await openTestDirectory('strict', options);
  const { deps, caller } = directory;
  const { organizationId } = caller.origin;
  let minimumResponseTimeCount = 0;
  const liveTimer = createTestTimer();
  const minimum = async () => void (minimumResponseTimeCount += 1);
  const { app, services } = await openServer(directory, minimum, liveTimer);
  const administratorOf: TestRestApi['administratorOf'] = (role, organization = organizationId) =>
    createTestAdministrator(deps, role, organization);
  const keyOf: TestRestApi['keyOf'] = async (role, organization) => (await administratorOf(role, organization)).key;
  const { key } = await createTestAdministrator(deps, 'Administrator With Billing', organizationId, true);
  return {
    directory,
    app,
    services,
    liveTimer,
    organizationId,
    key,
    administratorOf,
    keyOf,
    minimumResponseTimeCount: () => minimumResponseTimeCount,
    send: (method, path, body, headers = { 'x-api-key': key }, from = '127.0.0.1') =>
      sendTo(app, { method, path, body, headers, from }),
    mails: async () => {
      const all = await listMails(deps.database, organizationId, { skip: 0, limit: 100 });
      return await Promise.all(
        all.map(async ({ id, recipient, kind }) => {
          const { content } = await readMail(services.accounts, deps.database, organizationId, id);
          return { recipient, kind, text: content.text, token: /token=([\w-]+)/.exec(content.text)?.[1] ?? '' };
        }),
      );
    },
    jobsDone: async () => {
      services.jobs.wake();
      await services.jobs.settled();
    },
    [Symbol.asyncDispose]: async () => {
      await services.jobs.stop();
      app.server.closeAllConnections();
      await app.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** Returns the services of the REST API for a server with the given public URL. */
export function testServices(
  { deps }: TestDirectory,
  publicUrl: () => string,
  minimumResponseTime: MinimumResponseTime = async () => {},
  timer: Timer = systemTimer,
): RestServices {
  const accounts: AccountDeps = {
    ...deps,
    publicUrl,
    minimumResponseTime,
    isPublicUrlConfigured: true,
    wakeMailer: () => {},
    ...mailHooks(() => accounts),
  };
  const fleet = createFleet(deps.clock, deps.database);
  const tenants = new TenantRouter({ ...deps, ...mailHooks(() => accounts) }, fleet);
  const log = pino({ level: 'silent' });
  const jobs = new JobQueue(accounts, tenants, rowRunners, log);
  const totals = new TotalsFolder({ databases: [deps.database], subjects: [eventTotals], log, timer });
  const live = new LiveHub({ fleet, clock: deps.clock, log, secrets: deps.secrets, timer });
  const attempts = new Attempts(deps.database, deps.clock);
  const previews = new PreviewLimit();
  const healthChecks = new SharedRun<HealthResults>();
  // The folder has no files, and no port is connected: the checks of the machine only say so.
  const checkedConfig = {
    dataDir: tmpdir(),
    databaseUrl: undefined,
    smtpUrl: undefined,
    mailFrom: 'tanhua@contoso.example',
    trustedProxies: [],
    radius: 'off' as const,
    radiusCertificatePath: undefined,
  };
  return { accounts, tenants, fleet, attempts, jobs, live, totals, previews, healthChecks, checkedConfig };
}

async function openServer(directory: TestDirectory, minimumResponseTime: MinimumResponseTime, timer: Timer) {
  const { deps } = directory;
  const publicUrl = () => 'http://localhost:8080';
  const services = testServices(directory, publicUrl, minimumResponseTime, timer);
  const { accounts, tenants, fleet } = services;
  const app = fastify({ logger: false, genReqId: () => newRequestId(deps.clock.now()) });
  await app.register(scimServer, { prefix: '/scim/v2', deps, tenants, publicUrl });
  await app.register(restApi, { services, routes: allRoutes });
  await app.register(portalPages, { loopbackOrigin: () => undefined, isOrganization: async () => false });
  await app.register(linkPages, { deps: { ...accounts, fleet }, attempts: services.attempts });
  await app.ready();
  return { app, services };
}

export async function createTestAdministrator(
  { database, clock }: TestDirectory['deps'],
  role: string,
  organizationId: string,
  createsOrganizations = false,
) {
  const key = newApiKey();
  const { id } = await insertAdministrator(database, clock, {
    organizationId,
    email: `${role.replaceAll(' ', '.')}-${randomBytes(4).toString('hex')}@example.com`.toLowerCase(),
    name: role,
    role,
    passwordHash: null,
    createsOrganizations,
  });
  await insertApiKey(database, clock, {
    organizationId,
    owner: { kind: 'administrator', administratorId: id, integrationId: null },
    name: role,
    key,
    expiresAt: null,
  });
  return { id, key };
}

interface Sent {
  readonly method: Method;
  readonly path: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly from: string;
}

async function sendTo(app: FastifyInstance, { method, path, body, headers, from }: Sent): Promise<RestAnswer> {
  const answer = await app.inject({
    // Live updates do not end: only their first message is read.
    payloadAsStream: path.startsWith('/api/live'),
    method,
    url: path,
    remoteAddress: from,
    headers: {
      ...(body !== undefined && { 'content-type': typeof body === 'string' ? 'text/csv' : 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = path.startsWith('/api/live') ? await firstText(answer.stream()) : answer.body;
  const isJson = String(answer.headers['content-type']).includes('json') && !text.includes('\n{');
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: isJson && text !== '' ? JSON.parse(text) : undefined,
    text,
  };
}

/** Returns the first part of a stream, and closes the stream. */
async function firstText(stream: Readable): Promise<string> {
  for await (const part of stream) return String(part);
  return '';
}
