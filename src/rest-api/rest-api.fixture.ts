import { randomBytes } from 'node:crypto';
import fastify, { type FastifyInstance } from 'fastify';
import pino from 'pino';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { Attempts } from '#accounts/attempts.ts';
import type { AccountDeps } from '#accounts/account.ts';
import { welcomeByRule } from '#accounts/account-mail.ts';
import { Tenants } from '#access/tenants.ts';
import { insertAdministrator } from '#admins/administrator-store.ts';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { createSecretBox } from '#base/secret-box.ts';
import { listMails } from '#mail/outbox-store.ts';
import { readMail } from '#mail/outbox.ts';
import { scimServer } from '#scim-server/plugin.ts';
import { createFleet } from '#shards/fleet.ts';
import { allRoutes } from './all-routes.ts';
import type { RestServices } from './context.ts';
import { JobQueue } from './job-queue.ts';
import { restApi } from './plugin.ts';
import { rowRunners } from './user-import.ts';

export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of any shape
  readonly body: any;
  readonly text: string;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The REST API, and SCIM beside it, on a real directory, without a socket. */
export interface TestRestApi extends AsyncDisposable {
  readonly directory: TestDirectory;
  readonly app: FastifyInstance;
  readonly services: RestServices;
  readonly organizationId: string;
  /** The key of an Administrator With Billing. */
  readonly key: string;
  /** Sends with that key, unless the headers say otherwise. */
  readonly send: (
    method: Method,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<RestAnswer>;
  /** Makes an administrator with a role and a key, in any organization. */
  readonly keyOf: (role: string, organizationId?: string) => Promise<string>;
  /** The mails of the organization, the newest first. */
  readonly mails: () => Promise<readonly { recipient: string; kind: string; text: string; token: string }[]>;
  /** Waits until no job is left. */
  readonly jobsDone: () => Promise<void>;
}

export async function openTestRestApi(): Promise<TestRestApi> {
  const directory = await openTestDirectory('strict');
  const { deps, caller } = directory;
  const { organizationId } = caller.origin;
  const log = pino({ level: 'silent' });
  const secrets = createSecretBox(randomBytes(32));
  const publicUrl = () => 'http://localhost:8080';
  const accounts: AccountDeps = {
    ...deps,
    secrets,
    publicUrl,
    wakeMailer: () => {},
    welcome: async (transaction, by, user, reason) => {
      await welcomeByRule({ ...accounts, database: transaction }, transaction, by, user, reason);
    },
  };
  const fleet = createFleet(deps.clock, deps.database);
  const tenants = new Tenants({ ...deps, welcome: accounts.welcome }, fleet);
  const jobs = new JobQueue(accounts, tenants, rowRunners, log);
  const services: RestServices = { accounts, tenants, fleet, attempts: new Attempts(deps.clock), jobs };
  const app = fastify({ logger: false });
  await app.register(scimServer, { prefix: '/scim/v2', deps, tenants, publicUrl });
  await app.register(restApi, { services, routes: allRoutes });
  await app.ready();
  const keyOf = async (role: string, organization = organizationId) => {
    const key = newApiKey();
    const administrator = await insertAdministrator(deps.database, deps.clock, {
      organizationId: organization,
      email: `${role.replaceAll(' ', '.')}-${randomBytes(4).toString('hex')}@example.com`.toLowerCase(),
      name: role,
      role,
      passwordHash: null,
    });
    await insertApiKey(deps.database, deps.clock, {
      organizationId: organization,
      owner: { kind: 'administrator', administratorId: administrator.id, integrationId: null },
      name: role,
      key,
      expiresAt: null,
    });
    return key;
  };
  const key = await keyOf('Administrator With Billing');
  return {
    directory,
    app,
    services,
    organizationId,
    key,
    keyOf,
    send: async (method, path, body, headers = { 'x-api-key': key }) => {
      const answer = await app.inject({
        method,
        url: path,
        headers: {
          ...(body !== undefined && { 'content-type': typeof body === 'string' ? 'text/csv' : 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const isJson = String(answer.headers['content-type']).includes('json') && !answer.body.includes('\n{');
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: isJson && answer.body !== '' ? JSON.parse(answer.body) : undefined,
        text: answer.body,
      };
    },
    mails: async () => {
      const all = await listMails(deps.database, organizationId, { skip: 0, limit: 100 });
      return await Promise.all(
        all.map(async ({ id, recipient, kind }) => {
          const { content } = await readMail(accounts, deps.database, organizationId, id);
          return { recipient, kind, text: content.text, token: /token=([\w-]+)/.exec(content.text)?.[1] ?? '' };
        }),
      );
    },
    jobsDone: async () => {
      jobs.wake();
      await jobs.settled();
    },
    [Symbol.asyncDispose]: async () => {
      await jobs.stop();
      await app.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}
