import { useEffect, useRef, useState } from 'react';

/** The time after the last key press before the server is asked. */
const DEBOUNCE_MS = 120;
const LENGTH_MAX = 200;

interface Props {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Moves on to the list. */
  readonly onDown?: () => void;
  /** Is called with the text when the reader presses Enter. */
  readonly onEnter?: (text: string) => void;
}

/** Searches as the reader types. The text changes at once, and the list after a short pause. */
export function SearchField({ label, placeholder, value, onChange, onDown, onEnter }: Props) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  // The URL changed otherwise than by typing: Back, or a cleared filter.
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    const search = text.trim();
    if (search === sent.current) return undefined;
    const timer = setTimeout(() => {
      sent.current = search;
      latest.current(search);
    }, DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  /** Searches at once, without the pause. */
  const enter = () => {
    const search = text.trim();
    if (search !== sent.current) {
      sent.current = search;
      onChange(search);
    }
    onEnter?.(search);
  };
  return (
    <input
      type="search"
      className="input"
      aria-label={label}
      placeholder={placeholder}
      autoComplete="off"
      spellCheck={false}
      maxLength={LENGTH_MAX}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') enter();
        if (event.key !== 'ArrowDown' || onDown === undefined) return;
        event.preventDefault();
        onDown();
      }}
    />
  );
}
