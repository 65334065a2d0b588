import type { Clock } from '#base/clock.ts';
import type { Timer } from '#base/timer.ts';
import type { Gateway } from '#outbound/gateway.ts';
import type { ApplicationSecrets, ApplicationSettings, SecretName } from '../application/application.ts';
import { defaultRetryPolicy, type RetryPolicy } from './retry-policy.ts';
import { defaultParameterStyle, type ParameterStyle } from './tenant-url.ts';

/** What the wire needs of an application's settings. */
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

/** Where the reference does not know what Entra ID does, or it changed over the years: each has a likely value (§9). */
export interface WireOptions {
  /** Of the header ADSCIMVersion: `5.0` in 2018, and lately a date and an activity id, which `null` stands for. */
  readonly adScimVersion: string | null;
  /** null for none. */
  readonly accept: string | null;
  /** How the flag comes into a request. */
  readonly parameterStyle: ParameterStyle;
  readonly retries: RetryPolicy;
  /** Resources of a page when everything is listed. */
  readonly pageSize: number;
  /** Entra's own token, which is sent where the Secret Token is left blank (§1.1); without it no credential is sent. */
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

/** What decides where requests to targets go, and with which credentials. */
export interface TargetAccess {
  readonly gateway: Gateway;
  /**
   * Whether a credential is a key of this installation that only some addresses may use: requests of the stand-in come from the
   * server's own address, which would go around the limit.
   */
  readonly isLimitedKey: (credential: string) => Promise<boolean>;
}

export interface TargetClientOptions extends TargetAccess {
  readonly settings: ConnectionSettings;
  readonly secrets: ApplicationSecrets;
  /** Secrets that were deleted, and that an administrator has to enter again. */
  readonly secretsNeeded?: readonly SecretName[];
  readonly clock: Clock;
  /** For pauses and the rate of requests; without it that of the system. */
  readonly timer?: Timer | undefined;
  /** What is to differ from the usual. */
  readonly habits?: Partial<WireOptions>;
}
