import { useState } from 'react';
import { useWords } from '../words/words.tsx';

/** How long the button says that it has copied. */
const SAID_MS = 2_000;

/** Copies a value. The label names what is copied, for readers who hear it. */
export function CopyButton({ value, label }: { readonly value: string; readonly label: string }) {
  const { frame } = useWords();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), SAID_MS);
  };
  return (
    <button type="button" className="button" aria-label={`${frame.copy}: ${label}`} onClick={() => void copy()}>
      <span aria-live="polite">{isCopied ? frame.copied : frame.copy}</span>
    </button>
  );
}
