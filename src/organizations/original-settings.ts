import { z } from 'zod';
import { AppError, quote } from '#base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { settingDefinitions, settingNames, type SettingName, type Settings } from './settings.ts';

type Value = Settings[SettingName];

/** Converts the value of a setting between this directory and the legacy directory's API. */
interface Conversion {
  readonly schema: (own: z.ZodType) => z.ZodType;
  readonly toOriginal: (own: Value) => Value;
  /** Returns the value of this directory's setting; undefined if the value that was sent does not determine it. */
  readonly fromOriginal: (sent: Value) => Value | undefined;
  readonly note?: string;
}

const conversions = {
  same: { schema: (own) => own, toOriginal: (own) => own, fromOriginal: (sent) => sent },
  inverse: { schema: () => z.boolean(), toOriginal: (own) => own === false, fromOriginal: (sent) => sent === false },
  switch: {
    schema: () => z.boolean(),
    toOriginal: (own) => own !== 0,
    fromOriginal: (sent) => (sent === false ? 0 : undefined),
    note: 'false sets 0, even if a number is sent, too. true sets the number that is sent; without a number, true keeps the current number, or sets the default if the current number is 0.',
  },
  /** For options that cannot be turned off in this directory. */
  always: {
    schema: () => z.literal(true, { error: 'cannot be turned off: send true, or omit it' }),
    toOriginal: () => true,
    fromOriginal: () => undefined,
    note: 'Always true.',
  },
} as const satisfies Readonly<Record<string, Conversion>>;

/** Maps the legacy directory's names of settings (`group.name`) to this directory's settings, with the conversion for each. */
const originalSettings: Readonly<Record<string, readonly [SettingName, keyof typeof conversions]>> = {
  'passwordPolicy.enableMinLength': ['passwordMinLength', 'always'],
  'passwordPolicy.minLength': ['passwordMinLength', 'same'],
  'passwordPolicy.needsLowercase': ['passwordNeedsLowercase', 'same'],
  'passwordPolicy.needsUppercase': ['passwordNeedsUppercase', 'same'],
  'passwordPolicy.needsNumeric': ['passwordNeedsNumber', 'same'],
  'passwordPolicy.needsSymbolic': ['passwordNeedsSymbol', 'same'],
  'passwordPolicy.allowUsernameSubstring': ['passwordUserNameAllowed', 'same'],
  'passwordPolicy.disallowCommonlyUsedPasswords': ['passwordCommonAllowed', 'inverse'],
  'passwordPolicy.disallowSequentialOrRepetitiveChars': ['passwordCommonAllowed', 'inverse'],
  'passwordPolicy.enableMaxHistory': ['passwordHistory', 'switch'],
  'passwordPolicy.maxHistory': ['passwordHistory', 'same'],
  'passwordPolicy.enableMinChangePeriodInDays': ['passwordMinAgeDays', 'switch'],
  'passwordPolicy.minChangePeriodInDays': ['passwordMinAgeDays', 'same'],
  'passwordPolicy.enablePasswordExpirationInDays': ['passwordExpirationDays', 'switch'],
  'passwordPolicy.passwordExpirationInDays': ['passwordExpirationDays', 'same'],
  'passwordPolicy.enableMaxLoginAttempts': ['accountLockout', 'same'],
  'passwordPolicy.maxLoginAttempts': ['maxLoginAttempts', 'same'],
  'passwordPolicy.enableLockoutTimeInSeconds': ['lockoutTimeSeconds', 'always'],
  'passwordPolicy.lockoutTimeInSeconds': ['lockoutTimeSeconds', 'same'],
  'passwordPolicy.enableResetLockoutCounter': ['resetLockoutCounterMinutes', 'always'],
  'passwordPolicy.resetLockoutCounterMinutes': ['resetLockoutCounterMinutes', 'same'],
  'newSystemUserStateDefaults.manualEntry': ['defaultStateManual', 'same'],
  'newSystemUserStateDefaults.csvImport': ['defaultStateCsv', 'same'],
  'newSystemUserStateDefaults.applicationImport': ['defaultStateApplication', 'same'],
  requireAdminMFA: ['requireAdministratorMfa', 'same'],
  systemUsersCanEdit: ['portalReadOnly', 'inverse'],
  'userPortal.idleSessionDurationMinutes': ['portalIdleMinutes', 'same'],
};

interface Entry {
  readonly name: string;
  readonly setting: SettingName;
  readonly kind: keyof typeof conversions;
  readonly conversion: Conversion;
}

const entries: readonly Entry[] = Object.entries(originalSettings).map(([name, [setting, kind]]) => ({
  name,
  setting,
  kind,
  conversion: conversions[kind],
}));

