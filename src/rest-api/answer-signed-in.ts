import type { Account } from '#accounts/account.ts';
import { hasTotp } from '#accounts/second-factor.ts';
import type { SignedIn } from '#accounts/account-session.ts';
import { updateAuthMethods } from '#admins/session-store.ts';
import { identityOf, type Context } from './context.ts';
import { SESSION_COOKIE } from './identify.ts';

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
export function answerSignedIn(context: Context, signedIn: SignedIn) {
  const { publicUrl } = context.services.accounts;
  const secure = publicUrl().startsWith('https:') ? '; Secure' : '';
  const maxAge = Math.floor((signedIn.expiresAt.getTime() - context.services.accounts.clock.now().getTime()) / 1_000);
  context.reply.header(
    'set-cookie',
    `${SESSION_COOKIE}=${signedIn.token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${secure}`,
  );
  return {
    token: signedIn.token,
    expiresAt: signedIn.expiresAt.toISOString(),
    mustEnroll: signedIn.mustEnroll,
    account: shownAccount(signedIn.account),
  };
}

/** Whoever set up a second factor has shown it in this session. */
export async function noteFactor(context: Context, method: 'otp' | 'hwk'): Promise<void> {
  const { deps, principal } = identityOf(context);
  if (principal.credential !== 'session') return;
  const methods = [...new Set([...principal.authMethods, method, 'mfa'])];
  await updateAuthMethods(deps.database, principal.keyId, methods);
}
