/** What an administrator sets on the Provisioning page of an enterprise application. */
export interface ApplicationSettings {
  /** As it is typed in, with the flag if it is there: https://HOST/scim/v2/?aadOptscim062020. */
  readonly tenantUrl: string;
  readonly authentication: 'AuthenticationToken' | 'OAuth2ClientCredentialsGrant';
  /** Where the token endpoint wants the client's credentials. */
  readonly credentialLocationInRequest: 'Header' | 'Body';
  /** Only assigned users and groups, or everyone in the tenant. */
  readonly scope: 'assigned' | 'all';
  readonly notificationEmail: string | null;
  /** Deletes and disables of one cycle that are let through; null for any number. */
  readonly accidentalDeletionThreshold: number | null;
  /** Who leaves the scope is left alone in the target. */
  readonly skipOutOfScopeDeletions: boolean;
  /** Values of one PATCH of a group's members; Entra ID mostly sends one. */
  readonly membersPerPatch: number;
  /** Requests in flight at a time; never two for one object. */
  readonly concurrency: number;
  /** Requests a second at most; null for as many as the target takes. */
  readonly requestsPerSecond: number | null;
  readonly requestTimeoutMs: number;
  readonly faults: Faults;
}

/** Faults on demand: what the stand-in does wrong, or the network for it, to test a server. */
export interface Faults {
  /** Entra ID sends no User-Agent, which some edges refuse. This switches a normal one on instead. */
  readonly sendUserAgent: boolean;
  /** Bytes of a request that are sent at a time, and the pause between them; null for all at once. */
  readonly throttle: { readonly bytes: number; readonly pauseMs: number } | null;
  /** Reads answers slowly: the pause before each piece. */
  readonly slowReadMs: number;
  /** Of how many requests one connection is cut in the middle of the body; 0 for none. */
  readonly dropEvery: number;
  /** Of how many writes one is sent twice, as if the first answer had been lost; 0 for none. */
  readonly duplicateEvery: number;
  /** In an incremental cycle Switch() whose source did not change gives null (entra-docs' caution). */
  readonly switchIsNull: boolean;
}

/** The secrets of an application's connection: kept sealed, never shown. */
export interface ApplicationSecrets {
  readonly secretToken?: string;
  readonly oauth2ClientId?: string;
  readonly oauth2ClientSecret?: string;
  readonly oauth2TokenExchangeUri?: string;
}

/** Secrets that are never shown, and belong to the URL that they were entered for. */
export const secretNames = [
  'secretToken',
  'oauth2ClientSecret',
] as const satisfies readonly (keyof ApplicationSecrets)[];
export type SecretName = (typeof secretNames)[number];

/** An enterprise application: a service principal of the tenant. */
export interface EntraApplication {
  /** objectId of the service principal, a GUID. */
  readonly id: string;
  readonly appId: string;
  readonly organizationId: string;
  readonly tenantId: string;
  readonly displayName: string;
  readonly settings: ApplicationSettings;
  /** Sealed; null before credentials were saved. */
  readonly sealedSecrets: string | null;
  /** Secrets that were deleted when their destination changed, and that an administrator has to enter again. */
  readonly secretsNeeded: readonly SecretName[];
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

/** Who may use an application, and with which role. */
export interface Assignment {
  readonly id: string;
  readonly applicationId: string;
  readonly principalId: string;
  readonly principalType: 'User' | 'Group';
  readonly appRoleId: string;
  /** `User`, `msiam_access`, or the value of a role of the application. */
  readonly roleValue: string;
}
