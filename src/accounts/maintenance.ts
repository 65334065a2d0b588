import { findAdministrators } from '#admins/administrator-store.ts';
import { listApiKeys, markWarned, type ApiKey } from '#admins/api-key-store.ts';
import { deleteExpiredSessions } from '#admins/session-store.ts';
import { deleteOldEvents } from '#audit/event-query-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { DAY_MS } from '#base/clock.ts';
import { inTransaction, scopeTo, type Database } from '#database/database.ts';
import { findExpiringPasswords } from '#directory/password-age-store.ts';
import { targetOf } from '#directory/users.ts';
import { updateUserFlags } from '#directory/user-store.ts';
import { updateUserSecurity } from '#directory/user-security-store.ts';
import { deleteOldJobs } from '#jobs/job-store.ts';
import { deleteOldMails } from '#mail/outbox-store.ts';
import { findSettings, listOrganizations } from '#organizations/organization-store.ts';
import type { Settings } from '#organizations/settings.ts';
import { isPasswordManaged } from '#directory/system-user.ts';
import { findAccount, type AccountDeps } from './account.ts';
import { writeTo } from './account-mail.ts';
import { issueLink } from './account-links.ts';
import { deleteExpiredTokens } from './one-time-token-store.ts';

/** Days before the expiry of a key that its owner is told. */
export const KEY_NOTICE_DAYS: readonly number[] = [30, 7, 1];
/** Mails and jobs that are done with are kept so long. */
const KEPT_DAYS = 30;
/** Users, and events, of one transaction: it must not keep others waiting. */
const BATCH_MAX = 100;
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
  await deleteOldMails(database, new Date(now.getTime() - KEPT_DAYS * DAY_MS));
  await deleteOldJobs(database, new Date(now.getTime() - KEPT_DAYS * DAY_MS));
  for (const { id } of await listOrganizations(database)) {
    const own = { ...deps, database: scopeTo(database, id) };
    const settings = await findSettings(own.database, id);
    await expirePasswords(own, id, settings);
    await noticeKeys(own, id);
    const before = new Date(now.getTime() - settings.eventRetentionDays * DAY_MS);
    while ((await deleteOldEvents(own.database, id, before, EVENT_BATCH_MAX)) === EVENT_BATCH_MAX);
  }
}

/** Passwords that are too old expire, and those that soon will be are told of. */
async function expirePasswords(deps: AccountDeps, organizationId: string, settings: Settings): Promise<void> {
  if (settings.passwordExpirationDays === 0) return;
  const now = deps.clock.now().getTime();
  const expired = now - settings.passwordExpirationDays * DAY_MS;
  const ageing = expired + settings.passwordWarningDays * DAY_MS;
  for (;;) {
    const users = await findExpiringPasswords(deps.database, organizationId, {
      expired,
      ageing,
      lifetimeMs: settings.passwordExpirationDays * DAY_MS,
      limit: BATCH_MAX,
    });
    if (users.length === 0) return;
    for (const { user, changedAt } of users) {
      await inTransaction(deps.database, async (transaction) => {
        const inside = { ...deps, database: transaction };
        const origin = systemOrigin(organizationId);
        const account = await findAccount(transaction, organizationId, 'user', user.id);
        await updateUserSecurity(transaction, { userId: user.id, organizationId }, { warned_at: now });
        if (account === undefined || isPasswordManaged(user, settings)) return;
        if (user.properties['password_never_expires'] === true) return;
        const isExpired = changedAt <= expired;
        if (isExpired) {
          await updateUserFlags(transaction, user.id, { password_expired: 1 }, deps.clock.now());
          await recordEvent(transaction, deps.clock, origin, { type: 'user_password_expired', target: targetOf(user) });
        } else {
          await recordEvent(transaction, deps.clock, origin, {
            type: 'user_password_warning_email',
            target: targetOf(user),
          });
        }
        if (account.email === '') return;
        if (isExpired) {
          const { url, expiresAt } = await issueLink(inside, transaction, account, 'reset');
          const tokens = { expires: expiresAt.toISOString() };
          await writeTo(inside, transaction, account, { kind: 'password_expiration', link: url, tokens });
        } else {
          const days = Math.max(1, Math.ceil((changedAt - expired) / DAY_MS));
          await writeTo(inside, transaction, account, {
            kind: 'password_expiration_warning',
            tokens: { expiration_day: String(days) },
            link: `${deps.publicUrl()}/portal`,
          });
        }
      });
    }
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
            expiration_day: String(Math.max(1, Math.ceil(((key.expiresAt?.getTime() ?? 0) - now.getTime()) / DAY_MS))),
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
