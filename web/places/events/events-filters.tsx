import { Menu } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, read } from '../../data/client.ts';
import { useSources } from '../../data/sources.ts';
import { useWords } from '../../words/words.tsx';
import { isPeriod, periods, useEventsView, viewDefaults, type Period } from './event-filter.ts';
import { typeWords } from './event-text.ts';
import styles from './events.module.css';
import { useFilterTexts } from './use-filter-texts.ts';

const DEBOUNCE_MS = 200;
/** Types that occurred in this time can be chosen. */
const TYPES_DAYS = 30;

/** The search and the filters. Their state is in the URL. */
export function EventsFilters() {
  const words = useWords();
  const { events } = words;
  const [view, setView] = useEventsView();
  const { data: sources = [] } = useSources();
  const types = useTypes();
  const custom = useFilterTexts().find(({ without }) => Object.hasOwn(without, 'from'))?.value;
  const set = (name: keyof typeof view) => (value: string) => setView({ [name]: value });
  return (
    <div className={styles['filters']} role="search">
      <Search value={view.target} />
      <FilterMenu
        label={events.filter.outcome}
        value={view.outcome}
        choices={Object.entries(events.outcome)}
        choose={set('outcome')}
      />
      <FilterMenu label={events.filter.type} value={view.type} choices={types} choose={set('type')} />
      {sources.length > 0 && (
        <FilterMenu
          label={events.filter.source}
          value={view.source}
          choices={sources.map(({ id, name }) => [id, name])}
          choose={set('source')}
        />
      )}
      <FilterMenu
        label={events.filter.period}
        value={view.period}
        any={events.allTime}
        shown={isPeriod(view.period) ? undefined : custom}
        choices={(Object.keys(periods) as Period[]).map((name) => [name, events.period[name]])}
        choose={(period) => setView({ period, from: '', to: '' })}
      />
      <OtherFilters />
    </div>
  );
}

function Search({ value }: { readonly value: string }) {
  const { events } = useWords();
  const [, setView] = useEventsView();
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  // The URL changed without a key press: by a link, or because the filters were cleared.
  if (seen !== value) {
    setSeen(value);
    if (text.trim() !== value) setText(value);
  }
  const search = useDebouncedCallback(
    (target: string) => setView({ target, request: '' }, { replace: true }),
    DEBOUNCE_MS,
  );
  return (
    <input
      type="search"
      className={`input ${styles['search'] ?? ''}`}
      aria-label={events.search}
      placeholder={events.searchPlaceholder}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        search(currentTarget.value.trim());
      }}
    />
  );
}

interface MenuProps {
  readonly label: string;
  readonly value: string;
  /** What the chip says if nothing is chosen. */
  readonly any?: string | undefined;
  /** What the chip says instead of the choice. */
  readonly shown?: string | undefined;
  readonly choices: readonly (readonly [string, string])[];
  readonly choose: (value: string) => void;
}

function FilterMenu({ label, value, any, shown, choices, choose }: MenuProps) {
  const { events } = useWords();
  const none = any ?? events.any;
  const chosen = shown ?? choices.find(([name]) => name === value)?.[1] ?? (value === '' ? none : value);
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <button type="button" className="chip">
          {label} <b className={styles['chosen']}>{chosen}</b>
        </button>
      </Menu.Target>
      <Menu.Dropdown className={styles['menu']}>
        <Menu.RadioGroup value={value} onChange={choose}>
          {([['', none], ...choices] as const).map(([name, text]) => (
            <Menu.RadioItem key={name} value={name} closeMenuOnClick>
              {text}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The filters that links set: the actor, the request and the reason. Each can be removed. */
function OtherFilters() {
  const { events } = useWords();
  const [, setView] = useEventsView();
  const texts = useFilterTexts();
  const others = texts.filter(({ without }) =>
    ['actor', 'request', 'reason'].some((name) => Object.hasOwn(without, name)),
  );
  return (
    <>
      {others.map(({ label, value, without }) => (
        <button
          key={label}
          type="button"
          className="chip"
          aria-label={events.remove(`${label} ${value}`)}
          onClick={() => setView(without)}
        >
          {label} <b className={styles['chosen']}>{value}</b> <span aria-hidden="true">✕</span>
        </button>
      ))}
      {texts.length > 0 && (
        <button type="button" className="button" data-kind="quiet" onClick={() => setView(viewDefaults)}>
          {events.clear}
        </button>
      )}
    </>
  );
}

/** The types of events that occurred, with their numbers. */
function useTypes(): readonly (readonly [string, string])[] {
  const { events } = useWords();
  const { data } = useQuery({
    queryKey: ['event-types'],
    queryFn: ({ signal }) => {
      const from = new Date(Date.now() - TYPES_DAYS * 86_400_000).toISOString();
      return read(
        api.GET('/api/events/summary', { params: { query: { from, bucket: 'day', groupBy: 'type' } }, signal }),
      );
    },
    staleTime: 60_000,
  });
  return (data?.groups ?? []).flatMap(({ value, accepted, refused }) =>
    value === null ? [] : [[value, events.typeCount(typeWords(value), accepted + refused)] as const],
  );
}
