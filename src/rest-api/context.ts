import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '#admins/authenticate.ts';
import type { Permission } from '#admins/roles.ts';
import type { Tenants } from '#access/tenants.ts';
import type { Attempts } from '#accounts/attempts.ts';
import type { AccountDeps } from '#accounts/account.ts';
import { withinQuota, type Quota } from '#accounts/quotas.ts';
import type { Origin, RequestOrigin } from '#audit/event-types.ts';
import { assert } from '#base/errors.ts';
import type { Caller } from '#directory/stored.ts';
import type { Fleet } from '#shards/fleet.ts';
import type { JobQueue } from './job-queue.ts';

/** What the whole API has, whoever asks. */
export interface RestServices {
  readonly accounts: AccountDeps;
  readonly tenants: Tenants;
  readonly fleet: Fleet;
  readonly attempts: Attempts;
  readonly jobs: JobQueue;
}

/** Who asks, and in which organization. */
export interface Identity {
  readonly principal: Principal;
  readonly organizationId: string;
  /** What the administrator may do there; nothing for a user. */
  readonly permissions: ReadonlySet<Permission>;
  readonly role: string;
  readonly caller: Caller;
  /** The directory as the organization has it. */
  readonly deps: AccountDeps;
}

/** What a handler is given. */
export interface Context {
  readonly services: RestServices;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly origin: RequestOrigin;
  readonly identity: Identity | undefined;
}

/** The identity of a request to a route that not everyone may call. */
export function identityOf({ identity }: Context): Identity {
  assert(identity, 'who asks was found out before the route');
  return identity;
}

/** Runs an action that uses a quota of the organization that the request is for. Throws quotaExceeded (429). */
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
