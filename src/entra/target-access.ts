import type { Tenants } from '#access/tenants.ts';
import { StaleKeyError } from '#admins/authenticate.ts';
import { AppError } from '#base/errors.ts';
import type { Config } from '#base/config.ts';
import { createGateway } from '#outbound/gateway.ts';
import { allowedTargets } from './entra-mode.ts';
import type { TargetAccess } from './wire/connection-options.ts';

/** What the server's stand-in may reach, and with which credentials. */
export function serverTargetAccess(config: Config, tenants: Pick<Tenants, 'find'>): TargetAccess {
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

/** The same for the command line, whose caller has the database and needs no key. */
export function operatorTargetAccess(config: Config): TargetAccess {
  return { gateway: createGateway({ allowed: allowedTargets(config) }), isLimitedKey: () => Promise.resolve(false) };
}
