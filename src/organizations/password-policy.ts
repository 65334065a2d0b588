import { AppError } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import { isFrequentPassword } from './frequent-password.ts';
import type { Settings } from './settings.ts';

/** The maximum number of characters of a password, which limits the cost of hashing. People do not type more, so it is not a setting. */
export const PASSWORD_LENGTH_MAX = 256;
/** The minimum number of characters of a name that a password may not contain: shorter names are parts of many words. */
export const NAME_LENGTH_MIN = 4;

/** For each rule, the requirement and the setting that changes it. The texts depend only on the settings, never on the password. */
const rules = {
  minLength: ({ passwordMinLength }) => ({
    must: `have at least ${passwordMinLength} characters`,
    change: 'passwordMinLength=LENGTH',
  }),
  maxLength: () => ({ must: `have at most ${PASSWORD_LENGTH_MAX} characters`, change: undefined }),
  lowercase: () => ({ must: 'have a lowercase letter', change: 'passwordNeedsLowercase=off' }),
  uppercase: () => ({ must: 'have an uppercase letter', change: 'passwordNeedsUppercase=off' }),
  number: () => ({ must: 'have a digit', change: 'passwordNeedsNumber=off' }),
  symbol: () => ({
    must: 'have a character that is neither a letter nor a digit',
    change: 'passwordNeedsSymbol=off',
  }),
  userName: () => ({
    must: 'not contain the user name or the email address',
    change: 'passwordUserNameAllowed=on',
  }),
  common: () => ({
    must: 'not be easy to guess, such as a common word with digits after it, a sequence, or a repetition',
    change: 'passwordCommonAllowed=on',
  }),
} as const satisfies Readonly<
  Record<string, (settings: Settings) => { readonly must: string; readonly change: string | undefined }>
>;

export type PasswordRule = keyof typeof rules;

/** A rule in the form that is shown to a user who chooses a password. */
export interface ShownPasswordRule {
  readonly rule: PasswordRule | 'history';
  /** Completes a sentence that begins with "The password must". */
  readonly must: string;
}

/**
 * Returns the password rules of an organization, to show them before a user chooses a password. `earlier` says which
 * passwords the new password is compared with: none, the current password, or the whole history.
 */
export function passwordRulesOf(
  settings: Settings,
  earlier: 'none' | 'current' | 'history',
): readonly ShownPasswordRule[] {
  const isInForce: Readonly<Record<PasswordRule, boolean>> = {
    minLength: true,
    // Not shown, because users do not choose passwords that long.
    maxLength: false,
    lowercase: settings.passwordNeedsLowercase,
    uppercase: settings.passwordNeedsUppercase,
    number: settings.passwordNeedsNumber,
    symbol: settings.passwordNeedsSymbol,
    userName: !settings.passwordUserNameAllowed,
    common: !settings.passwordCommonAllowed,
  };
  const names = (Object.keys(rules) as PasswordRule[]).filter((rule) => isInForce[rule]);
  const { passwordHistory } = settings;
  return [
    ...names.map((rule) => ({ rule, must: rules[rule](settings).must })),
    ...(earlier !== 'none' && passwordHistory > 0
      ? [
          {
            rule: 'history' as const,
            must: `not be ${describeEarlierPasswords(earlier === 'current' ? 1 : passwordHistory)}`,
          },
        ]
      : []),
  ];
}

/** Describes the earlier passwords that a new password may not equal; the count 1 means only the current password. */
export function describeEarlierPasswords(count: number): string {
  return count === 1 ? 'your current password' : `one of your last ${count} passwords`;
}

/**
 * Returns all rules of an organization that a password breaks. `names` are the user's names and addresses.
 *
 * @example
 * brokenPasswordRules(parseSettings('{}'), 'ann', []); // ['minLength', 'common']
 */
export function brokenPasswordRules(
  settings: Settings,
  password: string,
  names: readonly string[],
): readonly PasswordRule[] {
  const length = Array.from(password).length;
  // Checks no other rules for a password that is too long.
  if (length > PASSWORD_LENGTH_MAX) return ['maxLength'];
  const broken: Readonly<Record<Exclude<PasswordRule, 'maxLength'>, boolean>> = {
    minLength: length < settings.passwordMinLength,
    lowercase: settings.passwordNeedsLowercase && !/\p{Lowercase}/u.test(password),
    uppercase: settings.passwordNeedsUppercase && !/\p{Uppercase}/u.test(password),
    number: settings.passwordNeedsNumber && !/\p{Nd}/u.test(password),
    symbol: settings.passwordNeedsSymbol && !/[^\p{L}\p{M}\p{Nd}]/u.test(password),
    userName: !settings.passwordUserNameAllowed && containsName(password, names),
    common: !settings.passwordCommonAllowed && isFrequentPassword(password),
  };
  return (Object.keys(broken) as (keyof typeof broken)[]).filter((rule) => broken[rule]);
}

/**
 * Throws `passwordPolicy` (400) if a password breaks a rule. The message lists all broken rules and the settings that change them. It
 * does not contain any part of the password.
 */
export function requirePassword(settings: Settings, password: string, names: readonly string[]): void {
  refuse(brokenPasswordRules(settings, password, names), settings, 'administrator');
}

/** Like `requirePassword`, but for users who choose their own password. The message names no settings: users cannot change them. */
export function requireChosenPassword(settings: Settings, password: string, names: readonly string[]): void {
  refuse(brokenPasswordRules(settings, password, names), settings, 'user');
}

function refuse(names: readonly PasswordRule[], settings: Settings, reader: 'administrator' | 'user'): void {
  const broken = names.map((rule) => rules[rule](settings));
  if (broken.length === 0) return;
  const changes = broken.flatMap(({ change }) => change ?? []).join(' ');
  const remedy =
    changes === '' || reader === 'user' ? '' : ` An administrator can change that: tanhua organization set ${changes}.`;
  throw new AppError('passwordPolicy', `The password must ${broken.map(({ must }) => must).join(', and ')}.${remedy}`, {
    attribute: 'password',
  });
}

function containsName(password: string, names: readonly string[]): boolean {
  const folded = fold(password);
  return names
    .flatMap((name) => [name, name.slice(0, Math.max(0, name.indexOf('@')))])
    .some((name) => Array.from(name).length >= NAME_LENGTH_MIN && folded.includes(fold(name)));
}
