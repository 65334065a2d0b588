import { findNamedIds } from '#audit/event-name-store.ts';
import { listEvents } from '#audit/event-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { quote } from '#base/errors.ts';
import { findSettings, type Organization } from '#organizations/organization-store.ts';
import type { DirectoryDeps } from './stored.ts';
import { findSimilarNames } from './similar-name-store.ts';

/** The conditions of a search for events. */
interface EventSearch {
  readonly target?: string | undefined;
  readonly type?: string | undefined;
  readonly request?: string | undefined;
  readonly refusedOnly?: boolean | undefined;
}

/** Describes a search for events that found nothing: what was searched, and what the empty result means. */
interface EmptySearch {
  readonly searched: {
    readonly organization: string;
    readonly target: string | null;
    readonly names: readonly string[];
    readonly type: string | null;
    readonly request: string | null;
    readonly refusedOnly: boolean;
    readonly from: string;
    readonly to: string;
    readonly retentionDays: number;
  };
  /** Sentences that say what the empty result means and what to check next. */
  readonly meaning: readonly string[];
  /** Folded names that are similar to the target. */
  readonly similar: readonly string[];
}

/** The kinds of names by which a search can find events. */
const searchedNames: readonly string[] = [
  'id, userName, username, email, displayName and externalId of users',
  'id, displayName and externalId of groups',
  'the same names in refused requests, and names before a change',
];

/** What to check if no request contained a name. */
export const notSentAdvice: readonly string[] = [
  'Either the identity source did not send it: check in Entra ID that it is assigned, is in scope, and passes the scoping filters ("Provision on demand" shows the step that stops it).',
  'Or it was sent under another name: check which source attributes are mapped to userName, emails[type eq "work"].value, displayName, and externalId, and search for their values.',
];

/**
 * Explains a search for events that found nothing: what was searched, what the empty result means, what to check next, and which
 * names are similar.
 *
 * @example
 * const explained = await explainEmptySearch(deps, organization, { target: 'carol@contoso.example' });
 * explained.meaning; // ['No request received in this period names "carol@contoso.example".', …]
 */
export async function explainEmptySearch(
  deps: Pick<DirectoryDeps, 'database' | 'clock'>,
  organization: Organization,
  query: EventSearch,
): Promise<EmptySearch> {
  const { database, clock } = deps;
  const { target, type, request, refusedOnly = false } = query;
  const { eventRetentionDays } = await findSettings(database, organization.id);
  const to = clock.now();
  const isNamed = target !== undefined && target !== '';
  return {
    searched: {
      organization: organization.name,
      target: target ?? null,
      names: isNamed ? searchedNames : [],
      type: type ?? null,
      request: request ?? null,
      refusedOnly,
      from: new Date(to.getTime() - eventRetentionDays * DAY_MS).toISOString(),
      to: to.toISOString(),
      retentionDays: eventRetentionDays,
    },
    meaning: await meaningOf(deps, organization, query),
    similar: isNamed ? await findSimilarNames(database, organization.id, target) : [],
  };
}

async function meaningOf(
  { database }: Pick<DirectoryDeps, 'database'>,
  { id: organizationId }: Organization,
  { target, type, request, refusedOnly = false }: EventSearch,
): Promise<readonly string[]> {
  const isLimited = type !== undefined || refusedOnly;
  if (request !== undefined && (target !== undefined || isLimited)) {
    const all = await listEvents(database, { organizationId, request, limit: 1 });
    if (all.length > 0)
      return [`There are events for the request ${quote(request)}, but none of them matches the other conditions.`];
  }
  if (request !== undefined) {
    return [`No request with the id ${quote(request)} changed anything or was refused in this period.`];
  }
  if (target === undefined) {
    return isLimited
      ? ['No event of this kind was recorded in this period.']
      : ['Nothing has changed and no request was received.'];
  }
  if (isLimited) {
    const all = await listEvents(database, { organizationId, target, limit: 1 });
    if (all.length > 0) return [`There are events about ${quote(target)}, but none of this kind.`];
  }
  const { users, groups } = await findNamedIds(database, organizationId, target);
  if (users.length + groups.length > 0) {
    return [`${quote(target)} is in the directory and has not changed in this period. Older events are deleted.`];
  }
  return [`No request received in this period names ${quote(target)}.`, ...notSentAdvice];
}

/** Formats the explanation as text, one fact per line. */
export function emptySearchText({ searched, meaning, similar }: EmptySearch): string {
  const { organization, target, names, type, request, refusedOnly, from, to, retentionDays } = searched;
  const kind = [...(refusedOnly ? ['refused requests'] : ['events']), ...(type === null ? [] : [`of type ${type}`])];
  const about = `${target === null ? '' : ` about ${quote(target)}`}${request === null ? '' : ` for the request ${quote(request)}`}`;
  return [
    `There are no ${kind.join(' ')}${about} in ${quote(organization)}.`,
    ...(names.length === 0 ? [] : [`Searched, in any letter case: ${names.join('; ')}.`]),
    `Searched: ${from} to ${to}; events are kept for ${retentionDays} days.`,
    ...meaning,
    ...(similar.length === 0 ? [] : [`Similar names: ${similar.map(quote).join(', ')}.`]),
  ].join('\n');
}
