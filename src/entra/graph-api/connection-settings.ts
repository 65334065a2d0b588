import { z } from 'zod';
import { alternatives } from '#base/choices.ts';
import { quote } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { SECRET_MASK } from '#outbound/bound-secret.ts';
import type { ApplicationSecrets, ApplicationSettings } from '../application/application.ts';
import { HARD_DELETES, type StoredJob } from '../application/job.ts';
import type { SecretsChange } from '../application/saved-secrets.ts';
import { DELETION_THRESHOLD_MAX, type SettingsChange } from '../application/settings.ts';
import { StandInError } from '../texts/refusals/stand-in-error.ts';
import { UNSET_TENANT_URL } from './find-applications.ts';

const KEYS_MAX = 100;
const VALUE_LENGTH_MAX = 10_000;

export const keyValues = z
  .array(z.looseObject({ key: z.string().max(100), value: z.string().max(VALUE_LENGTH_MAX).nullish() }))
  .max(KEYS_MAX);
type KeyValues = z.output<typeof keyValues>;

/** The changes that key-value pairs request. In `secrets`, null removes the stored secret, and SECRET_MASK keeps it. */
export interface ConnectionChange {
  readonly settings: SettingsChange;
  readonly secrets: SecretsChange;
  readonly jobSettings: Readonly<Record<string, string>>;
}

type Part = Partial<ConnectionChange>;
type KeyReader = (value: string) => Part;

const secretReader =
  (name: keyof ApplicationSecrets): KeyReader =>
  (value) => ({ secrets: { [name]: value === '' ? null : value } });

/** Functions that read the value of a synchronizationSecretKeyStringValuePair, by key. SCIM applications have these keys (§2.4, §3.4). */
const keyReaders: Readonly<Record<string, KeyReader>> = {
  BaseAddress: (value) => ({ settings: { tenantUrl: value } }),
  SecretToken: secretReader('secretToken'),
  Oauth2ClientId: secretReader('oauth2ClientId'),
  Oauth2ClientSecret: secretReader('oauth2ClientSecret'),
  Oauth2TokenExchangeUri: secretReader('oauth2TokenExchangeUri'),
  AuthenticationType: (value) => ({
    settings: {
      authentication: oneOf('AuthenticationType', value, [
        'AuthenticationToken',
        'OAuth2ClientCredentialsGrant',
      ] as const),
    },
  }),
  CredentialLocationInRequest: (value) => ({
    settings: { credentialLocationInRequest: oneOf('CredentialLocationInRequest', value, ['Header', 'Body'] as const) },
  }),
  SyncAll: (value) => ({ settings: { scope: readBoolean('SyncAll', value) ? 'all' : 'assigned' } }),
  SkipOutOfScopeDeletions: (value) => ({
    settings: { skipOutOfScopeDeletions: readBoolean('SkipOutOfScopeDeletions', value) },
  }),
  HardDeletesEnabled: (value) => ({
    jobSettings: { [HARD_DELETES]: readBoolean(HARD_DELETES, value) ? 'True' : 'False' },
  }),
  SyncNotificationSettings: (value) => ({ settings: readNotifications(value) }),
};
const keyNames = new Map(Object.keys(keyReaders).map((name) => [name.toLowerCase(), name]));

/** Keys that Graph defines only for other kinds of applications, in lower case. */
const unsupportedKeys: ReadonlySet<string> = new Set(
  'None UserName Password AppKey ClientIdentifier ClientSecret SingleSignOnType Sandbox Url Domain ConsumerKey ConsumerSecret TokenKey TokenExpiration Oauth2AccessToken Oauth2AccessTokenCreationTime Oauth2RefreshToken InstanceName CompanyId UpdateKeyOnSoftDelete SynchronizationSchedule SystemOfRecord SandboxName EnforceDomain Oauth2AuthorizationCode Oauth2RedirectUri ApplicationTemplateIdentifier Oauth2AuthorizationUri Server PerformInboundEntitlementGrants SyncAgentCompatibilityKey SyncAgentADContainer ValidateDomain TestReferences ConnectionString'
    .toLowerCase()
    .split(' '),
);

/**
 * Reads the pairs of `secrets`, `connectivityParameters` and `validateCredentials`. Keys are case-insensitive. Throws `invalidValue` for
 * an unknown key or an invalid value.
 *
 * @example
 * readConnection([{ key: 'SyncAll', value: 'True' }]); // { settings: { scope: 'all' }, secrets: {}, jobSettings: {} }
 */
export function readConnection(pairs: KeyValues): ConnectionChange {
  let change: ConnectionChange = { settings: {}, secrets: {}, jobSettings: {} };
  for (const { key, value } of pairs) {
    const name = keyNames.get(key.toLowerCase());
    const reader = name === undefined ? undefined : keyReaders[name];
    if (reader === undefined) throw unknownKey(key);
    const part = reader(value ?? '');
    change = {
      settings: { ...change.settings, ...part.settings },
      secrets: { ...change.secrets, ...part.secrets },
      jobSettings: { ...change.jobSettings, ...part.jobSettings },
    };
  }
  return withAuthentication(change);
}

