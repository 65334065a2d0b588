import { rulesOfSession } from '#access/session-rules.ts';
import type { Account } from '#accounts/account.ts';
import { needsFactor } from '#accounts/account-session.ts';
import type { Context } from './context.ts';

/**
 * Resolves to true if a session must set up a second factor before any other request: the sign-in was without a second factor, and an
 * organization that the account belongs to or works for requires a second factor.
 */
export async function mustEnroll(
  { services }: Context,
  account: Account,
  authMethods: readonly string[],
): Promise<boolean> {
  if (authMethods.includes('mfa')) return false;
  const { organizationId } = account;
  const access = await services.tenants.accessTo(organizationId);
  const administrator = account.kind === 'administrator' ? { id: account.id } : null;
  const rules = await rulesOfSession(services.tenants, access, { organizationId, administrator });
  const deps = { ...services.accounts, ...access.deps };
  const needed = await Promise.all(rules.map((settings) => needsFactor(deps, account, settings)));
  return needed.includes(true);
}
