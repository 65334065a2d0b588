import { relativeTime } from '../../../words/times.ts';
import type { Words } from '../../../words/words.tsx';
import type { User } from './use-person.ts';

/**
 * Returns the access of a user in sentences: the password, the second factor, and whether the user may sign in.
 *
 * @example
 * accessOf(ann, words, new Date()) // "Password set 3 days ago. Second factor on. May sign in."
 */
export function accessOf(user: User, { person, locale, time }: Words, now: Date): string {
  const status = user.passwordStatus ?? 'Password Pending';
  const since = (at: string | null | undefined) =>
    typeof at === 'string' ? relativeTime(new Date(at), now, locale, time.now) : '';
  const password = person.password[status](since(user.password_date));
  const isExempt = user.mfa?.exclusion === true && user.mfa.exclusionUntil !== undefined;
  const factor =
    user.totp_enabled === true
      ? person.factorOn
      : isExempt
        ? person.factorExempt(
            new Date(user.mfa?.exclusionUntil ?? now).toLocaleDateString(locale, { dateStyle: 'long' }),
          )
        : person.factorOff;
  return person.sentences([password, factor, mayOf(user, status, person)]);
}

/** True if a user has an address for links that set a password. */
export function hasEmail({ email, alternateEmail }: Pick<User, 'email' | 'alternateEmail'>): boolean {
  return (email ?? '') !== '' || (alternateEmail ?? '') !== '';
}

function mayOf(
  user: User,
  status: NonNullable<User['passwordStatus']>,
  { may, mayNot, mayNotWithoutEmail }: Words['person'],
): string {
  const { state } = user;
  if (state === 'SUSPENDED' || state === 'STAGED') return mayNot[state];
  if (status === 'Password Pending' && !hasEmail(user)) return mayNotWithoutEmail;
  return status === 'Active' || status === 'Managed by the source' ? may : mayNot[status];
}
