import { unidentifiedAdvice, unidentifiedReasons } from '#access/unidentified-requests.ts';
import { listUnidentifiedRequests, type UnidentifiedRequestNote } from '#audit/unidentified-request-store.ts';
import { DAY_MS } from '#base/clock.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import type { Finding } from './key-findings.ts';
import type { Language } from '#base/words/language.ts';

/** The time for which `doctor` reports a request without a known key, in milliseconds. */
export const UNIDENTIFIED_REPORTED_MS = DAY_MS;

/** Reports the requests of the last day that had no known key. Such requests belong to no organization, so no event log contains them. */
export async function unidentifiedFindings(
  { database, clock }: Pick<DirectoryDeps, 'database' | 'clock'>,
  language: Language = 'en',
): Promise<readonly Finding[]> {
  try {
    const notes = await listUnidentifiedRequests(database, new Date(clock.now().getTime() - UNIDENTIFIED_REPORTED_MS));
    return notes.map((note) => ({
      check: checkOf(note),
      status: 'warning',
      detail: unidentifiedAdvice(note, language),
    }));
  } catch {
    // The database cannot be read, or has pending migrations. Another finding reports this.
    return [];
  }
}

/** The name of the finding for each mistake of a client. */
const checks: Readonly<Record<(typeof unidentifiedReasons)[number], string>> = {
  keyMissing: 'no key',
  keyWithoutBearer: 'no Bearer',
  keyMalformed: 'malformed key',
  schemeUnsupported: 'not Bearer',
  keyMistyped: 'unknown key',
  keyOfAnother: 'unknown key',
};

/** Returns the name of the finding for a note. Another version of Tanhua may have written a reason that this version does not know. */
function checkOf({ reason }: UnidentifiedRequestNote): string {
  const known = unidentifiedReasons.find((one) => one === reason);
  return known === undefined ? 'unknown key' : checks[known];
}
