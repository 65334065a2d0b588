import type { EngineDeps } from '../engine/engine-deps.ts';
import type { EntraMode } from '../entra-mode.ts';
import type { TargetAccess } from '../wire/connection-options.ts';
import type { OnDemandLimit } from './on-demand-limit.ts';
import type { SingleCycles } from './single-cycles.ts';

/** What the Graph API has besides what the REST API has. */
export interface EntraServices {
  readonly onDemand: OnDemandLimit;
  readonly cycles: SingleCycles;
  readonly mode: EntraMode;
  /** Says why the stand-in is off. */
  readonly offText: string;
  /** Where requests to targets may go. */
  readonly access: TargetAccess;
  /** Where the wire is to differ from what is usual: for tests. */
  readonly wire?: EngineDeps['wire'];
}
