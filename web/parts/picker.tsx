import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useId, useState, type KeyboardEvent } from 'react';
import styles from './picker.module.css';

const DEBOUNCE_MS = 120;
/** The number of found objects that a picker shows. */
export const FOUND_MAX = 8;
const LENGTH_MAX = 200;

export interface Picked {
  readonly id: string;
  readonly name: string;
}

export interface Found extends Picked {
  readonly detail: string;
}

interface Props {
  readonly label: string;
  readonly help: string;
  readonly placeholder: string;
  /** Names the list of what was found. */
  readonly foundLabel: string;
  /** Says that nothing has the text. */
  readonly nothing: (text: string) => string;
  /** What is chosen now; undefined for nothing. */
  readonly picked: Picked | null | undefined;
  readonly isInvalid?: boolean;
  /** True in a dialog in which it is the first field. */
  readonly isFirst?: boolean;
  /** Receives what was chosen, null for an empty field, and undefined while the text is not yet a choice. */
  readonly onPick: (picked: Picked | null | undefined) => void;
  /** The first part of the key of the question. */
  readonly queryKey: readonly string[];
  readonly find: (search: string, signal: AbortSignal) => Promise<readonly Found[]>;
}

/** Finds something by its name as the reader types, and chooses it with the arrow keys and Enter, or with a click. */
export function Picker(props: Props) {
  const { label, help, placeholder, foundLabel, nothing, picked, isInvalid = false, isFirst = false, onPick } = props;
  const [text, setText] = usePickedText(picked);
  const [active, setActive] = useState(0);
  const list = useId();
  const isSearching = text.trim() !== '' && picked == null;
  const { found, isKnown } = useFound(isSearching ? text.trim() : '', props);
  const shown = isSearching ? found : [];
  const index = Math.min(active, shown.length - 1);
  const pick = (one: Found | undefined) => {
    if (one === undefined) return;
    onPick({ id: one.id, name: one.name });
    setText(one.name);
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
          data-autofocus={isFirst || undefined}
          autoComplete="off"
          maxLength={LENGTH_MAX}
          placeholder={placeholder}
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
      <ul id={list} role="listbox" aria-label={foundLabel} className={styles['found']} hidden={shown.length === 0}>
        {shown.map((one, position) => (
          // The keys of the field move and choose.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <li
            key={one.id}
            id={`${list}-${position}`}
            role="option"
            aria-selected={position === index}
            onPointerMove={() => setActive(position)}
            onClick={() => pick(one)}
          >
            <span>{one.name}</span>
            <span className="dim small">{one.detail}</span>
          </li>
        ))}
      </ul>
      <p role="status" className={`dim ${styles['nothing'] ?? ''}`}>
        {isSearching && isKnown && found.length === 0 && nothing(text.trim())}
      </p>
    </div>
  );
}

/** Returns the text of the field, which becomes the name of what the form chooses, such as what was saved meanwhile. */
function usePickedText(picked: Picked | null | undefined) {
  const [text, setText] = useState(picked?.name ?? '');
  const choice = picked === undefined ? undefined : (picked?.id ?? '');
  const [known, setKnown] = useState(choice);
  if (choice !== known) {
    setKnown(choice);
    if (picked !== undefined) setText(picked?.name ?? '');
  }
  return [text, setText] as const;
}

function useFound(text: string, { queryKey, find }: Pick<Props, 'queryKey' | 'find'>) {
  const [search] = useDebouncedValue(text, DEBOUNCE_MS);
  const { data, isSuccess, isPlaceholderData } = useQuery({
    queryKey: [...queryKey, search],
    queryFn: async ({ signal }) => await find(search, signal),
    enabled: search !== '',
    placeholderData: (previous) => previous,
  });
  return {
    found: search === '' ? [] : (data ?? []),
    isKnown: search === text && isSuccess && !isPlaceholderData,
  };
}
