import { identityOf, type Context } from '#rest-api/context.ts';
import type { EngineDeps } from '../engine/engine-deps.ts';
import type { EntraServices } from './entra-services.ts';

/** Returns the dependencies of the provisioning engine for a request. The engine writes to the request's log. */
export function engineDeps(context: Context, { wire, access }: EntraServices): EngineDeps {
  const { database, clock, secrets, wakeMailer, publicUrl } = identityOf(context).deps;
  return {
    database,
    clock,
    secrets,
    wakeMailer,
    publicUrl,
    access,
    log: context.request.log,
    ...(wire !== undefined && { wire }),
  };
}
