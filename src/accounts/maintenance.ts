import { findAdministrators } from '#admins/administrator-store.ts';
import { deleteEndedKeys } from '#admins/ended-key-store.ts';
import { listApiKeys, markWarned } from '#admins/api-key-store.ts';
import type { ApiKey } from '#admins/key-record.ts';
import { deleteExpiredTokens } from '#admins/one-time-token-store.ts';
import { deleteExpiredSessions } from '#admins/session-store.ts';
import { deleteOldEvents } from '#audit/event-query-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { DAY_MS } from '#base/clock.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { deleteOldJobs } from '#jobs/job-store.ts';
import { cancelExpiredMails, deleteOldMails } from '#mail/outbox-store.ts';
import { findSettings, listSettledOrganizations } from '#organizations/organization-store.ts';
import { depsOf, findAccount, type AccountDeps } from './account.ts';
import { writeTo } from './account-mail.ts';
import { expirePasswords, expiryTokens } from './password-expiry.ts';

/** Days that the keys of a removed owner are listed, and their 401 says why. */
export const ENDED_KEYS_DAYS = 365;
/** Days before the expiry of a key that its owner is told. */
export const KEY_NOTICE_DAYS: readonly number[] = [30, 7, 1];
/** Mails and jobs that are done with are kept so long. */
const KEPT_DAYS = 30;
/** Events of one transaction: it must not keep others waiting. */
const EVENT_BATCH_MAX = 2_000;

function systemOrigin(organizationId: string): Origin {
  return {
    organizationId,
    actor: { type: 'system', id: null, name: 'maintenance' },
    integration: undefined,
    request: undefined,
  };
}

/** What time brings about in one database: expiries, notices, retention. To be run by one process, every hour. */
export async function maintain(deps: AccountDeps): Promise<void> {
  const { database, clock } = deps;
  const now = clock.now();
  await deleteExpiredSessions(database, now);
  await deleteExpiredTokens(database, now);
  await cancelExpiredMails(database, now, 'It was not sent in time, and is of no use any more.');
  await deleteOldMails(database, new Date(now.getTime() - KEPT_DAYS * DAY_MS));
  await deleteOldJobs(database, new Date(now.getTime() - KEPT_DAYS * DAY_MS));
  for (const { id } of await listSettledOrganizations(database)) {
    const own = await depsOf(deps, database, id);
    const settings = await findSettings(own.database, id);
    await expirePasswords(own, systemOrigin(id), settings);
    await noticeKeys(own, id);
    await deleteEndedKeys(own.database, id, new Date(now.getTime() - ENDED_KEYS_DAYS * DAY_MS));
    const before = new Date(now.getTime() - settings.eventRetentionDays * DAY_MS);
    while ((await deleteOldEvents(own.database, id, before, EVENT_BATCH_MAX)) === EVENT_BATCH_MAX);
  }
}

/** Who owns a key that expires soon is told, 30, 7 and 1 days before; of a token, whoever can make a new one. */
async function noticeKeys(deps: AccountDeps, organizationId: string): Promise<void> {
  const now = deps.clock.now();
  for (const key of await listApiKeys(deps.database, organizationId)) {
    const days = noticeOf(key, now);
    if (days === undefined) continue;
    await inTransaction(deps.database, async (transaction) => {
      if (!(await markWarned(transaction, key.id, days))) return;
      await recordEvent(transaction, deps.clock, systemOrigin(organizationId), {
        type: 'api_key_expiry_notice',
        target: { type: 'api_key', id: key.id, name: key.name },
        changes: [{ field: 'days', from: null, to: days }],
      });
      for (const id of await ownersOf(transaction, organizationId, key)) {
        const account = await findAccount(transaction, organizationId, 'administrator', id);
        if (account === undefined || account.email.endsWith('@localhost')) continue;
        await writeTo(deps, transaction, account, {
          kind: 'api_key_expiration',
          tokens: {
            key_name: key.name,
            key_prefix: key.prefix,
            ...expiryTokens(Math.max(1, Math.ceil(((key.expiresAt?.getTime() ?? 0) - now.getTime()) / DAY_MS))),
          },
        });
      }
    });
  }
}

/** The notice that is due, in days; undefined when none is. */
function noticeOf({ expiresAt, revokedAt, warnedDays, createdAt }: ApiKey, now: Date): number | undefined {
  if (expiresAt === null || revokedAt !== null || expiresAt <= now) return undefined;
  const left = expiresAt.getTime() - now.getTime();
  const due = KEY_NOTICE_DAYS.filter((days) => left <= days * DAY_MS).at(-1);
  if (due === undefined || (warnedDays !== null && warnedDays <= due)) return undefined;
  // A key that was made for a shorter time than the notice is no surprise.
  return expiresAt.getTime() - createdAt.getTime() <= due * DAY_MS ? undefined : due;
}

async function ownersOf(database: Database, organizationId: string, key: ApiKey): Promise<readonly string[]> {
  const administrators = await findAdministrators(database, organizationId);
  const owner = administrators.find(({ id }) => id === key.administratorId);
  if (owner !== undefined && !owner.email.endsWith('@localhost')) return [owner.id];
  return administrators.filter(({ permissions }) => permissions.has('integrations.write')).map(({ id }) => id);
}
