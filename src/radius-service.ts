import type { Config } from '#base/config.ts';
import type { Log } from '#base/log.ts';
import type { Gateway } from '#outbound/gateway.ts';
import { createEntraCheck } from '#radius/credentials/entra-check.ts';
import { createLocalCheck } from '#radius/credentials/local-check.ts';
import { createRadiusPolicy } from '#radius/decide/radius-policy.ts';
import { storedRadiusDirectory } from '#radius/decide/stored-directory.ts';
import { loadApiToken } from '#radius/policy-api/api-token.ts';
import { servePolicyApi } from '#radius/policy-api/policy-api.ts';
import { isRadiusOn } from '#radius/radius-mode.ts';
import type { RestServices } from '#rest-api/context.ts';

/**
 * Answers the questions of the RADIUS engine on this machine, if RADIUS is set up (decision 053). Returns the function that ends it.
 * Throws `configuration` if its port or its token cannot be used.
 */
export async function startRadius(
  config: Config,
  log: Log,
  { accounts, fleet, attempts }: Pick<RestServices, 'accounts' | 'fleet' | 'attempts'>,
  gateway: Gateway,
): Promise<() => Promise<void>> {
  if (!isRadiusOn(config)) return () => Promise.resolve();
  const deps = { ...accounts, fleet };
  const entra = createEntraCheck({ gateway, log });
  const policy = createRadiusPolicy({
    directory: storedRadiusDirectory(deps),
    accounts: deps,
    attempts,
    checkLocal: createLocalCheck({ attempts }),
    entra,
    log,
  });
  const api = await servePolicyApi(policy, { port: config.radiusApiPort, token: loadApiToken(config.dataDir), log });
  return async () => {
    // Sign-ins in progress are answered with silence, so that the client asks again.
    entra.close();
    await api.stop();
  };
}
