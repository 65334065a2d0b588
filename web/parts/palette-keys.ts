import { useCallback, useEffect, useState, type KeyboardEvent } from 'react';
import type { Entry } from './palette-entries.ts';
import type { TypedAhead } from './typed-ahead.ts';

interface Options {
  readonly entries: readonly Entry[];
  /** True if the entries are those of the whole text. */
  readonly isCurrent: boolean;
  readonly open: (entry: Entry) => void;
  readonly setText: (text: string) => void;
  readonly typed: TypedAhead;
}

/** The keys in the field of the palette: the arrows choose an entry, and Enter opens it as soon as everything is found. */
export function useEntryKeys({ entries, isCurrent, open, setText, typed }: Options) {
  const [active, setActive] = useState(0);
  const [isEntered, setEntered] = useState(false);
  const index = Math.min(active, entries.length - 1);
  const isDue = isEntered && isCurrent;
  const entry = isDue ? entries[index] : undefined;
  // An entry that is found only later is not opened.
  if (isDue && entry === undefined) setEntered(false);
  useEffect(() => {
    if (entry !== undefined) open(entry);
  }, [entry, open]);
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((index + step + entries.length) % Math.max(entries.length, 1));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      setEntered(true);
    }
  };
  const onText = (text: string) => {
    setText(text);
    setActive(0);
    setEntered(false);
  };
  const onField = useCallback(
    (field: HTMLInputElement | null) => {
      if (field === null) return;
      field.focus();
      const { text, isEntered: isOver } = typed.take();
      if (text !== '') setText(text);
      if (isOver) setEntered(true);
    },
    [typed, setText],
  );
  return { index, point: setActive, onKey, onText, onField };
}
