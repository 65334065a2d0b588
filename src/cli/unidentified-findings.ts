import { unidentifiedAdvice, unidentifiedReasons } from '#access/unidentified-requests.ts';
import { listUnidentifiedRequests, type UnidentifiedRequestNote } from '#audit/unidentified-request-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { findSettings } from '#organizations/organization-store.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import type { Finding } from './key-findings.ts';
import type { Session } from './session.ts';

/** How long `doctor` reports requests whose key identifies no caller. */
export const UNIDENTIFIED_REPORTED_MS = DAY_MS;

/** Senders of requests within the last day that no organization has an event of, because their key belongs to none. */
export async function unidentifiedFindings({
  database,
  clock,
}: Pick<DirectoryDeps, 'database' | 'clock'>): Promise<readonly Finding[]> {
  try {
    const notes = await listUnidentifiedRequests(database, new Date(clock.now().getTime() - UNIDENTIFIED_REPORTED_MS));
    return notes.map((note) => ({ check: checkOf(note), status: 'warning', detail: unidentifiedAdvice(note) }));
  } catch {
    // The database cannot be read, or migrations wait: another finding says so.
    return [];
  }
}

/** What a list of events cannot have: requests whose key belongs to no organization. Empty where there were none. */
export async function unidentifiedSentence({ deps, fleet, organization }: Session): Promise<string> {
  const { eventRetentionDays } = await findSettings(deps.database, organization.id);
  const now = deps.clock.now().getTime();
  const notes = await listUnidentifiedRequests(fleet.main.database, new Date(now - eventRetentionDays * DAY_MS));
  return sentenceOf(notes, now);
}

/** How many requests there were, from where, since when, and until when; doctor, or the reason of the last, says more. */
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
    ? `${arrived}: "tanhua doctor" says more.`
    : `${arrived}: such requests are events of no organization. The last: ${unidentifiedAdvice(latest)}`;
}

/** The name of the finding, by what the client got wrong. */
const checks: Readonly<Record<(typeof unidentifiedReasons)[number], string>> = {
  keyMissing: 'no key',
  keyWithoutBearer: 'no Bearer',
  keyMalformed: 'malformed key',
  schemeUnsupported: 'not Bearer',
  keyMistyped: 'unknown key',
  keyOfAnother: 'unknown key',
};

/** A note can be of a version whose reasons this one does not know. */
function checkOf({ reason }: UnidentifiedRequestNote): string {
  const known = unidentifiedReasons.find((one) => one === reason);
  return known === undefined ? 'unknown key' : checks[known];
}
