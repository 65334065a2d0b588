import type { Clock } from '#base/clock.ts';
import type { Timer } from '#base/timer.ts';
import type { Gateway } from '#outbound/gateway.ts';
import type { ApplicationSecrets, ApplicationSettings, SecretName } from '../application/application.ts';
import { defaultRetryPolicy, type RetryPolicy } from './retry-policy.ts';
import { defaultParameterStyle, type ParameterStyle } from './tenant-url.ts';

/** The settings of an application that the connection to its target uses. */
export type ConnectionSettings = Pick<
  ApplicationSettings,
  | 'tenantUrl'
  | 'authentication'
  | 'credentialLocationInRequest'
  | 'concurrency'
  | 'requestsPerSecond'
  | 'requestTimeoutMs'
  | 'faults'
>;

/** Details of the requests that Microsoft does not document or has changed over the years. The defaults are the likely values (§9). */
export interface WireOptions {
  /** The value of the header ADSCIMVersion: `5.0` in 2018. null for the recent form, a date and an activity id. */
  readonly adScimVersion: string | null;
  /** The value of the header Accept; null for no such header. */
  readonly accept: string | null;
  /** How requests contain the parameters of the Tenant URL, such as the flag. */
  readonly parameterStyle: ParameterStyle;
  readonly retries: RetryPolicy;
  /** The number of resources per page when all objects are listed. */
  readonly pageSize: number;
  /** Returns the token that Entra ID itself issues and sends if the Secret Token is blank (§1.1); null to send no credential then. */
  readonly ownToken: (() => string | Promise<string>) | null;
}

export const defaultWireOptions: WireOptions = {
  adScimVersion: null,
  accept: 'application/scim+json',
  parameterStyle: defaultParameterStyle,
  retries: defaultRetryPolicy,
  pageSize: 100,
  ownToken: null,
};

/** The restrictions on requests to targets: the allowed addresses and credentials. */
export interface TargetAccess {
  readonly gateway: Gateway;
  /**
   * Returns true for a key of this installation that only some addresses may use. The requests of the stand-in come from the address of the
   * server, so such a key would bypass its restriction.
   */
  readonly isLimitedKey: (credential: string) => Promise<boolean>;
}

export interface TargetClientOptions extends TargetAccess {
  readonly settings: ConnectionSettings;
  readonly secrets: ApplicationSecrets;
  /** The names of deleted secrets that an administrator has to enter again. */
  readonly secretsNeeded?: readonly SecretName[];
  readonly clock: Clock;
  /** The timer for pauses and the rate limit; the system's by default. */
  readonly timer?: Timer | undefined;
  /** Overrides `defaultWireOptions`. */
  readonly wireOptions?: Partial<WireOptions>;
}