/** Builds an object with a leaf for each name of the legacy directory. Leaves of the same group are in a nested object. */
function nested<Leaf, Group>(
  leafOf: (entry: Entry) => Leaf,
  groupOf: (members: Readonly<Record<string, Leaf>>) => Group,
): Record<string, Leaf | Group> {
  const groups = Map.groupBy(entries, ({ name }) => name.split('.', 1)[0] ?? '');
  return Object.fromEntries(
    [...groups].map(([group, members]) => {
      const leaves = members.map((entry): [string, Leaf] => [entry.name.slice(group.length + 1), leafOf(entry)]);
      const [[name, leaf] = []] = leaves;
      return [group, name === '' && leaf !== undefined ? leaf : groupOf(Object.fromEntries(leaves))];
    }),
  );
}

/** Returns a schema for each of the legacy directory's names of settings, for requests and responses. All are optional. */
export function originalSettingSchemas(): Record<string, z.ZodType> {
  return nested<z.ZodType, z.ZodType>(
    ({ setting, conversion: { schema, note } }) => {
      const description = `${quote(setting)} under the legacy directory's name.${note === undefined ? '' : ` ${note}`}`;
      return schema(settingDefinitions[setting].schema).optional().meta({ description });
    },
    (members) => z.strictObject(members).optional(),
  );
}

/** Returns each setting twice: under the name in this directory, and under the name in the legacy directory's API. */
export function showSettings(settings: Settings): JsonObject {
  const shown = nested<JsonValue, JsonObject>(
    ({ setting, conversion }) => conversion.toOriginal(settings[setting]),
    (members) => members,
  );
  return { ...settings, ...shown };
}

/** A value that was sent for a setting under one of its names. */
interface SentValue {
  readonly field: string;
  readonly value: Value | undefined;
  readonly kind: keyof typeof conversions;
}

/**
 * Returns the settings with the values that were sent, under the names in this directory or in the legacy directory's API. Settings
 * that are not in the body keep their values. Throws `invalidBody` (400) if two names of the same setting have different values; the
 * attribute of the error is one of the names, prefixed with `within`.
 */
export function withSentSettings(before: Settings, sent: JsonObject, within: string): Settings {
  const changed = settingNames.flatMap((setting) => {
    const value = wantedValue(setting, before, sentValuesOf(setting, sent), within);
    return value === undefined ? [] : [[setting, value] as const];
  });
  return { ...before, ...Object.fromEntries(changed) };
}

function sentValuesOf(setting: SettingName, sent: JsonObject): readonly SentValue[] {
  const own = valueAt(sent, setting);
  const originals = entries.flatMap(({ name, kind, conversion, ...entry }): SentValue[] => {
    const value = entry.setting === setting ? valueAt(sent, name) : undefined;
    return value === undefined ? [] : [{ field: name, value: conversion.fromOriginal(value), kind }];
  });
  const off = originals.find(({ kind, value }) => kind === 'switch' && value !== undefined);
  return [
    ...(own === undefined ? [] : [{ field: setting, value: own, kind: 'same' } as const]),
    // If an option is turned off, a number that is also sent for the option has no effect.
    ...(off === undefined ? originals : [off]),
  ];
}

function wantedValue(
  setting: SettingName,
  before: Settings,
  sentValues: readonly SentValue[],
  within: string,
): Value | undefined {
  const defined = sentValues.filter(({ value }) => value !== undefined);
  // A client may read all settings, change a setting under only one of its names, and send everything back: the changed value counts.
  const changing = defined.filter(({ value }) => value !== before[setting]);
  const [first, ...others] = changing.length > 0 ? changing : defined;
  const other = others.find(({ value }) => value !== first?.value);
  if (first !== undefined && other !== undefined) {
    throw new AppError(
      'invalidBody',
      `${quote(other.field)} and ${quote(first.field)} are names of the same setting but have different values: send only one of them, or the same value for both.`,
      { attribute: `${within}.${other.field}` },
    );
  }
  const on = sentValues.find(({ kind, value }) => kind === 'switch' && value === undefined);
  // The client turns the setting off under the name in this directory, and sends back the `true` that it read under the other name.
  const isWrittenBack = before[setting] !== 0 && changing[0]?.kind === 'same';
  if (on === undefined || isWrittenBack) return first?.value;
  const value = first === undefined ? before[setting] || settingDefinitions[setting].default : first.value;
  if (value !== 0) return value;
  const field = first?.field ?? on.field;
  throw new AppError(
    'invalidBody',
    `${quote(on.field)} is true, which requires a number of at least 1: send a number with it, or false.`,
    {
      attribute: `${within}.${field}`,
    },
  );
}

/** Returns the value of a body at `name` or `group.name`. The schemas have already checked the type of the value. */
function valueAt(sent: JsonObject, name: string): Value | undefined {
  const [group = '', member] = name.split('.');
  const at = sent[group];
  const value = member === undefined ? at : isObject(at) ? at[member] : undefined;
  return value as Value | undefined;
}
