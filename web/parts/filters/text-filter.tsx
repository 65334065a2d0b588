import { Popover } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useWords } from '../../words/words.tsx';
import styles from './filters.module.css';

/** The number of suggestions that are shown at once. */
const SUGGESTIONS_MAX = 8;
const LENGTH_MAX = 200;

interface Props {
  readonly label: string;
  readonly help: string;
  /** The words of what is chosen; empty for nothing. */
  readonly chosen: string;
  readonly onClear: () => void;
  readonly onSubmit?: (text: string) => void;
  /** Values that occur in the list. Those that contain the text can be chosen. */
  readonly suggestions?: readonly string[];
  /** What the text finds, as buttons. */
  readonly children?: (text: string, close: () => void) => ReactNode;
}

/** A filter by a text: the reader types it, or chooses what it finds. */
export function TextFilter({ label, help, chosen, onClear, onSubmit, suggestions = [], children }: Props) {
  const { filters } = useWords();
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const close = () => {
    setOpen(false);
    setText('');
  };
  const submit = (value: string) => {
    onSubmit?.(value);
    close();
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-start" width={280} trapFocus returnFocus withinPortal>
      <Popover.Target>
        <button
          type="button"
          className={`chip ${styles['filter'] ?? ''}`}
          data-on={chosen !== ''}
          title={chosen === '' ? undefined : chosen}
          onClick={() => setOpen(!isOpen)}
        >
          {label} <b>{chosen === '' ? filters.any : chosen}</b>
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        <form
          className={styles['popover']}
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim() !== '') submit(text.trim());
          }}
        >
          <label className="field">
            <span>{label}</span>
            <input
              className="input"
              data-autofocus
              autoComplete="off"
              maxLength={LENGTH_MAX}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <small>{help}</small>
          </label>
          <Suggestions suggestions={suggestions} text={text.trim()} choose={submit} />
          {children?.(text.trim(), close)}
          <div className="row">
            {onSubmit !== undefined && (
              <button type="submit" className="button" data-kind="primary" disabled={text.trim() === ''}>
                {filters.apply}
              </button>
            )}
            {chosen !== '' && (
              <button
                type="button"
                className="button"
                onClick={() => {
                  onClear();
                  close();
                }}
              >
                {filters.remove(label)}
              </button>
            )}
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

interface SuggestionsProps {
  readonly suggestions: readonly string[];
  readonly text: string;
  readonly choose: (value: string) => void;
}

function Suggestions({ suggestions, text, choose }: SuggestionsProps) {
  const wanted = text.toLocaleLowerCase();
  const found = suggestions.filter((suggestion) => suggestion.toLocaleLowerCase().includes(wanted));
  if (found.length === 0) return null;
  return (
    <FilterChoices>
      {found.slice(0, SUGGESTIONS_MAX).map((suggestion) => (
        <li key={suggestion}>
          <button type="button" onClick={() => choose(suggestion)}>
            {suggestion}
          </button>
        </li>
      ))}
    </FilterChoices>
  );
}

/** The list of what can be chosen below a text. */
export function FilterChoices({ children }: { readonly children: ReactNode }) {
  return <ul className={styles['choices']}>{children}</ul>;
}
