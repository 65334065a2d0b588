import { useDebouncedValue } from '@mantine/hooks';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, read, type Schemas } from '../data/client.ts';
import { useMay } from '../data/session.ts';
import { useSources } from '../data/sources.ts';
import type { Words } from '../words/words.tsx';
import { sections } from './setting-sections.ts';

/** The time after the last key press before the server is asked. */
const DEBOUNCE_MS = 120;
const RESULTS_MAX = 6;

/** Something that the palette finds, and its page. */
export interface Entry {
  readonly id: string;
  readonly section: string;
  readonly label: string;
  readonly detail?: string | null | undefined;
  readonly to: string;
  readonly isRefused?: boolean;
}

/** Returns what a text finds, and whether all of it has arrived. */
export function useEntries(
  text: string,
  words: Words,
): { readonly entries: readonly Entry[]; readonly isCurrent: boolean } {
  const may = useMay();
  const [search] = useDebouncedValue(text.trim(), DEBOUNCE_MS);
  const people = usePeople(search, 'present', may('users.read'));
  const refused = usePeople(search, 'refused', may('users.read'));
  const groups = useGroups(search, may('groups.read'));
  const sources = useSources();
  const matches = (label: string) => label.toLocaleLowerCase().includes(search.toLocaleLowerCase());
  const { palette } = words;
  const isAsked = [people, refused, groups].some(isAwaited);
  const entries = [
    ...placeEntries(words, may).filter(({ label }) => matches(label)),
    ...(people.data?.results ?? []).map((person) => ({
      id: person.id,
      section: palette.people,
      label: person.name ?? person.userName ?? person.id,
      detail: person.userName,
      to: `/people/${person.id}`,
    })),
    ...(refused.data?.results ?? []).map((person) => ({
      id: person.id,
      section: palette.refused,
      label: person.name ?? nameOf(person),
      detail: person.userName,
      isRefused: true,
      to: `/people/${encodeURIComponent(nameOf(person))}`,
    })),
    ...(groups.data ?? []).map(({ id, name = id }) => ({
      id,
      section: palette.groups,
      label: name,
      to: `/groups/${id}`,
    })),
    ...(search === '' ? [] : (sources.data ?? []))
      .filter(({ name }) => matches(name))
      .map(({ id, name }) => ({ id, section: palette.sources, label: name, to: `/sources/${id}` })),
    ...settingEntries(words, may).filter(({ label }) => search !== '' && matches(label)),
    ...idEntries(search, words, may),
  ];
  return { entries, isCurrent: search === text.trim() && !isAsked };
}

/** True for a question whose answer is on the way, so that there is none, or that of the previous text. */
function isAwaited({ isFetching, isPending, isPlaceholderData }: Asked): boolean {
  return isFetching && (isPending || isPlaceholderData);
}

type Asked = Pick<UseQueryResult, 'isFetching' | 'isPending' | 'isPlaceholderData'>;

function usePeople(search: string, presence: 'present' | 'refused', isAllowed: boolean) {
  return useQuery({
    queryKey: ['palette', 'people', presence, search],
    queryFn: ({ signal }) =>
      read(api.GET('/api/people', { params: { query: { search, presence, limit: RESULTS_MAX } }, signal })),
    enabled: search !== '' && isAllowed,
    placeholderData: (previous) => (search === '' ? undefined : previous),
  });
}

function useGroups(search: string, isAllowed: boolean) {
  return useQuery({
    queryKey: ['palette', 'groups', search],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v2/usergroups', {
          params: { query: { filter: `name:$sw:${search}`, limit: RESULTS_MAX } },
          signal,
        }),
      ),
    enabled: search !== '' && isAllowed,
    retry: false,
  });
}

function placeEntries({ places, palette }: Words, may: (permission: string) => boolean): readonly Entry[] {
  const all: readonly (readonly [string, string, string | undefined])[] = [
    ['/', places.home, undefined],
    ['/people', places.people, 'users.read'],
    ['/groups', places.groups, 'groups.read'],
    ['/sources', places.sources, 'integrations.read'],
    ['/rehearsal', places.rehearsal, 'entra.read'],
    ['/events', places.events, 'events.read'],
    ['/settings', places.settings, undefined],
  ];
  return all
    .filter(([, , permission]) => permission === undefined || may(permission))
    .map(([to, label]) => ({ id: to, section: palette.places, label, to }));
}

/** The sections of the settings, and what is often done there. */
function settingEntries({ settings, palette }: Words, may: (permission: string) => boolean): readonly Entry[] {
  const actions: readonly (readonly [string, string, string])[] = [
    ['/settings/keys?new=key', palette.newKey, 'keys.own'],
    ['/settings/administrators?new=administrator', palette.invite, 'administrators.write'],
  ];
  return [
    ...actions.filter(([, , permission]) => may(permission)),
    ...sections
      .filter(({ permission }) => permission === undefined || may(permission))
      .map(({ name }) => [`/settings/${name}`, settings.sections[name]] as const),
  ].map(([to, label]) => ({ id: to, section: palette.settings, label, to }));
}

/** What a text that looks like an id can be: an event, a request, or an ActivityId. */
function idEntries(search: string, { palette }: Words, may: (permission: string) => boolean): readonly Entry[] {
  const isId = /^(?:[0-9a-f]{24}|[0-9a-f]{8}-[0-9a-f-]{27})(?::\d+)?$/i.test(search);
  const name = encodeURIComponent(search);
  return [
    ...(isId && may('requests.read')
      ? [{ id: 'request', section: palette.ids, label: palette.openRequest(search), to: `/events?exchange=${name}` }]
      : []),
    ...(isId && may('events.read')
      ? [{ id: 'events', section: palette.ids, label: palette.openEvents(search), to: `/events?request=${name}` }]
      : []),
    ...(search !== '' && !isId && may('users.read')
      ? [{ id: 'absent', section: palette.people, label: palette.askTimeline(search), to: `/people/${name}` }]
      : []),
  ];
}

/** Returns the name under which the events know a person: the one that was sent. */
function nameOf(person: Schemas['presentperson'] | Schemas['refusedperson']): string {
  const externalId = person.presence === 'refused' ? person.externalId : null;
  return person.userName ?? person.email ?? externalId ?? person.id;
}
