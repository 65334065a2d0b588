import { unidentifiedAdvice } from '#access/unidentified-requests.ts';
import { listUnidentifiedRequests, type UnidentifiedRequestNote } from '#audit/unidentified-request-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { UNIDENTIFIED_REPORTED_MS } from '#health/unidentified-findings.ts';
import { findSettings } from '#organizations/organization-store.ts';
import type { Session } from './session.ts';

/**
 * Returns a sentence about requests without a known key, which a list of events cannot contain. Resolves with the empty string if there
 * were none within the time for which the organization keeps events.
 */
export async function unidentifiedSentence({ deps, fleet, organization }: Session): Promise<string> {
  const { eventRetentionDays } = await findSettings(deps.database, organization.id);
  const now = deps.clock.now().getTime();
  const notes = await listUnidentifiedRequests(fleet.main.database, new Date(now - eventRetentionDays * DAY_MS));
  return sentenceOf(notes, now);
}

/**
 * Returns a sentence with the number of requests, their addresses, and the times of the first and the last one. While `doctor` reports the
 * requests, the sentence refers to it. Later, the sentence contains the advice for the last request.
 */
function sentenceOf(notes: readonly UnidentifiedRequestNote[], now: number): string {
  const [latest] = notes;
  if (latest === undefined) return '';
  const requests = notes.reduce((sum, note) => sum + note.requests, 0);
  const [address, ...others] = new Set(notes.map((note) => note.address));
  const from = others.length === 0 ? address : `${address} and ${others.length} more`;
  const count = requests === 1 ? '1 request' : `${requests} requests`;
  const first = new Date(Math.min(...notes.map(({ firstSeenAt }) => firstSeenAt.getTime())));
  const times = `since ${first.toISOString()}, the last at ${latest.lastSeenAt.toISOString()}`;
  const arrived = `${count} without a known key arrived from ${from} ${times}`;
  const isReported = now - latest.lastSeenAt.getTime() <= UNIDENTIFIED_REPORTED_MS;
  return isReported
    ? `${arrived}: for the reasons, run "tanhua doctor".`
    : `${arrived}: such requests are not in the event log of any organization. The last one: ${unidentifiedAdvice(latest)}`;
}
