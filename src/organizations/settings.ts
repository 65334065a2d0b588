import { z } from 'zod';
import { choiceValues, withChoice } from '#base/choices.ts';

/** The shortest and the longest password that an organization can ask for at least. */
export const PASSWORD_LENGTH_LEAST_MIN = 8;
export const PASSWORD_LENGTH_LEAST_MAX = 64;

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
      'Whether a password may be one of those that are tried first: a common word with digits or symbols around it, a sequence, or a repetition.',
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
    const result = definition.schema.safeParse(Object.hasOwn(stored, name) ? stored[name] : undefined);
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
