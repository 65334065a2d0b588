import { useCopied } from '../../data/use-copied.ts';
import { useWords } from '../words.tsx';

/** Copies a text. */
export function Copy({ text, label }: { readonly text: string; readonly label: string }) {
  const { frame } = useWords();
  const { isCopied, copy } = useCopied(text);
  return (
    <button type="button" className="button" aria-label={frame.of(frame.copy, label)} onClick={() => void copy()}>
      <span aria-live="polite">{isCopied ? frame.copied : frame.copy}</span>
    </button>
  );
}
