import { deleteEndedKeys } from '#admins/ended-key-store.ts';
import { deleteExpiredTokens } from '#admins/one-time-token-store.ts';
import { deleteExpiredSessions } from '#admins/session-store.ts';
import { deleteOldEvents } from '#audit/event-query-store.ts';
import { eventTotals } from '#audit/event-total-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { removeOldRefusedPeople } from '#audit/refused-person-store.ts';
import { deleteOldUnidentifiedRequests } from '#audit/unidentified-request-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { deleteOldJobs } from '#jobs/job-store.ts';
import { cancelLateMails } from '#mail/mail-events.ts';
import { deleteOldMails } from '#mail/outbox-store.ts';
import { findSettings, listOrganizationsNotMoving } from '#organizations/organization-store.ts';
import { trimRequests } from '#request-log/trim-requests.ts';
import { foldRows } from '#totals/total-store.ts';
import { depsOf, type AccountDeps } from './account.ts';
import { sendKeyNotices } from './key-notices.ts';
import { expirePasswords } from './password-expiry.ts';

/** The number of days for which the keys of a removed owner are still listed. A 401 response for such a key says why the key ended. */
export const ENDED_KEYS_DAYS = 365;
/** Days that finished emails and jobs, expired links, and records of requests with an unknown key are kept. */
const RETENTION_DAYS = 30;
/** Events deleted per transaction, so that other transactions do not wait long. */
const EVENT_BATCH_MAX = 2_000;

function systemOrigin(organizationId: string): Origin {
  return {
    organizationId,
    actor: { type: 'system', id: null, name: 'maintenance' },
    integration: undefined,
    request: undefined,
  };
}

/**
 * Runs the periodic work on one database: expiries, notices and retention. One process runs it every hour. Once `isStopping`
 * returns true, `maintain` returns after the current step, and the next run does the rest.
 */
export async function maintain(deps: AccountDeps, isStopping = () => false): Promise<void> {
  const { database, clock } = deps;
  const now = clock.now();
  await deleteExpiredSessions(database, now);
  await deleteExpiredTokens(database, now, new Date(now.getTime() - RETENTION_DAYS * DAY_MS));
  await cancelLateMails(deps);
  await deleteOldMails(database, new Date(now.getTime() - RETENTION_DAYS * DAY_MS));
  await deleteOldJobs(database, new Date(now.getTime() - RETENTION_DAYS * DAY_MS));
  await deleteOldUnidentifiedRequests(database, new Date(now.getTime() - RETENTION_DAYS * DAY_MS));
  for (const { id } of await listOrganizationsNotMoving(database)) {
    if (isStopping()) return;
    const own = await depsOf(deps, database, id);
    const settings = await findSettings(own.database, id);
    await expirePasswords(own, systemOrigin(id), settings, isStopping);
    await sendKeyNotices(own, systemOrigin(id));
    await deleteEndedKeys(own.database, id, new Date(now.getTime() - ENDED_KEYS_DAYS * DAY_MS));
    // Before the events, because some requests are found by their events.
    await trimRequests(own.database, id, now, settings, isStopping);
    const before = new Date(now.getTime() - settings.eventRetentionDays * DAY_MS);
    await removeOldRefusedPeople(own.database, id, before);
    while (!isStopping() && (await deleteOldEvents(own.database, id, before, EVENT_BATCH_MAX)) === EVENT_BATCH_MAX);
    while (!isStopping() && (await foldRows(own.database, eventTotals, id)));
  }
}
