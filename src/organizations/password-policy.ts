import { AppError } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import { isFrequentPassword } from './frequent-password.ts';
import type { Settings } from './settings.ts';

/** Characters of a password: no person types more, and hashing must not cost more. No setting changes it. */
export const PASSWORD_LENGTH_MAX = 256;
/** Characters of a name from which on a password may not contain it: shorter ones are in many words. */
export const NAME_LENGTH_MIN = 4;

/** What a password must be, and how an administrator changes that. It is told without a look at the password. */
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
    must: 'not contain the user name or the e-mail address',
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

/** A rule as it is told to whoever chooses a password. */
export interface ShownPasswordRule {
  readonly rule: PasswordRule | 'history';
  /** Begins with a verb, after "The password must". */
  readonly must: string;
}

/** The rules that an organization has, before anybody chose a password; `earlier` are the passwords that a new one is compared with. */
export function passwordRulesOf(
  settings: Settings,
  earlier: 'none' | 'current' | 'history',
): readonly ShownPasswordRule[] {
  const isInForce: Readonly<Record<PasswordRule, boolean>> = {
    minLength: true,
    // Nobody comes near it.
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

/** The earlier passwords that a new one may not be; the count is 1 for the password in use. */
export function describeEarlierPasswords(count: number): string {
  return count === 1 ? 'the one that you have' : `one of the last ${count} that you had`;
}

/** The rules of an organization that a password breaks, all of them; `names` are the user's name and addresses. */
export function brokenPasswordRules(
  settings: Settings,
  password: string,
  names: readonly string[],
): readonly PasswordRule[] {
  const length = Array.from(password).length;
  // What is far too long is looked at no further.
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

/** Throws passwordPolicy (400) that names every rule that the password breaks, and nothing of the password itself. */
export function requirePassword(settings: Settings, password: string, names: readonly string[]): void {
  refuse(brokenPasswordRules(settings, password, names), settings, 'administrator');
}

/** The same for whoever chooses a password for themselves: they cannot change the rules. */
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
