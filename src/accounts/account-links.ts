import { randomBytes } from 'node:crypto';
import { hashApiKey } from '#admins/api-key.ts';
import { DAY_MS } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import type { Database } from '#database/database.ts';
import type { Account, AccountDeps } from './account.ts';
import {
  findOneTimeToken,
  insertOneTimeToken,
  revokeOneTimeTokens,
  useOneTimeToken,
  type OneTimeToken,
} from './one-time-token-store.ts';

/** How long an activation link can be used, and a link for a new password. */
export const ACTIVATION_LINK_DAYS = 7;
export const RESET_LINK_HOURS = 24;
const HOUR_MS = 3_600_000;
const TOKEN_BYTES = 32;

export interface AccountLink {
  readonly url: string;
  readonly expiresAt: Date;
}

/** Makes a link that sets a password, once; links that were made for the account before are void. */
export async function issueLink(
  deps: Pick<AccountDeps, 'clock' | 'publicUrl'>,
  transaction: Database,
  account: Account,
  purpose: 'activation' | 'reset',
): Promise<AccountLink> {
  const column = account.kind === 'user' ? 'user_id' : 'administrator_id';
  await revokeOneTimeTokens(transaction, column, account.id, ['activation', 'reset']);
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const lifetime = purpose === 'activation' ? ACTIVATION_LINK_DAYS * DAY_MS : RESET_LINK_HOURS * HOUR_MS;
  const expiresAt = new Date(deps.clock.now().getTime() + lifetime);
  await insertOneTimeToken(transaction, deps.clock, {
    organizationId: account.organizationId,
    purpose,
    userId: account.kind === 'user' ? account.id : null,
    administratorId: account.kind === 'administrator' ? account.id : null,
    hash: hashApiKey(token),
    data: null,
    expiresAt,
  });
  const page = account.kind === 'user' ? 'portal' : 'console';
  // Behind the #, so that no log of a server and no Referer header has it.
  return {
    url: `${deps.publicUrl()}/${page}/${purpose === 'activation' ? 'activate' : 'reset'}#token=${token}`,
    expiresAt,
  };
}

/** What a link that can still be used stands for. Throws tokenUsed (400). */
export async function readLink(deps: AccountDeps, database: Database, token: string): Promise<OneTimeToken> {
  const found = await findOneTimeToken(database, hashApiKey(token), deps.clock.now());
  if (found === undefined || (found.purpose !== 'activation' && found.purpose !== 'reset')) throw linkUsed();
  return found;
}

/** Uses a link up, in the transaction of what it does. Throws tokenUsed (400) when somebody was faster. */
export async function consumeLink(deps: AccountDeps, transaction: Database, { id }: OneTimeToken): Promise<void> {
  if (!(await useOneTimeToken(transaction, id, deps.clock.now()))) throw linkUsed();
}

function linkUsed(): AppError {
  return new AppError(
    'tokenUsed',
    'The link has either been used already, or has expired, or is incomplete. Ask for a new one: "Forgot password", or your administrator.',
  );
}
