import { findNamedIds } from '#audit/event-name-store.ts';
import { listEvents } from '#audit/event-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { quote } from '#base/errors.ts';
import type { Language } from '#base/words/language.ts';
import { findSettings, type Organization } from '#organizations/organization-store.ts';
import type { DirectoryDeps } from './stored.ts';
import { emptySearchWordsIn, type EmptySearchWords } from './empty-search-words.ts';
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
  language: Language = 'en',
): Promise<EmptySearch> {
  const words = emptySearchWordsIn(language);
  const { database, clock } = deps;
  const { target, type, request, refusedOnly = false } = query;
  const { eventRetentionDays } = await findSettings(database, organization.id);
  const to = clock.now();
  const isNamed = target !== undefined && target !== '';
  return {
    searched: {
      organization: organization.name,
      target: target ?? null,
      names: isNamed ? words.names : [],
      type: type ?? null,
      request: request ?? null,
      refusedOnly,
      from: new Date(to.getTime() - eventRetentionDays * DAY_MS).toISOString(),
      to: to.toISOString(),
      retentionDays: eventRetentionDays,
    },
    meaning: await meaningOf(deps, organization, query, words),
    similar: isNamed ? await findSimilarNames(database, organization.id, target) : [],
  };
}

async function meaningOf(
  { database }: Pick<DirectoryDeps, 'database'>,
  { id: organizationId }: Organization,
  { target, type, request, refusedOnly = false }: EventSearch,
  words: EmptySearchWords,
): Promise<readonly string[]> {
  const isLimited = type !== undefined || refusedOnly;
  if (request !== undefined && (target !== undefined || isLimited)) {
    const all = await listEvents(database, { organizationId, request, limit: 1 });
    if (all.length > 0) return [words.others(request)];
  }
  if (request !== undefined) {
    return [words.noRequest(request)];
  }
  if (target === undefined) {
    return [isLimited ? words.noneOfKind : words.nothing];
  }
  if (isLimited) {
    const all = await listEvents(database, { organizationId, target, limit: 1 });
    if (all.length > 0) return [words.onlyOtherKinds(target)];
  }
  const { users, groups } = await findNamedIds(database, organizationId, target);
  if (users.length + groups.length > 0) {
    return [words.unchanged(target)];
  }
  return [words.notNamed(target), ...words.notSent];
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
