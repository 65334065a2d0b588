import { useEffect, useState } from 'react';
import { useWords } from '../../words/words.tsx';

/** The time after the last key press before the server is asked. */
const DEBOUNCE_MS = 120;
const LENGTH_MAX = 200;

/** Searches as the reader types. The field is new after the URL changed otherwise, such as by Back. */
export function GroupSearch({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (text: string) => void;
}) {
  const { groups } = useWords();
  const [text, setText] = useState(value);
  const [sent, setSent] = useState(value);
  if (value !== sent) {
    setSent(value);
    if (value !== text.trim()) setText(value);
  }
  useEffect(() => {
    const search = text.trim();
    if (search === value) return undefined;
    const timer = setTimeout(() => onChange(search), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  });
  return (
    <input
      type="search"
      className="input"
      aria-label={groups.search}
      placeholder={groups.searchPlaceholder}
      autoComplete="off"
      spellCheck={false}
      maxLength={LENGTH_MAX}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}
