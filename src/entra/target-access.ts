import type { TenantRouter } from '#access/tenant-router.ts';
import { StaleKeyError } from '#admins/authenticate.ts';
import { AppError } from '#base/errors.ts';
import type { Config } from '#base/config.ts';
import { createGateway } from '#outbound/gateway.ts';
import { allowedTargets } from './entra-mode.ts';
import type { TargetAccess } from './wire/connection-options.ts';

/**
 * Returns the access to targets of the stand-in in the server: a gateway to the allowed networks, and a check that recognizes keys of
 * this directory that only some addresses may use (allowedIps).
 */
export function serverTargetAccess(config: Config, tenants: Pick<TenantRouter, 'find'>): TargetAccess {
  return {
    gateway: createGateway({ allowed: allowedTargets(config) }),
    isLimitedKey: async (key) => {
      try {
        const { result } = await tenants.find({ key }, false);
        return (result instanceof StaleKeyError ? result.record : result.principal).allowedIps !== null;
      } catch (error) {
        // Not a key of this directory.
        if (error instanceof AppError && (error.code === 'keyUnknown' || error.code === 'keyMissing')) return false;
        throw error;
      }
    },
  };
}

/** Like `serverTargetAccess`, but for the command line. Its user has the database and needs no key, so no key counts as limited. */
export function operatorTargetAccess(config: Config): TargetAccess {
  return { gateway: createGateway({ allowed: allowedTargets(config) }), isLimitedKey: () => Promise.resolve(false) };
}
