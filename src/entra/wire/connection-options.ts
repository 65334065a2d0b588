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

/** Details of requests that Microsoft does not document, or has changed over the years. The defaults are the most likely values (§9). */
export interface WireOptions {
  /** The value of the ADSCIMVersion header. Entra ID sent `5.0` in 2018. null for the recent form: a date and an activity id. */
  readonly adScimVersion: string | null;
  /** The value of the Accept header; null to omit the header. */
  readonly accept: string | null;
  /** How requests contain the query parameters of the Tenant URL, such as the flag. */
  readonly parameterStyle: ParameterStyle;
  readonly retries: RetryPolicy;
  /** The number of resources to request per page when all objects are listed. */
  readonly pageSize: number;
  /** Returns the token to send if the Secret Token is blank, because Entra ID then sends a token that it issues (§1.1); null to send none. */
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

/** The addresses and credentials that requests to targets may use. */
export interface TargetAccess {
  readonly gateway: Gateway;
  /**
   * Returns true for a key of this installation that only some addresses may use. Such a key must not be sent: the request would come from
   * the address of this server, and would bypass the restriction of the key.
   */
  readonly isLimitedKey: (credential: string) => Promise<boolean>;
}

export interface TargetClientOptions extends TargetAccess {
  readonly settings: ConnectionSettings;
  readonly secrets: ApplicationSecrets;
  /** The names of secrets that were deleted, and that an administrator has to enter again. */
  readonly secretsNeeded?: readonly SecretName[];
  readonly clock: Clock;
  /** The timer for pauses and the rate limit. Default: the system timer. */
  readonly timer?: Timer | undefined;
  /** Options that override those in `defaultWireOptions`. */
  readonly wireOptions?: Partial<WireOptions>;
}
