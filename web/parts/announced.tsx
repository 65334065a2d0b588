import { useEffect, useRef, useState } from 'react';
import { useLive, type LiveMessage } from '../data/live.ts';
import { useMay } from '../data/session.ts';
import { useWords } from '../words/words.tsx';

/** What arrives within this time is announced together, so that a cycle of a source does not speak for minutes. */
const TOGETHER_MS = 1_000;

interface Props {
  /** Returns what to say about a message; undefined for a message that does not matter here. Default: the words of an event. */
  readonly textOf?: (message: LiveMessage) => string | undefined;
}

/** Says what happened to readers who do not see the page change. */
export function Announced({ textOf = wordsOf }: Props) {
  const { frame } = useWords();
  const may = useMay();
  const [text, setText] = useState('');
  const waiting = useRef<string[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useLive((message) => {
    const said = textOf(message);
    if (said === undefined) return;
    waiting.current.push(said);
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const [all, last = ''] = [waiting.current, waiting.current.at(-1)];
      waiting.current = [];
      setText(all.length === 1 ? last : frame.happened(all.length, last));
    }, TOGETHER_MS);
  }, may('events.read'));
  return (
    <p className="hidden" aria-live="polite">
      {text}
    </p>
  );
}

function wordsOf({ kind, data }: LiveMessage): string | undefined {
  return kind === 'event' ? (data as { readonly words?: string }).words : undefined;
}
