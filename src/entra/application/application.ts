/** The settings of an enterprise application, as on Entra ID's Provisioning page, and those of the stand-in. */
export interface ApplicationSettings {
  /** As the administrator entered it, including a flag: https://HOST/scim/v2/?aadOptscim062020. */
  readonly tenantUrl: string;
  readonly authentication: 'AuthenticationToken' | 'OAuth2ClientCredentialsGrant';
  /** Where the token endpoint expects the client's credentials. */
  readonly credentialLocationInRequest: 'Header' | 'Body';
  /** `assigned`: only assigned users and groups. `all`: all users and groups of the tenant. */
  readonly scope: 'assigned' | 'all';
  readonly notificationEmail: string | null;
  /** Maximum deletes and disables that a cycle may export; null for no limit. */
  readonly accidentalDeletionThreshold: number | null;
  /** True if the target keeps users and groups unchanged when they leave the scope. */
  readonly skipOutOfScopeDeletions: boolean;
  /** Maximum members in one PATCH of a group; Entra ID mostly sends one. */
  readonly membersPerPatch: number;
  /** Maximum concurrent requests; never more than one for the same object. */
  readonly concurrency: number;
  /** Maximum requests per second; null for no limit. */
  readonly requestsPerSecond: number | null;
  readonly requestTimeoutMs: number;
  readonly faults: Faults;
}

/** Faults that the stand-in injects into its requests on demand, to test a server. */
export interface Faults {
  /** True to send a User-Agent. Entra ID sends none, so that some proxies refuse its requests. */
  readonly sendUserAgent: boolean;
  /** Sends requests in pieces of `bytes`, with a pause between them; null to send them at once. */
  readonly throttle: { readonly bytes: number; readonly pauseMs: number } | null;
  /** The pause before each piece of an answer is read, in milliseconds; 0 for none. */
  readonly slowReadMs: number;
  /** Cuts the connection in the middle of the body of every nth request; 0 for none. */
  readonly dropEvery: number;
  /** Sends every nth write twice, as if the first answer had been lost; 0 for none. */
  readonly duplicateEvery: number;
  /** In an incremental cycle, Switch() returns null if its source did not change (a caution in Microsoft's documentation). */
  readonly switchIsNull: boolean;
}

/** The credentials of an application's connection. They are stored encrypted. */
export interface ApplicationSecrets {
  readonly secretToken?: string;
  readonly oauth2ClientId?: string;
  readonly oauth2ClientSecret?: string;
  readonly oauth2TokenExchangeUri?: string;
}

/** The secrets that are never returned, and that belong to the URL for which they were entered. */
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
  /** Secrets that were deleted because their destination changed, and that an administrator must enter again. */
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
  /** `User`, `msiam_access`, or the value of a role of the application. */
  readonly roleValue: string;
}
