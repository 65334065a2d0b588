import type { Clock } from '#base/clock.ts';
import type { Log } from '#base/log.ts';
import type { Database } from '#database/database.ts';
import type { MailDeps } from '#mail/outbox.ts';
import type { TargetAccess, TargetClientOptions } from '../wire/connection-options.ts';
import type { QuarantineThresholds } from './quarantine.ts';

/** What it takes to run jobs. */
export interface EngineDeps extends MailDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
  /** Where requests to targets may go. */
  readonly access: TargetAccess;
  readonly thresholds?: QuarantineThresholds;
  /** Where the wire is to differ from what is usual. */
  readonly wire?: Pick<TargetClientOptions, 'habits'>;
}
