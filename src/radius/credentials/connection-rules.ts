import type { RadiusReason } from '#base/words/radius-reasons.ts';
import type { UserState } from '#directory/stored.ts';
import type { RadiusIdentityProvider } from '../radius-types.ts';

/** What a RADIUS server does with accounts that are locked, and with passwords that have expired. */
export interface ConnectionRules {
  readonly identityProvider: RadiusIdentityProvider;
  readonly lockedAccounts: 'refuse' | 'allow';
  readonly expiredPasswords: 'refuse' | 'allow';
}

/** The state of a user at the moment of the attempt. */
export interface ConnectingUser {
  readonly state: UserState;
  readonly isLocked: boolean;
  readonly isPasswordExpired: boolean;
  /** True if the user can prove nothing to this directory: there is neither a password nor a Wi-Fi password. */
  readonly isPasswordPending: boolean;
  /** True if the user is in a group that may connect. */
  readonly isMember: boolean;
}

/**
 * Returns why a user may not connect, even with the right password; undefined if the user may. The state of the user comes first, since it
 * is what an administrator decided about the person. A pending password matters only if this directory checks the password.
 */
export function connectionBlockOf(user: ConnectingUser, rules: ConnectionRules): RadiusReason | undefined {
  if (user.state === 'STAGED') return 'userStaged';
  if (user.state === 'SUSPENDED') return 'userSuspended';
  if (!user.isMember) return 'notMember';
  if (user.isLocked && rules.lockedAccounts === 'refuse') return 'userLocked';
  if (user.isPasswordPending && rules.identityProvider === 'directory') return 'passwordPending';
  return user.isPasswordExpired && rules.expiredPasswords === 'refuse' ? 'passwordExpired' : undefined;
}
