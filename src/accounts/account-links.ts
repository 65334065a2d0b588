import { randomBytes } from 'node:crypto';
import { hashApiKey } from '#admins/api-key.ts';
import {
  findEndedLink,
  findOneTimeToken,
  hasLinkSince,
  insertOneTimeToken,
  revokeLinks,
  useOneTimeToken,
  type EndedLink,
  type OneTimeToken,
} from '#admins/one-time-token-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import type { Database } from '#database/database.ts';
import { ownerColumn, type Account, type AccountDeps } from './account.ts';

/** Days that an activation link is valid. A password reset link is valid for RESET_LINK_HOURS. */
export const ACTIVATION_LINK_DAYS = 7;
export const RESET_LINK_HOURS = 24;
const HOUR_MS = 3_600_000;
/**
 * Minimum time between two links that are requested for one account. Without it, a client that knows an address could flood the
 * mailbox, and void each link before the owner can open it.
 */
export const LINK_INTERVAL_MS = 60_000;
const TOKEN_BYTES = 32;

export type LinkPurpose = 'activation' | 'reset';

export interface AccountLink {
  readonly url: string;
  readonly expiresAt: Date;
}

/**
 * Creates a single-use link that sets a password, and revokes the earlier links of the account. The link of an administrator
 * expires no later than the API key that requested the link.
 *
 * @example
 * (await issueLink(deps, transaction, account, 'reset')).url; // 'https://tanhua.example/portal/reset?token=…'
 */
export async function issueLink(
  deps: Pick<AccountDeps, 'clock' | 'publicUrl' | 'requestKey'>,
  transaction: Database,
  account: Account,
  purpose: LinkPurpose,
): Promise<AccountLink> {
  await revokeLinks(transaction, ownerColumn(account.kind), account.id);
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const key = account.kind === 'administrator' ? deps.requestKey : undefined;
  const expiresAt = linkExpiry(deps, account.kind, purpose);
  await insertOneTimeToken(transaction, deps.clock, {
    organizationId: account.organizationId,
    purpose,
    userId: account.kind === 'user' ? account.id : null,
    administratorId: account.kind === 'administrator' ? account.id : null,
    hash: hashApiKey(token),
    data: null,
    expiresAt,
    keyId: key?.id ?? null,
  });
  const page = account.kind === 'user' ? 'portal' : 'console';
  // The token is in the query string, which our log omits. In a fragment (after #), the token would not reach the server, and the
  // page would not work without JavaScript.
  return {
    url: `${deps.publicUrl()}/${page}/${purpose === 'activation' ? 'activate' : 'reset'}?token=${token}`,
    expiresAt,
  };
}

/** Returns when a link expires that is created now. */
export function linkExpiry(
  { clock, requestKey }: Pick<AccountDeps, 'clock' | 'requestKey'>,
  kind: Account['kind'],
  purpose: LinkPurpose,
): Date {
  const lifetime = purpose === 'activation' ? ACTIVATION_LINK_DAYS * DAY_MS : RESET_LINK_HOURS * HOUR_MS;
  const keyExpiry = kind === 'administrator' ? requestKey?.expiresAt : undefined;
  return new Date(Math.min(clock.now().getTime() + lifetime, keyExpiry ?? Infinity));
}

/** True if an unused link was created for an account less than LINK_INTERVAL_MS ago. */
export async function hasFreshLink({ clock }: AccountDeps, database: Database, account: Account): Promise<boolean> {
  const since = new Date(clock.now().getTime() - LINK_INTERVAL_MS);
  return await hasLinkSince(database, ownerColumn(account.kind), account.id, since);
}

/** Finds a link by its token. Returns undefined if there is no link with this token, or if the link no longer works. */
export async function findLink(
  { clock }: AccountDeps,
  database: Database,
  token: string,
): Promise<OneTimeToken | undefined> {
  const found = await findOneTimeToken(database, hashApiKey(token), clock.now());
  return found?.purpose === 'activation' || found?.purpose === 'reset' ? found : undefined;
}

/**
 * Marks a link as used, in the same transaction as the change that the link allows. Throws `tokenUsed` (400) if the link was used,
 * revoked or expired in the meantime.
 */
export async function consumeLink({ clock }: AccountDeps, transaction: Database, { id }: OneTimeToken): Promise<void> {
  const now = clock.now();
  if (await useOneTimeToken(transaction, id, now)) return;
  throw linkEnded((await findEndedLink(transaction, 'id', id, now)) ?? 'unknown');
}

/** True if an error says that a token belongs to no usable link. These errors count toward the limit of a client that guesses links. */
export function isUnknownLink(error: unknown): boolean {
  return error instanceof AppError && error.code === 'tokenUsed';
}

/** Builds the error for a link that does not work. */
export function linkEnded(state: EndedLink | 'unknown'): AppError {
  return new TranslatedError('tokenUsed', ({ linkEndings }) => linkEndings[state]);
}

/** Returns why a link does not work, from the first database that knows the link; 'unknown' if none does. */
export async function findLinkEnding(
  { clock }: Pick<AccountDeps, 'clock'>,
  databases: readonly Database[],
  token: string,
): Promise<EndedLink | 'unknown'> {
  for (const database of databases) {
    const ending = await findEndedLink(database, 'hash', hashApiKey(token), clock.now());
    if (ending !== undefined) return ending;
  }
  return 'unknown';
}
