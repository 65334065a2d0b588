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
import type { Database } from '#database/database.ts';
import { ownerColumn, type Account, type AccountDeps } from './account.ts';

/** How long an activation link can be used, and a link for a new password. */
export const ACTIVATION_LINK_DAYS = 7;
export const RESET_LINK_HOURS = 24;
const HOUR_MS = 3_600_000;
/** Whoever knows an address could otherwise fill its mailbox, and void each link before it can be opened. */
export const LINK_INTERVAL_MS = 60_000;
const TOKEN_BYTES = 32;

export type LinkPurpose = 'activation' | 'reset';

export interface AccountLink {
  readonly url: string;
  readonly expiresAt: Date;
}

/** Makes a link that sets a password, once; links that were made for the account before are void. */
export async function issueLink(
  deps: Pick<AccountDeps, 'clock' | 'publicUrl' | 'requestKey'>,
  transaction: Database,
  account: Account,
  purpose: LinkPurpose,
): Promise<AccountLink> {
  await revokeLinks(transaction, ownerColumn(account.kind), account.id);
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const lifetime = purpose === 'activation' ? ACTIVATION_LINK_DAYS * DAY_MS : RESET_LINK_HOURS * HOUR_MS;
  const key = account.kind === 'administrator' ? deps.requestKey : undefined;
  const expiresAt = new Date(Math.min(deps.clock.now().getTime() + lifetime, key?.expiresAt ?? Infinity));
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
  // In the query, which our log leaves out: behind a # the page could not be made without JavaScript.
  return {
    url: `${deps.publicUrl()}/${page}/${purpose === 'activation' ? 'activate' : 'reset'}?token=${token}`,
    expiresAt,
  };
}

/** Whether an account was sent a link a moment ago. */
export async function hasFreshLink({ clock }: AccountDeps, database: Database, account: Account): Promise<boolean> {
  const since = new Date(clock.now().getTime() - LINK_INTERVAL_MS);
  return await hasLinkSince(database, ownerColumn(account.kind), account.id, since);
}

/** What a link that can still be used stands for; undefined for any other. */
export async function findLink(
  { clock }: AccountDeps,
  database: Database,
  token: string,
): Promise<OneTimeToken | undefined> {
  const found = await findOneTimeToken(database, hashApiKey(token), clock.now());
  return found?.purpose === 'activation' || found?.purpose === 'reset' ? found : undefined;
}

/** Uses a link up, in the transaction of what it does. Throws tokenUsed (400) if it ended meanwhile. */
export async function consumeLink({ clock }: AccountDeps, transaction: Database, { id }: OneTimeToken): Promise<void> {
  const now = clock.now();
  if (await useOneTimeToken(transaction, id, now)) return;
  throw linkEnded((await findEndedLink(transaction, 'id', id, now)) ?? 'unknown');
}

/** Whether an error says that no link has a token: what is counted against a client that tries links. */
export function isUnknownLink(error: unknown): boolean {
  return error instanceof AppError && error.code === 'tokenUsed';
}

/** Why a link does not work, and what its owner can do. */
const endings: Readonly<Record<EndedLink | 'unknown', string>> = {
  used: 'This link was used already. If you set a password with it, use that password.',
  replaced: 'This link was replaced: a newer one was sent. Use the link of the newest mail.',
  revoked:
    'This link does not work any more: the account was changed after it was sent, or the key that requested it was revoked.',
  expired: 'This link has expired.',
  unknown: 'A part of the link is missing, or the link has expired. Open it in the mail again, or copy all of it.',
};

/** The refusal of a link that does not work any more. */
export function linkEnded(state: EndedLink | 'unknown'): AppError {
  return new AppError('tokenUsed', endings[state]);
}

/** Why a link does not work, of those that one of the databases knows. */
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
