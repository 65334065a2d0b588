import type { Account } from '#accounts/account.ts';
import { deviceCookie } from '#accounts/known-devices.ts';
import { hasTotp } from '#accounts/second-factor.ts';
import type { SignedIn } from '#accounts/account-session.ts';
import { updateAuthMethods } from '#admins/session-store.ts';
import { identityOf, type Context } from './context.ts';
import { mustEnroll } from './must-enroll.ts';
import { cookieHeader } from '#base/cookies.ts';

/** What the pages need to know about whoever is signed in. */
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

/** Answers a sign-in: with the token, and with the cookie that a browser keeps it in. */
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

/** Makes the device known to an account that has just proved who it is. */
export function rememberDevice({ services, request, reply }: Context, { id }: Account): void {
  reply.header('set-cookie', deviceCookie(services.accounts, request.headers.cookie, id));
}

/** Sets the cookie of a session in the answer; for no time at all, to take it back. */
export function setSessionCookie({ services, reply }: Context, token: string, forMs: number): void {
  const publicUrl = services.accounts.publicUrl();
  reply.header('set-cookie', cookieHeader(publicUrl, 'session', { value: token, maxAgeSeconds: forMs / 1_000 }));
}

/** Whoever set up a second factor has shown it in this session. */
export async function recordFactor(context: Context, method: 'otp' | 'hwk'): Promise<void> {
  const { deps, principal } = identityOf(context);
  if (principal.credential !== 'session') return;
  const methods = [...new Set([...principal.authMethods, method, 'mfa'])];
  await updateAuthMethods(deps.database, principal.keyId, methods);
}
