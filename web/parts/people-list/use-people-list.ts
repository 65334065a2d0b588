import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { useViewState } from '../../data/view-state.ts';
import { peopleQuery, viewDefaults, type FixedFilters, type PeopleView } from './people-filter.ts';
import { pathOf } from './person-cells.tsx';
import { noSelection, toggled, type Selection } from './selection.ts';
import { useListKeys } from './use-list-keys.ts';
import { PAGE_SIZE, useFirstPage, useFurtherPages, useLivePeople, type Person } from './use-people.ts';

export type ListState = ReturnType<typeof usePeopleList>;

interface Marks {
  /** The question that the marks belong to: another question starts without them. */
  readonly key: string;
  readonly selection: Selection;
  /** The position of the row that the keys act on; -1 for none. */
  readonly active: number;
}

/** The state of a list of people: what is asked, what is there, what is selected, and what the keys act on. */
export function usePeopleList(fixed: FixedFilters, isSelectable: boolean) {
  const [url, setView] = useViewState(viewDefaults);
  const view: PeopleView = useMemo(() => ({ ...url, ...fixed }), [url, fixed]);
  const { query, isSwitched, first } = useQuestion(view);
  const key = JSON.stringify(query);
  const [marks, setMarks] = useState<Marks>(unmarked(key));
  const { selection, active } = marks.key === key ? marks : unmarked(key);
  const [range, setRange] = useState<readonly [number, number]>([0, 0]);
  const onRange = useCallback((from: number, to: number) => setRange([from, to]), []);
  const total = first.data?.total ?? 0;
  const at = useFurtherPages(query, first.data?.results ?? [], pagesOf(range, total));
  const navigate = useNavigate();
  const grid = useRef<HTMLDivElement>(null);
  useLivePeople();

  const isRefused = first.data?.presence === 'refused';
  const canSelect = isSelectable && !isRefused;
  const mark = (change: Partial<Marks>) => setMarks({ key, selection, active, ...change });
  const setActive = (index: number) => mark({ active: index });
  const open = (person: Person) => void navigate(pathOf(person));
  const toggle = (person: Person, index = active) => {
    if (canSelect) mark({ active: index, selection: toggled(selection, person.id, person.name ?? person.id) });
  };
  const onKey = useListKeys({
    total,
    active,
    setActive,
    open: () => withPerson(at(active), open),
    toggle: () => withPerson(at(active), toggle),
  });
  /** Moves the focus from the search to the list. */
  const enter = () => {
    grid.current?.focus();
    if (total > 0) setActive(Math.max(active, 0));
  };
  const isAnswered = first.data !== undefined && !first.isPlaceholderData;
  const setFound = useFound(view.search, isAnswered, () => {
    const [only] = first.data?.results ?? [];
    if (total === 1 && only !== undefined) open(only);
    else if (total > 1) enter();
  });
  return {
    view,
    query,
    first,
    total,
    at,
    range,
    onRange,
    isRefused,
    isSwitched,
    canSelect,
    selection,
    active,
    setActive,
    open,
    toggle,
    onKey,
    grid,
    select: (next: Selection) => mark({ selection: next }),
    change: (next: Partial<PeopleView>, replace = false) => {
      window.scrollTo({ top: 0 });
      setView(next, { replace });
    },
    enter,
    openFound: setFound,
  };
}

/**
 * Returns a function that says that the reader wants what a search finds. Calls `act` once this search is answered: the reader may press
 * Enter earlier.
 */
function useFound(search: string, isAnswered: boolean, act: () => void): (wanted: string) => void {
  const [wanted, setWanted] = useState<string>();
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    if (wanted === undefined || wanted === '' || search !== wanted || !isAnswered) return;
    // oxlint-disable-next-line react/set-state-in-effect -- The answer comes from outside, and is used once.
    setWanted(undefined);
    latest.current();
  }, [wanted, search, isAnswered]);
  return setWanted;
}

/** Asks for the people of a view: those who are here; if a search matches none of them, those who were refused. */
function useQuestion(view: PeopleView) {
  const [now] = useState(() => new Date());
  const wanted = view.presence === 'refused' ? 'refused' : 'present';
  const asked = peopleQuery(view, wanted, now);
  const answer = useFirstPage(asked);
  const isSwitched =
    view.presence === '' &&
    view.search.trim() !== '' &&
    !answer.isPlaceholderData &&
    answer.data?.total === 0 &&
    answer.data.otherTotal > 0;
  const query = isSwitched ? peopleQuery(view, 'refused', now) : asked;
  const first = useFirstPage(query);
  return { query, isSwitched, first };
}

function unmarked(key: string) {
  return { key, selection: noSelection, active: -1 };
}

function pagesOf([from, to]: readonly [number, number], total: number): readonly number[] {
  const start = Math.floor(from / PAGE_SIZE);
  const end = Math.floor(Math.min(to, total - 1) / PAGE_SIZE);
  return Array.from({ length: Math.max(end - start + 1, 0) }, (_, index) => start + index);
}

function withPerson(person: Person | undefined, act: (person: Person) => void): void {
  if (person !== undefined) act(person);
}
