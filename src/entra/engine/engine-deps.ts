import type { Clock } from '#base/clock.ts';
import type { Log } from '#base/log.ts';
import type { Database } from '#database/database.ts';
import type { MailDeps } from '#mail/outbox.ts';
import type { TargetAccess, TargetClientOptions } from '../wire/connection-options.ts';
import type { QuarantineThresholds } from './quarantine.ts';

/** The dependencies of the functions that run provisioning jobs. */
export interface EngineDeps extends MailDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
  /** Returns the base URL of the server's pages; undefined if it is not known. */
  readonly publicUrl?: () => string;
  /** The addresses and credentials that requests to targets may use. */
  readonly access: TargetAccess;
  /** The thresholds for quarantine; those of Entra ID by default. */
  readonly thresholds?: QuarantineThresholds;
  /** Overrides details of the requests to the target. */
  readonly wire?: Pick<TargetClientOptions, 'wireOptions'>;
}
