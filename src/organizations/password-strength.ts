import { fold } from '#base/fold.ts';
import { isFrequentPassword } from './frequent-password.ts';

/** How hard a password is to guess, from the weakest to the strongest. */
export const passwordStrengths = ['weak', 'fair', 'good', 'strong'] as const;

export type PasswordStrength = (typeof passwordStrengths)[number];

/** The kinds of characters, each with their approximate number: the choices for each character of a password. */
const kinds: readonly (readonly [RegExp, number])[] = [
  [/\p{Lowercase}/u, 26],
  [/\p{Uppercase}/u, 26],
  [/\p{Nd}/u, 10],
  [/[^\p{L}\p{M}\p{Nd}]/u, 33],
  // Letters without case, such as Chinese characters.
  [/\p{Lo}/u, 2_000],
];
/** What a character counts that repeats the one before it, or follows it in the alphabet or in the digits. */
const CONTINUED = 0.25;
/** The least number of bits of each strength: the logarithm of the number of guesses. */
const bitsFrom = { fair: 40, good: 50, strong: 65 } as const;

/**
 * Estimates how hard a password is to guess. It is only a hint while someone types: the rules of the organization decide what is accepted.
 *
 * @param names The names and addresses of the account.
 *
 * @example
 * passwordStrength('Summer2026!', []); // 'weak'
 * passwordStrength('correct horse battery staple', []); // 'strong'
 */
export function passwordStrength(password: string, names: readonly string[]): PasswordStrength {
  if (isFrequentPassword(password)) return 'weak';
  const folded = fold(password);
  // A name of the account is known to anyone who tries passwords for it.
  const rest = names.reduce((text, name) => (name === '' ? text : text.replaceAll(fold(name), '')), folded);
  const choices = kinds.reduce((sum, [kind, number]) => sum + (kind.test(password) ? number : 0), 0);
  const bits = countedLength(rest) * Math.log2(Math.max(2, choices));
  if (bits >= bitsFrom.strong) return 'strong';
  if (bits >= bitsFrom.good) return 'good';
  return bits >= bitsFrom.fair ? 'fair' : 'weak';
}

/** Returns the length of a text, in which characters that continue a run count less. */
function countedLength(text: string): number {
  let before: number | undefined;
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    length += before !== undefined && Math.abs(code - before) <= 1 ? CONTINUED : 1;
    before = code;
  }
  return length;
}
