import { z } from 'zod';
import { choiceValues, withChoice } from '#base/choices.ts';
import { languages } from '#base/words/language.ts';

/** The range of the setting passwordMinLength. */
export const PASSWORD_LENGTH_LEAST_MIN = 8;
export const PASSWORD_LENGTH_LEAST_MAX = 64;

/** The range of the setting lockoutTimeSeconds. */
export const LOCKOUT_SECONDS_MIN = 300;
const LOCKOUT_SECONDS_MAX = 5_400;

/** The maximum of the setting requestBodyKilobytes. */
export const REQUEST_BODY_KILOBYTES_MAX = 1_024;

/** The maximum number of characters of an email address (RFC 5321 §4.5.3.1). */
const CONTACT_EMAIL_LENGTH_MAX = 320;

const email = z.email();

function isEmailOrEmpty(text: string): boolean {
  return text === '' || email.safeParse(text).success;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const onOff = z.boolean();

/** The definitions of the settings of an organization. A setting has its default until the organization changes it. */
export const settingDefinitions = {
  passwordMinLength: {
    schema: z.int().min(PASSWORD_LENGTH_LEAST_MIN).max(PASSWORD_LENGTH_LEAST_MAX),
    default: PASSWORD_LENGTH_LEAST_MIN,
    description: 'The minimum number of characters of a password.',
  },
  passwordNeedsLowercase: {
    schema: onOff,
    default: false,
    description: 'Whether a password must contain a lowercase letter of any script.',
  },
  passwordNeedsUppercase: {
    schema: onOff,
    default: false,
    description: 'Whether a password must contain an uppercase letter of any script.',
  },
  passwordNeedsNumber: { schema: onOff, default: false, description: 'Whether a password must contain a digit.' },
  passwordNeedsSymbol: {
    schema: onOff,
    default: false,
    description: 'Whether a password must contain a character that is neither a letter nor a digit, such as a space.',
  },
  passwordUserNameAllowed: {
    schema: onOff,
    default: false,
    description:
      'Whether a password may contain the userName, the email address, or the part of the address before "@". Letter case is ignored, and names of fewer than four characters are always allowed.',
  },
  passwordCommonAllowed: {
    schema: onOff,
    default: false,
    description:
      'Whether a password may be easy to guess: a common word with digits or symbols around it, a sequence, or a repetition.',
  },
  passwordHistory: {
    schema: z.int().min(0).max(24),
    default: 0,
    description: 'How many of the last passwords a user may not set again; 0 allows all of them.',
  },
  passwordMinAgeDays: {
    schema: z.int().min(0).max(365),
    default: 0,
    description:
      'Days that must pass before a user may change the password again; 0 for no limit. Administrators can set a password at any time.',
  },
  passwordExpirationDays: {
    schema: z.int().min(0).max(3_650),
    default: 0,
    description: 'Days until a password expires; 0 for never. A user with an expired password is not active.',
  },
  passwordWarningDays: {
    schema: z.int().min(0).max(90),
    default: 7,
    description: 'How many days before a password expires the user gets an email; 0 for no email.',
  },
  accountLockout: {
    schema: onOff,
    default: false,
    description:
      'Whether wrong passwords lock an account for all clients. If on, any client that knows the name of an account can lock it. If off, only the client that sent wrong passwords has to wait.',
  },
  maxLoginAttempts: {
    schema: z.int().min(0).max(1_000),
    default: 10,
    description: 'How many consecutive wrong passwords lock an account if accountLockout is on; 0 for never.',
  },
  lockoutTimeSeconds: {
    schema: z.int().min(LOCKOUT_SECONDS_MIN).max(LOCKOUT_SECONDS_MAX),
    default: 900,
    description: 'How many seconds an account stays locked, unless an administrator unlocks it earlier.',
  },
  resetLockoutCounterMinutes: {
    schema: z.int().min(1).max(1_440),
    default: 30,
    description: 'Minutes after the last wrong password until the count of wrong passwords is reset.',
  },
  defaultStateManual: {
    schema: z.enum(['ACTIVATED', 'STAGED']),
    default: 'ACTIVATED',
    description: 'The state of new users that an administrator creates by hand or with the REST API.',
  },
  defaultStateCsv: {
    schema: z.enum(['ACTIVATED', 'STAGED']),
    default: 'ACTIVATED',
    description: 'The state of new users that are imported from a CSV file.',
  },
  defaultStateApplication: {
    schema: z.enum(['ACTIVATED', 'STAGED']),
    default: 'ACTIVATED',
    description: 'The state of new users that are imported from an application.',
  },
  externalPasswordAuthority: {
    schema: z.enum(['none', 'scim']),
    default: 'none',
    description:
      'Which system manages the passwords of users that an integration created. none: the directory. scim: the source; these users have no password in the directory, and none can be set there.',
  },
  portalReadOnly: {
    schema: onOff,
    default: false,
    description: 'Whether the user portal is read-only, so that users cannot change their profiles there.',
  },
  portalIdleMinutes: {
    schema: z.int().min(1).max(129_600),
    default: 480,
    description: 'Minutes without a request after which a user is signed out of the portal.',
  },
  administratorIdleMinutes: {
    schema: z.int().min(1).max(129_600),
    default: 60,
    description: 'Minutes without a request after which an administrator is signed out.',
  },
  requireAdministratorMfa: {
    schema: onOff,
    default: false,
    description: 'Whether every administrator needs a second factor to sign in.',
  },
  eventRetentionDays: {
    schema: z.int().min(1).max(3_650),
    default: 90,
    description: 'How many days events are kept.',
  },
  requestLog: {
    schema: z.enum(['off', 'refusals', 'writes', 'all']),
    default: 'writes',
    description:
      'Of which SCIM requests the content is kept: path, headers, body and answer. refusals: of refused requests. writes: also of requests that create, change or delete. all: also of requests that only read. Of all others, the time, the kind, the outcome and the product of the client are kept for 24 hours, so that they are counted. off: nothing is kept or counted. Each operation of a bulk request is a request.',
  },
  requestRetentionDays: {
    schema: z.int().min(1).max(365),
    default: 30,
    description: 'How many days the content of SCIM requests is kept; at most as long as events (eventRetentionDays).',
  },
  requestBodyKilobytes: {
    schema: z.int().min(1).max(REQUEST_BODY_KILOBYTES_MAX),
    default: 64,
    description:
      'How many kilobytes (1,024 bytes) of the body and of the answer of a SCIM request are kept. The rest is cut off.',
  },
  requestLogMegabytes: {
    schema: z.int().min(1).max(100_000),
    default: 1_000,
    description:
      'How many megabytes (1,048,576 bytes) the kept SCIM requests of the organization may have. Once an hour, the oldest ones above this size are deleted.',
  },
  addressChangeNotices: {
    schema: onOff,
    default: true,
    description:
      'Whether users who can sign in get an email at their previous address when the integration that owns them changes an address. Turn it off while a domain is renamed. Emails about changes by other callers are always sent.',
  },
  language: {
    schema: z.enum(languages),
    default: 'en',
    description:
      'The language of emails to administrators, and to users whose preferredLanguage is another one or is missing. en: English. zh: Simplified Chinese.',
  },
  timeZone: {
    schema: z.string().max(64).refine(isTimeZone, 'must be a time zone such as UTC or Europe/Berlin'),
    default: 'UTC',
    description: 'The time zone of the times in emails, such as Europe/Berlin.',
  },
  contactName: { schema: z.string().max(200), default: '', description: 'The name of the contact person in emails.' },
  contactEmail: {
    schema: z
      .string()
      .max(CONTACT_EMAIL_LENGTH_MAX)
      .refine(isEmailOrEmpty, 'must be an email address, or empty for none'),
    default: '',
    description:
      'The email address for questions that emails contain, and to which replies to emails are sent; empty for none.',
  },
} as const;

type SettingDefinitions = typeof settingDefinitions;
export type SettingName = keyof SettingDefinitions;
export type Settings = { readonly [Name in SettingName]: z.output<SettingDefinitions[Name]['schema']> };

export const settingNames = Object.keys(settingDefinitions) as readonly SettingName[];

/**
 * Parses stored settings. A setting that is missing, or that another version stored and this version does not support, has its
 * default, so that the server works after an upgrade.
 */
export function parseSettings(text: string): Settings {
  const stored: Readonly<Record<string, unknown>> = JSON.parse(text);
  const entries = settingNames.map((name) => {
    const definition = settingDefinitions[name];
    // Most organizations have set few settings. If Zod rejected each missing setting, that would take longer than parsing the others.
    if (!Object.hasOwn(stored, name)) return [name, definition.default];
    const result = definition.schema.safeParse(stored[name]);
    return [name, result.success ? result.data : definition.default];
  });
  return Object.fromEntries(entries);
}

/**
 * Returns the settings with one changed setting; its name is case-insensitive. Throws `usage` for an unknown name or an invalid value; the
 * error lists the names or values that are allowed.
 *
 * @example
 * withSetting(parseSettings('{}'), 'passwordMinLength', '12').passwordMinLength; // 12
 */
export function withSetting(settings: Settings, name: string, value: string): Settings {
  return withChoice('setting', settingDefinitions, settings, name, value);
}

/** Returns the values that a setting can have, in the notation of the command line. */
export function settingValues(name: SettingName): readonly string[] {
  return choiceValues(settingDefinitions[name]);
}

/**
 * Returns the limits of a number, or the values of a choice; null for what a setting does not have.
 *
 * @example
 * settingLimits('passwordMinLength'); // { minimum: 8, maximum: 64, choices: null }
 */
export function settingLimits(name: SettingName): {
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly choices: readonly string[] | null;
} {
  const { schema } = settingDefinitions[name];
  const isNumber = schema instanceof z.ZodNumber;
  return {
    minimum: isNumber ? schema.minValue : null,
    maximum: isNumber ? schema.maxValue : null,
    choices: schema instanceof z.ZodEnum ? schema.options : null,
  };
}
