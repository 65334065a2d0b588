import { newToken } from '#admins/api-key.ts';
import { updateAdministratorPassword } from '#admins/administrator-store.ts';
import { insertSession } from '#admins/session-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { hashPassword } from '#directory/password-hash.ts';
import type { TestDirectory } from '../../tests/support/directory.ts';

export const TEST_PASSWORD = 'correct horse battery staple';

interface SessionOptions {
  readonly authMethods?: readonly string[];
  readonly days?: number;
}

/** Opens a session for an administrator or a user without signing in. Returns the request header that authenticates with the session. */
export async function openTestSession(
  { deps }: TestDirectory,
  organizationId: string,
  owner: { readonly administratorId: string } | { readonly userId: string },
  { authMethods = ['pwd'], days = 1 }: SessionOptions = {},
): Promise<{ readonly authorization: string }> {
  const token = newToken('session');
  await insertSession(deps.database, deps.clock, {
    organizationId,
    owner: 'userId' in owner ? { kind: 'user', ...owner } : { kind: 'administrator', ...owner },
    token,
    expiresAt: new Date(deps.clock.now().getTime() + days * DAY_MS),
    clientIp: undefined,
    userAgent: undefined,
    authMethods,
  });
  return { authorization: `Bearer ${token}` };
}

/** Sets the password of an administrator to `TEST_PASSWORD`. */
export async function setTestPassword({ deps }: TestDirectory, administratorId: string): Promise<void> {
  const hash = await hashPassword(TEST_PASSWORD, deps.passwordCost);
  await updateAdministratorPassword(deps.database, administratorId, hash, deps.clock.now());
}
