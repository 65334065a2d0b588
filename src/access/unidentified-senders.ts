import { listApiKeys } from '#admins/api-key-store.ts';
import { listUnidentifiedRequests, type UnidentifiedRequestNote } from '#audit/unidentified-request-store.ts';
import { DAY_MS, type Clock } from '#base/clock.ts';
import type { Language } from '#base/words/language.ts';
import type { Database } from '#database/database.ts';
import { listOrganizations } from '#organizations/organization-store.ts';
import type { Fleet } from '#shards/fleet.ts';
import { unidentifiedReasonText } from './unidentified-requests.ts';

/** The number of days for which requests without a known key are shown to an organization. */
export const UNIDENTIFIED_SHOWN_DAYS = 1;

/** SCIM requests whose key identified no caller, with the reason in words. */
export interface UnidentifiedSender extends UnidentifiedRequestNote {
  readonly reasonText: string;
}

interface Deps {
  /** The database of the organization. */
  readonly database: Database;
  readonly clock: Clock;
  readonly fleet: Fleet;
  /** The language of the reasons. Default: English. */
  readonly language?: Language;
}

/**
 * Returns the SCIM requests of the last day whose key identified no caller, as far as they can be meant for an organization, most recent
 * first. On a server with one organization, these are all of them. On a server with several, only requests whose key begins like a key of
 * the organization, because the others may be meant for another organization.
 *
 * @example
 * const [latest] = await unidentifiedSenders(deps, organizationId);
 * latest?.reasonText; // 'The key is not known. It was cut or mistyped, or is not a key of this directory. …'
 */
export async function unidentifiedSenders(
  { database, clock, fleet, language = 'en' }: Deps,
  organizationId: string,
): Promise<readonly UnidentifiedSender[]> {
  const since = new Date(clock.now().getTime() - UNIDENTIFIED_SHOWN_DAYS * DAY_MS);
  const notes = await listUnidentifiedRequests(fleet.main.database, since);
  if (notes.length === 0) return [];
  const isOnly = await hasOneOrganization(fleet);
  const prefixes = new Set((await listApiKeys(database, organizationId)).map(({ prefix }) => prefix));
  return notes
    .filter(({ prefix }) => isOnly || (prefix !== '' && prefixes.has(prefix)))
    .map((note) => ({ ...note, reasonText: unidentifiedReasonText(note, language) }));
}

/** True if no other organization is in any database. During a move, the copy of an organization counts as another one. */
async function hasOneOrganization({ shards }: Fleet): Promise<boolean> {
  let organizations = 0;
  for (const shard of shards) organizations += (await listOrganizations(shard.database)).length;
  return organizations === 1;
}
