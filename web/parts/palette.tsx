import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useId, useState, type KeyboardEvent } from 'react';
import { useNavigate } from 'react-router';
import { api, read, type Schemas } from '../data/client.ts';
import { useMay } from '../data/session.ts';
import { useSources } from '../data/sources.ts';
import { useWords, type Words } from '../words/words.tsx';
import { OutcomeMark } from './outcome.tsx';
import styles from './palette.module.css';

/** The time after the last key press before the server is asked. */
const DEBOUNCE_MS = 120;
const RESULTS_MAX = 6;

interface Entry {
  readonly id: string;
  readonly section: string;
  readonly label: string;
  readonly detail?: string | null | undefined;
  readonly to: string;
  readonly isRefused?: boolean;
}

/** Finds people (present or refused), groups, sources and places, and opens events and requests by their id. */
export function Palette({ close }: { readonly close: () => void }) {
  const words = useWords();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const list = useId();
  const entries = useEntries(text, words);
  const index = Math.min(active, entries.length - 1);
  const open = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    close();
    void navigate(entry.to);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((index + step + entries.length) % Math.max(entries.length, 1));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      open(entries[index]);
    }
  };
  return (
    <Modal.Root opened onClose={close} padding={0} yOffset="12vh" size={600}>
      <Modal.Overlay />
      <Modal.Content aria-label={words.palette.label}>
        <Modal.Body>
          <input
            className={styles['input']}
            role="combobox"
            aria-label={words.palette.label}
            aria-expanded
            aria-controls={list}
            aria-activedescendant={entries[index] === undefined ? undefined : `${list}-${index}`}
            autoComplete="off"
            data-autofocus
            placeholder={words.palette.placeholder}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setActive(0);
            }}
            onKeyDown={onKey}
          />
          <ul id={list} role="listbox" aria-label={words.palette.label} className={styles['list']}>
            {entries.map((entry, position) => (
              <li
                key={entry.id}
                id={`${list}-${position}`}
                role="option"
                aria-selected={position === index}
                onPointerMove={() => setActive(position)}
                onClick={() => open(entry)}
              >
                <span>
                  {entry.isRefused === true && <OutcomeMark outcome="refused" />}
                  {entry.isRefused === true && ' '}
                  {entry.label}
                </span>
                <span className="dim small">{entry.detail}</span>
                <span className="dimmer small">{entry.section}</span>
              </li>
            ))}
          </ul>
          {entries.length === 0 && (
            <p className={styles['nothing']} role="status">
              {words.palette.nothing(text)}
            </p>
          )}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function useEntries(text: string, words: Words): readonly Entry[] {
  const may = useMay();
  const [search] = useDebouncedValue(text.trim(), DEBOUNCE_MS);
  const people = usePeople(search, 'present', may('users.read'));
  const refused = usePeople(search, 'refused', may('users.read'));
  const groups = useGroups(search, may('groups.read'));
  const sources = useSources();
  const matches = (label: string) => label.toLocaleLowerCase().includes(search.toLocaleLowerCase());
  const { palette } = words;
  return [
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
    ...idEntries(search, words, may),
  ];
}

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
    ['/events', places.events, 'events.read'],
  ];
  return all
    .filter(([, , permission]) => permission === undefined || may(permission))
    .map(([to, label]) => ({ id: to, section: palette.places, label, to }));
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
