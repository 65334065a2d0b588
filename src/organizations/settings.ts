import { z } from 'zod';
import { choiceValues, withChoice } from '#base/choices.ts';

/** The shortest and the longest password that an organization can ask for at least. */
export const PASSWORD_LENGTH_LEAST_MIN = 8;
export const PASSWORD_LENGTH_LEAST_MAX = 64;

/** The shortest and the longest time that an account is locked. */
export const LOCKOUT_SECONDS_MIN = 300;
const LOCKOUT_SECONDS_MAX = 5_400;

/** Characters of an e-mail address at most (RFC 5321 §4.5.3.1). */
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

/** Every setting of an organization. A default is what an organization has that never set it. */
export const settingDefinitions = {
  passwordMinLength: {
    schema: z.int().min(PASSWORD_LENGTH_LEAST_MIN).max(PASSWORD_LENGTH_LEAST_MAX),
    default: PASSWORD_LENGTH_LEAST_MIN,
    description: 'The least characters of a password.',
  },
  passwordNeedsLowercase: {
    schema: onOff,
    default: false,
    description: 'Whether a password needs a lowercase letter, of any script.',
  },
  passwordNeedsUppercase: {
    schema: onOff,
    default: false,
    description: 'Whether a password needs an uppercase letter, of any script.',
  },
  passwordNeedsNumber: { schema: onOff, default: false, description: 'Whether a password needs a digit.' },
  passwordNeedsSymbol: {
    schema: onOff,
    default: false,
    description: 'Whether a password needs a character that is neither a letter nor a digit, such as a space.',
  },
  passwordUserNameAllowed: {
    schema: onOff,
    default: false,
    description:
      'Whether a password may contain the userName or the e-mail address, or what is in front of its @; in any case, from four characters on.',
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
    description: 'How many of the last passwords a user may not set again; 0 for none.',
  },
  passwordMinAgeDays: {
    schema: z.int().min(0).max(365),
    default: 0,
    description: 'Days before a user may change the password again; 0 for at once. Administrators may at any time.',
  },
  passwordExpirationDays: {
    schema: z.int().min(0).max(3_650),
    default: 0,
    description: 'Days until a password expires; 0 for never. A user whose password expired reads as not active.',
  },
  passwordWarningDays: {
    schema: z.int().min(0).max(90),
    default: 7,
    description: 'Days before the expiry of a password that a mail tells the user; 0 for no mail.',
  },
  accountLockout: {
    schema: onOff,
    default: false,
    description:
      'Whether wrong passwords lock an account for all clients: whoever knows its name can then lock it. Off, only the client that fails has to wait.',
  },
  maxLoginAttempts: {
    schema: z.int().min(0).max(1_000),
    default: 10,
    description: 'Wrong passwords in a row that lock an account where accountLockout is on; 0 for never.',
  },
  lockoutTimeSeconds: {
    schema: z.int().min(LOCKOUT_SECONDS_MIN).max(LOCKOUT_SECONDS_MAX),
    default: 900,
    description: 'Seconds that an account stays locked, unless an administrator unlocks it.',
  },
  resetLockoutCounterMinutes: {
    schema: z.int().min(1).max(1_440),
    default: 30,
    description: 'Minutes after the last wrong password that the count begins anew.',
  },
  defaultStateManual: {
    schema: z.enum(['ACTIVATED', 'STAGED']),
    default: 'ACTIVATED',
    description: 'The state of users that an administrator makes by hand or by the REST API.',
  },
  defaultStateCsv: {
    schema: z.enum(['ACTIVATED', 'STAGED']),
    default: 'ACTIVATED',
    description: 'The state of users that are imported from a CSV file.',
  },
  defaultStateApplication: {
    schema: z.enum(['ACTIVATED', 'STAGED']),
    default: 'ACTIVATED',
    description: 'The state of users that are imported from an application.',
  },
  externalPasswordAuthority: {
    schema: z.enum(['none', 'scim']),
    default: 'none',
    description:
      'Who keeps the passwords of users that an integration made. scim: the source; here they have none, and nobody sets one.',
  },
  portalReadOnly: {
    schema: onOff,
    default: false,
    description: 'Whether users may not change their profiles in the user portal.',
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
    description: 'Days that events are kept.',
  },
  addressChangeNotices: {
    schema: onOff,
    default: true,
    description:
      'Whether users who can sign in get a mail, at the address from before, when the integration that owns them changes an address. Switch it off while a domain is renamed. Mails about changes by anyone else are always sent.',
  },
  timeZone: {
    schema: z.string().max(64).refine(isTimeZone, 'must be a time zone such as UTC or Europe/Berlin'),
    default: 'UTC',
    description: 'The time zone in which mails write times, such as Europe/Berlin.',
  },
  contactName: { schema: z.string().max(200), default: '', description: 'Whom mails name as the contact.' },
  contactEmail: {
    schema: z
      .string()
      .max(CONTACT_EMAIL_LENGTH_MAX)
      .refine(isEmailOrEmpty, 'must be an e-mail address, or empty for none'),
    default: '',
    description: 'The e-mail address that mails name for questions, and to which answers to mails go; empty for none.',
  },
} as const;

type SettingDefinitions = typeof settingDefinitions;
export type SettingName = keyof SettingDefinitions;
export type Settings = { readonly [Name in SettingName]: z.output<SettingDefinitions[Name]['schema']> };

export const settingNames = Object.keys(settingDefinitions) as readonly SettingName[];

/**
 * Settings as they were stored. One that is missing, or that another version wrote and this one does not understand, has
 * its default: an upgrade must not keep anybody from working.
 */
export function parseSettings(text: string): Settings {
  const stored: Readonly<Record<string, unknown>> = JSON.parse(text);
  const entries = settingNames.map((name) => {
    const definition = settingDefinitions[name];
    // Most organizations have set few, and to let Zod refuse what is missing costs more than to read the rest.
    if (!Object.hasOwn(stored, name)) return [name, definition.default];
    const result = definition.schema.safeParse(stored[name]);
    return [name, result.success ? result.data : definition.default];
  });
  return Object.fromEntries(entries);
}

/** Settings with one changed. Throws `usage` that lists the names, or the values, that there are. */
export function withSetting(settings: Settings, name: string, value: string): Settings {
  return withChoice('setting', settingDefinitions, settings, name, value);
}

/** The values that a setting can have, as the command line writes them. */
export function settingValues(name: SettingName): readonly string[] {
  return choiceValues(settingDefinitions[name]);
}