/** Adds the authentication type that follows from the credentials, unless the pairs set one. */
function withAuthentication(change: ConnectionChange): ConnectionChange {
  if (change.settings.authentication !== undefined) return change;
  const { secretToken, oauth2ClientId } = change.secrets;
  const authentication = isEntered(secretToken)
    ? 'AuthenticationToken'
    : isEntered(oauth2ClientId)
      ? 'OAuth2ClientCredentialsGrant'
      : undefined;
  return authentication === undefined ? change : { ...change, settings: { ...change.settings, authentication } };
}

function isEntered(value: string | null | undefined): boolean {
  return typeof value === 'string' && value !== SECRET_MASK;
}

function unknownKey(key: string): StandInError {
  if (unsupportedKeys.has(key.toLowerCase())) {
    const known = Object.keys(keyReaders).join(', ');
    return new StandInError('invalidValue', ({ settings }) => settings.otherKind(quote(key), known), {
      attribute: 'key',
      value: key,
    });
  }
  return new StandInError('invalidValue', ({ settings }) => settings.unknownKey(key.slice(0, 100)), {
    attribute: 'key',
  });
}

function oneOf<Value extends string>(key: string, value: string, known: readonly Value[]): Value {
  const found = known.find((one) => one.toLowerCase() === value.toLowerCase());
  if (found !== undefined) return found;
  throw new StandInError('invalidValue', ({ settings }) => settings.oneOf(key, quote(value), alternatives(known)), {
    attribute: key,
  });
}

function readBoolean(key: string, value: string): boolean {
  return oneOf(key, value, ['True', 'False']) === 'True';
}

const notifications = z.looseObject({
  Enabled: z.boolean().optional(),
  Recipients: z.string().nullish(),
  DeleteThresholdEnabled: z.boolean().optional(),
  DeleteThresholdValue: z.int().min(1).max(DELETION_THRESHOLD_MAX).nullish(),
});

/** Reads the JSON text of SyncNotificationSettings. Throws `invalidValue` if the text is not valid. */
function readNotifications(text: string): SettingsChange {
  try {
    const { Enabled, Recipients, DeleteThresholdEnabled, DeleteThresholdValue } = notifications.parse(JSON.parse(text));
    const email = Enabled === true && typeof Recipients === 'string' && Recipients !== '' ? Recipients : null;
    const threshold = DeleteThresholdEnabled === true ? (DeleteThresholdValue ?? DEFAULT_THRESHOLD) : null;
    return { notificationEmail: email, accidentalDeletionThreshold: threshold };
  } catch (error) {
    throw new StandInError('invalidValue', ({ settings }) => settings.notifications(quote(text)), {
      attribute: 'SyncNotificationSettings',
      cause: error,
    });
  }
}

/** The deletion threshold that applies if it is enabled without a value. Graph's sample uses this number (§3.6). */
const DEFAULT_THRESHOLD = 500;

/** Returns the pairs for `GET …/synchronization/secrets`. Secrets are masked. */
export function writeConnection(
  settings: ApplicationSettings,
  secrets: ApplicationSecrets,
  job: Pick<StoredJob, 'settings'> | undefined,
): readonly JsonObject[] {
  const { accidentalDeletionThreshold: threshold, notificationEmail } = settings;
  const notificationSettings = {
    Enabled: notificationEmail !== null,
    ...(notificationEmail !== null && { Recipients: notificationEmail }),
    DeleteThresholdEnabled: threshold !== null,
    ...(threshold !== null && { DeleteThresholdValue: threshold }),
    HumanResourcesLookaheadQueryEnabled: false,
  };
  const text = (flag: boolean) => (flag ? 'True' : 'False');
  const masked = (name: keyof ApplicationSecrets) => (secrets[name] === undefined ? undefined : SECRET_MASK);
  const values: Readonly<Record<string, string | undefined>> = {
    BaseAddress: settings.tenantUrl === UNSET_TENANT_URL ? undefined : settings.tenantUrl,
    AuthenticationType: settings.authentication,
    SecretToken: masked('secretToken'),
    Oauth2ClientId: secrets.oauth2ClientId,
    Oauth2ClientSecret: masked('oauth2ClientSecret'),
    Oauth2TokenExchangeUri: secrets.oauth2TokenExchangeUri,
    CredentialLocationInRequest:
      settings.authentication === 'OAuth2ClientCredentialsGrant' ? settings.credentialLocationInRequest : undefined,
    SyncNotificationSettings: JSON.stringify(notificationSettings),
    SyncAll: text(settings.scope === 'all'),
    SkipOutOfScopeDeletions: text(settings.skipOutOfScopeDeletions),
    HardDeletesEnabled: job?.settings[HARD_DELETES],
  };
  return Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }]));
}
