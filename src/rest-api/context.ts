import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '#admins/authenticate.ts';
import type { Permission } from '#admins/roles.ts';
import type { TenantRouter } from '#access/tenant-router.ts';
import type { Attempts } from '#accounts/attempts.ts';
import type { AccountDeps } from '#accounts/account.ts';
import { withinQuota, type Quota } from '#accounts/quotas.ts';
import type { Origin, RequestOrigin } from '#audit/event-types.ts';
import { assert } from '#base/errors.ts';
import { languageIn, type Language } from '#base/words/language.ts';
import type { Caller } from '#directory/stored.ts';
import type { HealthConfig, HealthResults } from '#health/health.ts';
import type { SharedRun } from '#health/shared-run.ts';
import type { LiveHub } from '#live/live-hub.ts';
import type { PreviewLimit } from '#scim-server/evaluation/preview-limit.ts';
import type { Fleet } from '#shards/fleet.ts';
import type { TotalsFolder } from '#totals/totals-folder.ts';
import type { JobQueue } from './job-queue.ts';

/** The services that all routes share, independent of the caller. */
export interface RestServices {
  readonly accounts: AccountDeps;
  readonly tenants: TenantRouter;
  readonly fleet: Fleet;
  readonly attempts: Attempts;
  readonly jobs: JobQueue;
  readonly live: LiveHub;
  readonly totals: TotalsFolder;
  readonly previews: PreviewLimit;
  /** The health checks that are in progress, by the language of their details. */
  readonly healthChecks: SharedRun<HealthResults>;
  /** The configuration that the health checks read. */
  readonly checkedConfig: HealthConfig;
}

/** The caller of a request, and the organization that the request is for. */
export interface Identity {
  readonly principal: Principal;
  readonly organizationId: string;
  /** The permissions of the administrator in the organization; empty for a user. */
  readonly permissions: ReadonlySet<Permission>;
  readonly role: string;
  readonly caller: Caller;
  /** The dependencies of the directory, with the database of the organization. */
  readonly deps: AccountDeps;
}

/** What the handler of a route receives: the request, its caller, and the services. */
export interface Context {
  readonly services: RestServices;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly origin: RequestOrigin;
  readonly identity: Identity | undefined;
}

/** Returns the language in which the caller reads texts: that of Accept-Language, or else English. */
export function languageOf({ request }: Pick<Context, 'request'>): Language {
  return languageIn(request.headers['accept-language']) ?? 'en';
}

/** Returns the caller of a request. Only for routes that require a credential. */
export function identityOf({ identity }: Context): Identity {
  assert(identity, 'the caller was identified before the handler runs');
  return identity;
}

/**
 * Runs an action that uses `units` of a quota of the organization that the request is for. Throws `quotaExceeded` (429) if the quota
 * is used up.
 */
export async function withQuota<Result>(
  context: Context,
  quota: Quota,
  action: () => Promise<Result>,
  units = 1,
): Promise<Result> {
  const { deps, organizationId } = identityOf(context);
  const { database } = context.services.fleet.main;
  return await withinQuota({ database, clock: deps.clock }, quota, organizationId, action, units);
}

export function originOf(context: Context): Origin {
  return identityOf(context).caller.origin;
}
