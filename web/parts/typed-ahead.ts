import { useMemo, useRef } from 'react';

/** What was typed before a field had the focus. */
export interface TypedAhead {
  /** Begins to keep the keys. */
  readonly begin: () => void;
  /** Keeps a key. Returns false if keys are not kept, or if the key has no meaning in a field. */
  readonly keep: (event: KeyboardEvent) => boolean;
  /** Returns the text, and whether Enter ended it, and keeps no more keys. */
  readonly take: () => { readonly text: string; readonly isEntered: boolean };
}

/**
 * Keeps what the reader types between the shortcut that opens the palette and the moment in which the field of the palette has the focus: the
 * code of the palette may still be loading, and the keys would be shortcuts of the page.
 */
export function useTypedAhead(): TypedAhead {
  const kept = useRef<{ text: string; isEntered: boolean } | undefined>(undefined);
  return useMemo(
    () => ({
      begin: () => {
        kept.current ??= { text: '', isEntered: false };
      },
      keep: (event) => {
        const { current } = kept;
        if (current === undefined) return false;
        if (event.key === 'Enter') current.isEntered = true;
        else if (event.key === 'Backspace') current.text = current.text.slice(0, -1);
        else if (event.key.length === 1) current.text += event.key;
        else return false;
        event.preventDefault();
        return true;
      },
      take: () => {
        const { current = { text: '', isEntered: false } } = kept;
        kept.current = undefined;
        return current;
      },
    }),
    [],
  );
}
