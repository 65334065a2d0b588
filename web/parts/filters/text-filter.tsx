import { Popover } from '@mantine/core';
import { useId, useState, type ReactNode } from 'react';
import { useWords } from '../../words/words.tsx';
import styles from './people-list.module.css';

interface Props {
  readonly label: string;
  readonly help: string;
  /** The words of what is chosen; empty for nothing. */
  readonly chosen: string;
  readonly onClear: () => void;
  readonly onSubmit?: (text: string) => void;
  readonly suggestions?: readonly string[];
  /** What the text finds, as buttons. */
  readonly children?: (text: string, close: () => void) => ReactNode;
}

/** A filter by a text: the reader types it, or chooses what it finds. */
export function TextChip({ label, help, chosen, onClear, onSubmit, suggestions = [], children }: Props) {
  const { people } = useWords();
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const list = useId();
  const close = () => setOpen(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-start" width={280} trapFocus returnFocus withinPortal>
      <Popover.Target>
        <button
          type="button"
          className={`chip ${styles['filter'] ?? ''}`}
          data-on={chosen !== ''}
          onClick={() => setOpen(!isOpen)}
        >
          {label} <b>{chosen === '' ? people.any : chosen}</b>
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        <form
          className={styles['popover']}
          onSubmit={(event) => {
            event.preventDefault();
            if (onSubmit === undefined) return;
            onSubmit(text.trim());
            close();
          }}
        >
          <label className="field">
            <span>{label}</span>
            <input
              className="input"
              data-autofocus
              autoComplete="off"
              list={suggestions.length > 0 ? list : undefined}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <small>{help}</small>
          </label>
          <datalist id={list}>
            {suggestions.map((suggestion) => (
              <option key={suggestion}>{suggestion}</option>
            ))}
          </datalist>
          {children?.(text.trim(), close)}
          <div className="row">
            {onSubmit !== undefined && (
              <button type="submit" className="button" data-kind="primary">
                {people.apply}
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
                {people.removeFilter(label)}
              </button>
            )}
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
