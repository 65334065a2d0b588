import { z } from 'zod';
import { AppError, quote } from '#base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { settingDefinitions, settingNames, type SettingName, type Settings } from './settings.ts';

type Value = Settings[SettingName];

/** How a value under a name of the original directory is one of our settings, and the other way around. */
interface Conversion {
  readonly schema: (own: z.ZodType) => z.ZodType;
  readonly shown: (own: Value) => Value;
  /** What it asks of our setting; undefined where the name alone does not say it. */
  readonly meant: (sent: Value) => Value | undefined;
  readonly note?: string;
}

const conversions = {
  same: { schema: (own) => own, shown: (own) => own, meant: (sent) => sent },
  inverse: { schema: () => z.boolean(), shown: (own) => own === false, meant: (sent) => sent === false },
  switch: {
    schema: () => z.boolean(),
    shown: (own) => own !== 0,
    meant: (sent) => (sent === false ? 0 : undefined),
    note: 'false: 0, whatever number stands next to it; true: the number next to it, or the one that it has, or the default.',
  },
  /** What cannot be turned off here. */
  always: {
    schema: () => z.literal(true, { error: 'cannot be turned off: send true, or leave it away' }),
    shown: () => true,
    meant: () => undefined,
    note: 'Always true.',
  },
} as const satisfies Readonly<Record<string, Conversion>>;

/** The original directory's names of what our settings are about, as `group.name`, and how the one becomes the other. */
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

/** An object of what stands under each name, with those of one group in an object of their own. */
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

/** The schemas of a change, or of an answer: each name may be left away. */
export function originalSettingSchemas(): Record<string, z.ZodType> {
  return nested<z.ZodType, z.ZodType>(
    ({ setting, conversion: { schema, note } }) => {
      const description = `${quote(setting)} under the original directory's name.${note === undefined ? '' : ` ${note}`}`;
      return schema(settingDefinitions[setting].schema).optional().meta({ description });
    },
    (members) => z.strictObject(members).optional(),
  );
}

/** Settings under our names, and under those of the original directory. */
export function showSettings(settings: Settings): JsonObject {
  const shown = nested<JsonValue, JsonObject>(
    ({ setting, conversion }) => conversion.shown(settings[setting]),
    (members) => members,
  );
  return { ...settings, ...shown };
}

/** What was sent for a setting, under one of its names. */
interface Claim {
  readonly field: string;
  readonly value: Value | undefined;
  readonly kind: keyof typeof conversions;
}

/**
 * Settings with what was sent under our names or the original directory's: what is not named stays. Throws invalidBody (400)
 * that names the field which was sent, below `within`, where two names of one setting say different things.
 */
export function withSentSettings(before: Settings, sent: JsonObject, within: string): Settings {
  const changed = settingNames.flatMap((setting) => {
    const value = wantedValue(setting, before, claimsOf(setting, sent), within);
    return value === undefined ? [] : [[setting, value] as const];
  });
  return { ...before, ...Object.fromEntries(changed) };
}

function claimsOf(setting: SettingName, sent: JsonObject): readonly Claim[] {
  const own = valueAt(sent, setting);
  const claims = entries.flatMap(({ name, kind, conversion, ...entry }): Claim[] => {
    const value = entry.setting === setting ? valueAt(sent, name) : undefined;
    return value === undefined ? [] : [{ field: name, value: conversion.meant(value), kind }];
  });
  const off = claims.find(({ kind, value }) => kind === 'switch' && value !== undefined);
  return [
    ...(own === undefined ? [] : [{ field: setting, value: own, kind: 'same' } as const]),
    // The number next to what is turned off is one for later.
    ...(off === undefined ? claims : [off]),
  ];
}

function wantedValue(
  setting: SettingName,
  before: Settings,
  claims: readonly Claim[],
  within: string,
): Value | undefined {
  const said = claims.filter(({ value }) => value !== undefined);
  // Who reads all settings, changes one under one of its names and sends all of them back, means the change.
  const changing = said.filter(({ value }) => value !== before[setting]);
  const [first, ...others] = changing.length > 0 ? changing : said;
  const other = others.find(({ value }) => value !== first?.value);
  if (first !== undefined && other !== undefined) {
    throw new AppError(
      'invalidBody',
      `${quote(other.field)} and ${quote(first.field)} are one setting, and say different things: send one of them, or the same.`,
      { attribute: `${within}.${other.field}` },
    );
  }
  const on = claims.find(({ kind, value }) => kind === 'switch' && value === undefined);
  // It was on, and was written back as it was read beside our own name, which turns it off.
  const isWrittenBack = before[setting] !== 0 && changing[0]?.kind === 'same';
  if (on === undefined || isWrittenBack) return first?.value;
  const value = first === undefined ? before[setting] || settingDefinitions[setting].default : first.value;
  if (value !== 0) return value;
  const field = first?.field ?? on.field;
  throw new AppError('invalidBody', `${quote(on.field)} is true: it needs a number from 1 on next to it.`, {
    attribute: `${within}.${field}`,
  });
}

/** What a body has under `name`, or under `group.name`; schemas have made sure of its type. */
function valueAt(sent: JsonObject, name: string): Value | undefined {
  const [group = '', member] = name.split('.');
  const at = sent[group];
  const value = member === undefined ? at : isObject(at) ? at[member] : undefined;
  return value as Value | undefined;
}
