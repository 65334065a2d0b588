import { findNamedIds } from '#audit/event-name-store.ts';
import { listEvents } from '#audit/event-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { quote } from '#base/errors.ts';
import { findSettings, type Organization } from '#organizations/organization-store.ts';
import type { DirectoryDeps } from './stored.ts';
import { findSimilarNames } from './similar-name-store.ts';

/** What a list of events was asked for. */
interface EventQuestion {
  readonly target?: string | undefined;
  readonly type?: string | undefined;
  readonly request?: string | undefined;
  readonly refusedOnly?: boolean | undefined;
}

/** What was searched by a list of events that is empty, and what the empty result means. */
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
  readonly meaning: readonly string[];
  /** Folded names that are like the one that was searched for. */
  readonly similar: readonly string[];
}

/** The names by which events are found. */
const searchedNames: readonly string[] = [
  'id, userName, username, e-mail, displayName and externalId of users',
  'id, displayName and externalId of groups',
  'the same names in refused requests, and names before a change',
];

/** Says what a search for events that found nothing has searched, and what to check next. */
export async function explainEmptySearch(
  deps: Pick<DirectoryDeps, 'database' | 'clock'>,
  organization: Organization,
  question: EventQuestion,
): Promise<EmptySearch> {
  const { database, clock } = deps;
  const { target, type, request, refusedOnly = false } = question;
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
    meaning: await meaningOf(deps, organization, question),
    similar: isNamed ? await findSimilarNames(database, organization.id, target) : [],
  };
}

async function meaningOf(
  { database }: Pick<DirectoryDeps, 'database'>,
  { id: organizationId }: Organization,
  { target, type, request, refusedOnly = false }: EventQuestion,
): Promise<readonly string[]> {
  const isLimited = type !== undefined || refusedOnly;
  if (request !== undefined && (target !== undefined || isLimited)) {
    const all = await listEvents(database, { organizationId, request, limit: 1 });
    if (all.length > 0)
      return [`There are events of the request ${quote(request)}, but none of those that you asked for.`];
  }
  if (request !== undefined) {
    return [`No request that changed anything or was refused in that time had the id ${quote(request)}.`];
  }
  if (target === undefined) {
    return isLimited
      ? ['No event of this kind happened in that time.']
      : ['Nothing has changed and no request arrived.'];
  }
  if (isLimited) {
    const all = await listEvents(database, { organizationId, target, limit: 1 });
    if (all.length > 0) return [`There are events about ${quote(target)}, but none of this kind.`];
  }
  const { users, groups } = await findNamedIds(database, organizationId, target);
  if (users.length + groups.length > 0) {
    return [`${quote(target)} is in the directory and has not changed in that time: older events are deleted.`];
  }
  return [
    `No request that arrived in that time names ${quote(target)}.`,
    'Either the identity source did not send it: check in Entra ID that it is assigned, in scope and let through by the scoping filters ("Provision on demand" shows the step that stops it).',
    'Or it was sent under another name: check which source attributes are mapped to userName, emails[type eq "work"].value, displayName and externalId, and search for their values.',
  ];
}

/** The explanation as text, a line a fact. */
export function emptySearchText({ searched, meaning, similar }: EmptySearch): string {
  const { organization, target, names, type, request, refusedOnly, from, to, retentionDays } = searched;
  const kind = [...(refusedOnly ? ['refused requests'] : ['events']), ...(type === null ? [] : [`of type ${type}`])];
  const about = `${target === null ? '' : ` about ${quote(target)}`}${request === null ? '' : ` of the request ${quote(request)}`}`;
  return [
    `There are no ${kind.join(' ')}${about} in ${quote(organization)}.`,
    ...(names.length === 0 ? [] : [`Searched, in any letter case: ${names.join('; ')}.`]),
    `Searched: ${from} to ${to}; events are kept for ${retentionDays} days.`,
    ...meaning,
    ...(similar.length === 0 ? [] : [`Similar names: ${similar.map(quote).join(', ')}.`]),
  ].join('\n');
}
