import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useId, useState, type KeyboardEvent } from 'react';
import { api, read } from '../data/client.ts';
import { useWords } from '../words/words.tsx';
import styles from './person-picker.module.css';

const DEBOUNCE_MS = 120;
const FOUND_MAX = 8;
const LENGTH_MAX = 200;

export interface PickedPerson {
  readonly id: string;
  readonly name: string;
}

interface Props {
  readonly label: string;
  readonly help: string;
  /** Who is chosen now; undefined for no one. */
  readonly picked: PickedPerson | null | undefined;
  /** A person who cannot be chosen. */
  readonly except?: string;
  readonly isInvalid?: boolean;
  /** Receives the person, null for an empty field, and undefined while the text is not yet a choice. */
  readonly onPick: (person: PickedPerson | null | undefined) => void;
}

/** Finds a person by any name as the reader types, and chooses one with the arrow keys and Enter, or with a click. */
export function PersonPicker({ label, help, picked, except, isInvalid = false, onPick }: Props) {
  const { picker } = useWords();
  const [text, setText] = useState(picked?.name ?? '');
  const [active, setActive] = useState(0);
  const list = useId();
  const isSearching = text.trim() !== '' && picked == null;
  const { found, isKnown } = useFound(isSearching ? text.trim() : '', except);
  const shown = isSearching ? found : [];
  const index = Math.min(active, shown.length - 1);
  const pick = (person: PickedPerson | undefined) => {
    if (person === undefined) return;
    onPick(person);
    setText(person.name);
    setActive(0);
  };
  const onKey = (event: KeyboardEvent) => {
    if (shown.length === 0) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setActive((index + step + shown.length) % shown.length);
    else if (event.key === 'Enter') pick(shown[index]);
    else return;
    event.preventDefault();
  };
  return (
    <div>
      <label className="field">
        <span>{label}</span>
        <input
          className="input"
          role="combobox"
          data-autofocus
          autoComplete="off"
          maxLength={LENGTH_MAX}
          placeholder={picker.placeholder}
          aria-expanded={shown.length > 0}
          aria-controls={list}
          aria-activedescendant={shown[index] === undefined ? undefined : `${list}-${index}`}
          aria-invalid={isInvalid}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setActive(0);
            onPick(event.currentTarget.value.trim() === '' ? null : undefined);
          }}
          onKeyDown={onKey}
        />
        <small>{help}</small>
      </label>
      <ul id={list} role="listbox" aria-label={picker.found} className={styles['found']} hidden={shown.length === 0}>
        {shown.map(({ id, name, detail }, position) => (
          // The keys of the field move and choose.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <li
            key={id}
            id={`${list}-${position}`}
            role="option"
            aria-selected={position === index}
            onPointerMove={() => setActive(position)}
            onClick={() => pick({ id, name })}
          >
            <span>{name}</span>
            <span className="dim small">{detail}</span>
          </li>
        ))}
      </ul>
      <p role="status" className={`dim ${styles['nothing'] ?? ''}`}>
        {isSearching && isKnown && found.length === 0 && picker.nothing(text.trim())}
      </p>
    </div>
  );
}

function useFound(text: string, except: string | undefined) {
  const [search] = useDebouncedValue(text, DEBOUNCE_MS);
  const people = useQuery({
    queryKey: ['candidates', 'people', search],
    queryFn: ({ signal }) => read(api.GET('/api/people', { params: { query: { search, limit: FOUND_MAX } }, signal })),
    enabled: search !== '',
    placeholderData: (previous) => previous,
  });
  const found = (people.data?.results ?? []).flatMap((person) =>
    person.presence !== 'present' || person.id === except
      ? []
      : [
          {
            id: person.id,
            name: person.name ?? person.userName ?? person.id,
            detail: [person.title, person.userName].filter((part) => part !== null).join(' · '),
          },
        ],
  );
  return {
    found: search === '' ? [] : found,
    isKnown: search === text && people.isSuccess && !people.isPlaceholderData,
  };
}
