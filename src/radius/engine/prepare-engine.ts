import { join } from 'node:path';
import type { Config } from '#base/config.ts';
import {
  prepareCertificate,
  type CertificateDeps,
  type PreparedCertificate,
} from '../certificates/engine-certificates.ts';
import { loadApiToken, probeSecretOf } from '../policy-api/api-token.ts';
import { CLIENT_CACHE_SECONDS } from '../servers/shared-secret.ts';
import { engineFolder } from './engine-folder.ts';
import { engineEnvironment, REJECT_DELAY_SECONDS, type EngineSettings } from './engine-settings.ts';
import { ENGINE_PATH, type EngineEnvironment } from './write-config.ts';

export type EngineConfig = Pick<
  Config,
  | 'dataDir'
  | 'radiusListen'
  | 'radiusApiPort'
  | 'radiusProbePort'
  | 'radiusServerName'
  | 'radiusCertificatePath'
  | 'radiusKeyPath'
>;

/** What the engine is started with. */
export interface PreparedEngine {
  readonly settings: EngineSettings;
  /** The complete environment of the engine, with its secrets. Never logged. */
  readonly environment: EngineEnvironment;
  readonly prepared: PreparedCertificate;
}

/**
 * Prepares everything that the engine needs on this machine: the token, the certificate (created or renewed if necessary), and the settings
 * from which its configuration is generated.
 *
 * Throws `configuration` if a file cannot be used. See `loadApiToken` and `prepareCertificate`.
 *
 * @example
 * const { settings, environment } = await prepareEngine(readConfig(), { clock: systemClock, secrets });
 * const supervisor = new EngineSupervisor(settings, { environment, log });
 */
export async function prepareEngine(config: EngineConfig, deps: CertificateDeps): Promise<PreparedEngine> {
  const token = loadApiToken(config.dataDir);
  const prepared = await prepareCertificate(config, deps);
  return {
    prepared,
    settings: {
      folder: join(engineFolder(config.dataDir), 'config'),
      listen: config.radiusListen,
      apiPort: config.radiusApiPort,
      probePort: config.radiusProbePort,
      certificate: prepared.certificate,
      rejectDelaySeconds: REJECT_DELAY_SECONDS,
      clientLifetimeSeconds: CLIENT_CACHE_SECONDS,
    },
    environment: {
      PATH: ENGINE_PATH,
      [engineEnvironment.token]: token,
      [engineEnvironment.probeSecret]: probeSecretOf(token),
      [engineEnvironment.keyPassphrase]: prepared.passphrase,
    },
  };
}
