import { z } from 'zod';
import { SECRET_MASK } from '#outbound/bound-secret.ts';
import { StandInError, type Refusals } from '../texts/refusals/stand-in-error.ts';
import type { ApplicationSecrets, ApplicationSettings } from './application.ts';

export const CONCURRENCY_MAX = 64;
export const REQUESTS_PER_SECOND_MAX = 10_000;
export const MEMBERS_PER_PATCH_MAX = 1_000;
export const REQUEST_TIMEOUT_MIN_MS = 100;
export const REQUEST_TIMEOUT_MAX_MS = 10 * 60 * 1000;
export const DELETION_THRESHOLD_MAX = 1_000_000;
export const URL_LENGTH_MAX = 2_048;
export const SECRET_LENGTH_MAX = 8_192;
const ADDRESS_LENGTH_MAX = 254;
const PAUSE_MAX_MS = 60_000;
const REQUESTS_MAX = 1_000_000;

/** The default time between cycles. Entra ID always waits 40 minutes. In the Entra ID stand-in, the time can be changed. */
export const INTERVAL_DEFAULT_MS = 40 * 60 * 1000;
export const INTERVAL_MIN_MS = 1_000;
export const INTERVAL_MAX_MS = 24 * 60 * 60 * 1000;

function faultOfUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return 'must be an http or https URL, such as https://HOST/scim/v2/?aadOptscim062020';
  }
  if (url.username !== '' || url.password !== '') return 'must not contain credentials: save them as secrets';
  return text.includes('#') ? 'must not contain #' : undefined;
}

const url = z
  .string()
  .max(URL_LENGTH_MAX)
  .superRefine((text, context) => {
    const message = faultOfUrl(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

const count = (least: number, most: number) =>
  z
    .int({ error: `must be a whole number from ${least} to ${most}` })
    .min(least)
    .max(most);

const faults = {
  sendUserAgent: z.boolean(),
  throttle: z.strictObject({ bytes: count(1, REQUESTS_MAX), pauseMs: count(0, PAUSE_MAX_MS) }).nullable(),
  slowReadMs: count(0, PAUSE_MAX_MS),
  dropEvery: count(0, REQUESTS_MAX),
  duplicateEvery: count(0, REQUESTS_MAX),
  switchIsNull: z.boolean(),
};

const shape = {
  tenantUrl: url,
  authentication: z.enum(['AuthenticationToken', 'OAuth2ClientCredentialsGrant']),
  credentialLocationInRequest: z.enum(['Header', 'Body']),
  scope: z.enum(['assigned', 'all']),
  notificationEmail: z
    .string()
    .max(ADDRESS_LENGTH_MAX)
    .regex(/^[^\s@<>(),;:"]+@[^\s@<>(),;:"]+$/, 'must be one email address')
    .nullable(),
  accidentalDeletionThreshold: count(1, DELETION_THRESHOLD_MAX).nullable(),
  skipOutOfScopeDeletions: z.boolean(),
  membersPerPatch: count(1, MEMBERS_PER_PATCH_MAX),
  concurrency: count(1, CONCURRENCY_MAX),
  requestsPerSecond: count(1, REQUESTS_PER_SECOND_MAX).nullable(),
  requestTimeoutMs: count(REQUEST_TIMEOUT_MIN_MS, REQUEST_TIMEOUT_MAX_MS),
};

const settings: z.ZodType<ApplicationSettings> = z.strictObject({ ...shape, faults: z.strictObject(faults) });

/** Reads stored settings. Ignores settings that another version added. */
export const storedSettings: z.ZodType<ApplicationSettings> = z.object({ ...shape, faults: z.object(faults) });

/** The settings of a new application; only the Tenant URL has no default. */
export const defaultSettings: Omit<ApplicationSettings, 'tenantUrl'> = {
  authentication: 'AuthenticationToken',
  credentialLocationInRequest: 'Header',
  scope: 'assigned',
  notificationEmail: null,
  accidentalDeletionThreshold: null,
  skipOutOfScopeDeletions: false,
  membersPerPatch: 1,
  concurrency: 8,
  requestsPerSecond: null,
  requestTimeoutMs: 60_000,
  faults: {
    sendUserAgent: false,
    throttle: null,
    slowReadMs: 0,
    dropEvery: 0,
    duplicateEvery: 0,
    switchIsNull: false,
  },
};

/** The settings to change. Settings and faults that are absent or undefined stay unchanged. */
export type SettingsChange = {
  readonly [Name in Exclude<keyof ApplicationSettings, 'faults'>]?: ApplicationSettings[Name] | undefined;
} & { readonly faults?: Partial<ApplicationSettings['faults']> | undefined };

/** Applies a change to settings and checks the result. Throws `invalidValue`; the message names the setting and its allowed values. */
export function withSettings(before: ApplicationSettings, change: SettingsChange): ApplicationSettings {
  const named = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return check(settings, { ...before, ...named, faults: { ...before.faults, ...change.faults } }, 'setting');
}

/** Returns the interval unchanged. Throws `invalidValue` unless it is from INTERVAL_MIN_MS to INTERVAL_MAX_MS. */
export function checkInterval(intervalMs: number): number {
  return check(count(INTERVAL_MIN_MS, INTERVAL_MAX_MS), intervalMs, 'interval');
}

/** Accepts only characters that a header value can contain, so that a token cannot inject another header. */
const secret = z
  .string()
  .min(1, 'must not be empty; leave it out if there is none')
  .max(SECRET_LENGTH_MAX)
  .regex(
    /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/,
    'may contain only printable ASCII characters, and must not begin or end with a space',
  )
  .refine((value) => value !== SECRET_MASK, `must be the secret itself: ${SECRET_MASK} only represents a saved secret`);

const secrets = z.strictObject({
  secretToken: secret.optional(),
  oauth2ClientId: secret.optional(),
  oauth2ClientSecret: secret.optional(),
  oauth2TokenExchangeUri: url.optional(),
});

/** Returns the credentials without undefined values. Throws `invalidValue`; the message never contains a credential. */
export function checkSecrets(value: ApplicationSecrets): ApplicationSecrets {
  const checked = check(secrets, value, 'credential');
  return Object.fromEntries(Object.entries(checked).filter(([, one]) => one !== undefined));
}

function check<Value>(schema: z.ZodType<Value>, value: unknown, kind: keyof Refusals['settings']['kinds']): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const name = (issue?.path ?? []).join('.');
  throw new StandInError(
    'invalidValue',
    (texts) => {
      const { invalid, field, kinds } = texts.settings;
      return invalid(name === '' ? kinds[kind] : field(kinds[kind], name), faultIn(texts, issue?.message));
    },
    { attribute: name === '' ? undefined : name },
  );
}

function faultIn({ settings, ofSchema }: Refusals, message: string | undefined): string {
  if (message !== undefined && /^(?:must|may|is) /.test(message)) return ofSchema(message);
  return settings.notValid(message === undefined ? undefined : ofSchema(message));
}
