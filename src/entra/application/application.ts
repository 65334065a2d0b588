/** The settings of an enterprise application: those on Entra ID's Provisioning page, and those that only the Entra ID stand-in has. */
export interface ApplicationSettings {
  /** The URL as the administrator entered it, including a feature flag if there is one: https://HOST/scim/v2/?aadOptscim062020. */
  readonly tenantUrl: string;
  readonly authentication: 'AuthenticationToken' | 'OAuth2ClientCredentialsGrant';
  /** Where the token endpoint expects the client's credentials. */
  readonly credentialLocationInRequest: 'Header' | 'Body';
  /** `assigned`: only assigned users and groups. `all`: all users and groups of the tenant. */
  readonly scope: 'assigned' | 'all';
  readonly notificationEmail: string | null;
  /** Maximum number of users and groups that a cycle may delete or disable in the target; null for no limit. */
  readonly accidentalDeletionThreshold: number | null;
  /** True to leave users and groups unchanged in the target when they leave the scope; false to delete or disable them. */
  readonly skipOutOfScopeDeletions: boolean;
  /** Maximum number of members in one PATCH of a group. Entra ID usually sends one. */
  readonly membersPerPatch: number;
  /** Maximum number of concurrent requests. Requests for the same object are always sequential. */
  readonly concurrency: number;
  /** Maximum requests per second; null for no limit. */
  readonly requestsPerSecond: number | null;
  readonly requestTimeoutMs: number;
  readonly faults: Faults;
}

/** Faults that the Entra ID stand-in can add to its requests, to test how a server handles them. */
export interface Faults {
  /** True to send a User-Agent header. Entra ID does not send one, and some proxies refuse requests without one. */
  readonly sendUserAgent: boolean;
  /** The size of the pieces in which a request is sent, and the pause between them; null to send the whole request at once. */
  readonly throttle: { readonly bytes: number; readonly pauseMs: number } | null;
  /** The pause before each piece of a response is read, in milliseconds; 0 for none. */
  readonly slowReadMs: number;
  /** If this is n, the connection is closed in the middle of the body of every nth request; 0 for never. */
  readonly dropEvery: number;
  /** If this is n, every nth write is sent twice, as if the first response had been lost; 0 for never. */
  readonly duplicateEvery: number;
  /**
   * True to simulate a fault that Microsoft documents: in an incremental cycle, Switch() returns null if the attribute that it reads did
   * not change.
   */
  readonly switchIsNull: boolean;
}

/** The credentials of an application's connection. They are stored encrypted. */
export interface ApplicationSecrets {
  readonly secretToken?: string;
  readonly oauth2ClientId?: string;
  readonly oauth2ClientSecret?: string;
  readonly oauth2TokenExchangeUri?: string;
}

/** The credentials that are never returned to callers. They are deleted if the URL that they are sent to changes. */
export const secretNames = [
  'secretToken',
  'oauth2ClientSecret',
] as const satisfies readonly (keyof ApplicationSecrets)[];
export type SecretName = (typeof secretNames)[number];

/** An enterprise application: a service principal of the tenant. */
export interface EntraApplication {
  /** The objectId of the service principal, a GUID. */
  readonly id: string;
  readonly appId: string;
  readonly organizationId: string;
  readonly tenantId: string;
  readonly displayName: string;
  readonly settings: ApplicationSettings;
  /** The encrypted `ApplicationSecrets`; null if no credentials are saved. */
  readonly sealedSecrets: string | null;
  /** The secrets that an administrator must enter again, because they were deleted when the URL that they are sent to changed. */
  readonly secretsNeeded: readonly SecretName[];
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

/** The assignment of a user or group to an application, with a role. */
export interface Assignment {
  readonly id: string;
  readonly applicationId: string;
  readonly principalId: string;
  readonly principalType: 'User' | 'Group';
  readonly appRoleId: string;
  /** `User`, `msiam_access`, or the value of a custom role. */
  readonly roleValue: string;
}
