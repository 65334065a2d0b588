import type { Account } from '#accounts/account.ts';
import { deviceCookie } from '#accounts/known-devices.ts';
import { hasTotp } from '#accounts/second-factor.ts';
import type { SignedIn } from '#accounts/account-session.ts';
import { updateAuthMethods } from '#admins/session-store.ts';
import { identityOf, type Context } from './context.ts';
import { mustEnroll } from './must-enroll.ts';
import { cookieHeader } from '#base/cookies.ts';

/** Returns what the pages show of the account that is signed in. */
export function shownAccount(account: Account) {
  return {
    id: account.id,
    kind: account.kind,
    organization: account.organizationId,
    email: account.email,
    name: account.login,
    firstName: account.firstName,
    totpEnrolled: hasTotp(account),
    ...(account.kind === 'administrator' && { roleName: account.role }),
  };
}

/** Answers a sign-in with the token in the body and in a cookie for browsers, and remembers the device. */
export async function answerSignedIn(context: Context, signedIn: SignedIn) {
  const { clock } = context.services.accounts;
  setSessionCookie(context, signedIn.token, signedIn.expiresAt.getTime() - clock.now().getTime());
  rememberDevice(context, signedIn.account);
  return {
    token: signedIn.token,
    expiresAt: signedIn.expiresAt.toISOString(),
    mustEnroll: await mustEnroll(context, signedIn.account, signedIn.authMethods),
    account: shownAccount(signedIn.account),
  };
}

/** Sets the cookie by which an account that has just signed in recognizes this device. */
export function rememberDevice({ services, request, reply }: Context, { id }: Account): void {
  reply.header('set-cookie', deviceCookie(services.accounts, request.headers.cookie, id));
}

/** Sets the session cookie in the answer, valid for `forMs` milliseconds; 0 removes it. */
export function setSessionCookie({ services, reply }: Context, token: string, forMs: number): void {
  const publicUrl = services.accounts.publicUrl();
  reply.header('set-cookie', cookieHeader(publicUrl, 'session', { value: token, maxAgeSeconds: forMs / 1_000 }));
}

/** Records in the caller's session that it has shown a second factor: setting one up proves that. Does nothing for keys. */
export async function recordFactor(context: Context, method: 'otp' | 'hwk'): Promise<void> {
  const { deps, principal } = identityOf(context);
  if (principal.credential !== 'session') return;
  const methods = [...new Set([...principal.authMethods, method, 'mfa'])];
  await updateAuthMethods(deps.database, principal.keyId, methods);
}
