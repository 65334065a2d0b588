import type { EngineDeps } from '../engine/engine-deps.ts';
import type { EntraMode } from '../entra-mode.ts';
import type { TargetAccess } from '../wire/connection-options.ts';
import type { OnDemandLimit } from './on-demand-limit.ts';
import type { ManualCycles } from './manual-cycles.ts';

/** The services that the Graph API needs in addition to those of the REST API. */
export interface EntraServices {
  readonly onDemand: OnDemandLimit;
  readonly cycles: ManualCycles;
  readonly mode: EntraMode;
  /** The error message for requests while the Entra ID stand-in is off. It says why the stand-in is off. */
  readonly offText: string;
  /** The targets that the stand-in may send requests to. */
  readonly access: TargetAccess;
  /** Overrides the default connection to targets. Only tests set it. */
  readonly wire?: EngineDeps['wire'];
}
