import { fold } from '#base/fold.ts';
import { messagesIn, TranslatedError, type Messages } from '#base/translated-error.ts';
import type { Language } from '#base/words/language.ts';
import { isFrequentPassword } from './frequent-password.ts';
import type { Settings } from './settings.ts';

/** The maximum number of characters of a password, which limits the cost of hashing. People do not type more, so it is not a setting. */
export const PASSWORD_LENGTH_MAX = 256;
/** The minimum number of characters of a name that a password may not contain: shorter names are parts of many words. */
export const NAME_LENGTH_MIN = 4;

/** For each rule, the setting that changes it; undefined if no setting does. */
const rules = {
  minLength: 'passwordMinLength=LENGTH',
  maxLength: undefined,
  lowercase: 'passwordNeedsLowercase=off',
  uppercase: 'passwordNeedsUppercase=off',
  number: 'passwordNeedsNumber=off',
  symbol: 'passwordNeedsSymbol=off',
  userName: 'passwordUserNameAllowed=on',
  common: 'passwordCommonAllowed=on',
} as const satisfies Readonly<Record<string, string | undefined>>;

export type PasswordRule = keyof typeof rules;

/** Returns a rule in words. The text depends only on the settings, never on the password. */
function mustOf(rule: PasswordRule, settings: Settings, { musts }: Messages['password']): string {
  if (rule === 'minLength') return musts.minLength(settings.passwordMinLength);
  return rule === 'maxLength' ? musts.maxLength(PASSWORD_LENGTH_MAX) : musts[rule];
}

/** A rule in the form that is shown to a user who chooses a password. */
export interface ShownPasswordRule {
  readonly rule: PasswordRule | 'history';
  /** Completes a sentence that begins with "The password must" (in Chinese, "密码必须"). */
  readonly must: string;
}

/**
 * Returns the password rules of an organization, to show them before a user chooses a password. `earlier` says which
 * passwords the new password is compared with: none, the current password, or the whole history.
 */
export function passwordRulesOf(
  settings: Settings,
  earlier: 'none' | 'current' | 'history',
  language: Language = 'en',
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
  const { password: words } = messagesIn(language);
  return [
    ...names.map((rule) => ({ rule, must: mustOf(rule, settings, words) })),
    ...(earlier !== 'none' && passwordHistory > 0
      ? [
          {
            rule: 'history' as const,
            must: words.musts.history(earlier === 'current' ? 1 : passwordHistory),
          },
        ]
      : []),
  ];
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
  if (names.length === 0) return;
  // Users cannot change settings.
  const changes = reader === 'user' ? '' : names.flatMap((rule) => rules[rule] ?? []).join(' ');
  throw new TranslatedError(
    'passwordPolicy',
    ({ password: words }) =>
      words.must(
        names.map((rule) => mustOf(rule, settings, words)),
        changes,
      ),
    { attribute: 'password' },
  );
}

function containsName(password: string, names: readonly string[]): boolean {
  const folded = fold(password);
  return names
    .flatMap((name) => [name, name.slice(0, Math.max(0, name.indexOf('@')))])
    .some((name) => Array.from(name).length >= NAME_LENGTH_MIN && folded.includes(fold(name)));
}
