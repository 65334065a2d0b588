import type { RequestOrigin } from '#audit/event-types.ts';
import { DAY_MS } from '#base/clock.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { isPasswordManaged } from '#directory/system-user.ts';
import { findSettings } from '#organizations/organization-store.ts';
import {
  lockAccount,
  ownOrigin,
  targetOfAccount,
  type Account,
  type AccountDeps,
  type AccountKind,
} from './account.ts';
import { hasFreshLink } from './account-links.ts';
import { sendActivation, sendReset } from './account-mail.ts';
import { findPlacedAccounts, type AnonymousDeps } from './account-places.ts';
import type { AttemptClient, Attempts } from './attempts.ts';
import { withMinimumResponseTime } from './minimum-response-time.ts';
import { receivesMail, recordSkippedMail, wasSkippedSince } from './unreachable.ts';

export interface LinkRequest {
  readonly kind: AccountKind;
  readonly login: string;
  readonly request: RequestOrigin;
  readonly client: AttemptClient;
}

/**
 * Sends a link to each account that has this login name and can use a link. Neither the response nor the time it takes reveals
 * whether an account has the name. An account that never had a password gets the activation email again. Throws `tooManyAttempts`
 * (429) for a client that requests too many links for one name: each request counts as a failure.
 */
export async function requestLink(
  deps: AnonymousDeps,
  attempts: Attempts,
  { kind, login, request, client }: LinkRequest,
): Promise<void> {
  const counted = await attempts.begin('forgottenPassword', client, `${kind} ${login}`);
  await counted.fail();
  await withMinimumResponseTime(deps.minimumResponseTime, async () => {
    for (const { account, deps: own } of await findPlacedAccounts(deps, kind, login)) {
      await inTransaction(own.database, (transaction) => sendWhereUsable(own, transaction, account, request));
    }
  });
}

async function sendWhereUsable(
  deps: AccountDeps,
  transaction: Database,
  before: Account,
  request: RequestOrigin,
): Promise<void> {
  const account = await lockAccount(transaction, before);
  if (!(await canUseLink(transaction, account)) || (await hasFreshLink(deps, transaction, account))) return;
  if (account.kind === 'administrator' && !receivesMail(account.email)) {
    // Any client can send this request, so one event a day is enough.
    const since = deps.clock.now().getTime() - DAY_MS;
    if (await wasSkippedSince(transaction, account.organizationId, account.id, since)) return;
    const mail = { kind: 'admin_change_password', recipient: account.email, target: targetOfAccount(account) } as const;
    await recordSkippedMail(deps, transaction, account.organizationId, mail);
    return;
  }
  const origin = ownOrigin(account, request);
  if (account.kind === 'user' && account.user.passwordPending) {
    await sendActivation(deps, transaction, origin, account.user, undefined);
  } else if (account.email !== '') await sendReset(deps, transaction, origin, account);
}

/**
 * True if a link would give access to the account. This is so for a locked account and an expired password, too: a new password resolves
 * both.
 */
async function canUseLink(database: Database, account: Account): Promise<boolean> {
  if (account.kind === 'administrator') return !account.suspended;
  const { user } = account;
  const settings = await findSettings(database, account.organizationId);
  const hasAddress = user.email !== null || typeof user.properties['alternateEmail'] === 'string';
  return user.state === 'ACTIVATED' && !isPasswordManaged(user, settings) && hasAddress;
}
