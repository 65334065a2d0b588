import type { Account } from '#accounts/account.ts';
import { deviceCookie } from '#accounts/known-devices.ts';
import { hasTotp } from '#accounts/second-factor.ts';
import type { SignedIn } from '#accounts/account-session.ts';
import { updateAuthMethods } from '#admins/session-store.ts';
import { identityOf, type Context } from './context.ts';
import { mustEnroll } from './must-enroll.ts';
import { cookieHeader } from '#base/cookies.ts';

/** Returns the fields of the signed-in account that the web pages show. */
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

/** Returns the response body for a sign-in. Also sets the session cookie for browsers and the cookie that identifies the device. */
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

/** Sets the cookie that identifies this device as one where the account has signed in. */
export function rememberDevice({ services, request, reply }: Context, { id }: Account): void {
  reply.header('set-cookie', deviceCookie(services.accounts, request.headers.cookie, id));
}

/** Sets the session cookie in the response, valid for `forMs` milliseconds. If `forMs` is 0, the browser removes the cookie. */
export function setSessionCookie({ services, reply }: Context, token: string, forMs: number): void {
  const publicUrl = services.accounts.publicUrl();
  reply.header('set-cookie', cookieHeader(publicUrl, 'session', { value: token, maxAgeSeconds: forMs / 1_000 }));
}

/** Records in the caller's session that the caller has proved a second factor, by setting it up. Does nothing for API keys. */
export async function recordFactor(context: Context, method: 'otp' | 'hwk'): Promise<void> {
  const { deps, principal } = identityOf(context);
  if (principal.credential !== 'session') return;
  const methods = [...new Set([...principal.authMethods, method, 'mfa'])];
  await updateAuthMethods(deps.database, principal.keyId, methods);
}
