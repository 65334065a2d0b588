import { useState, type ReactNode } from 'react';
import { useWords } from '../words/words.tsx';

/** How long the button says that it has copied. */
const SAID_MS = 2_000;

interface Props {
  readonly value: string;
  /** Names what is copied, for readers who hear it. */
  readonly label: string;
  /** What the button says instead of "Copy". */
  readonly children?: ReactNode;
  /** True beside a value in a row. */
  readonly isSmall?: boolean;
}

/** Copies a value. */
export function CopyButton({ value, label, children, isSmall = false }: Props) {
  const { frame } = useWords();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), SAID_MS);
  };
  return (
    <button
      type="button"
      className="button"
      data-size={isSmall ? 'small' : undefined}
      aria-label={children === undefined ? `${frame.copy}: ${label}` : undefined}
      title={children === undefined ? undefined : label}
      onClick={() => void copy()}
    >
      <span aria-live="polite">{isCopied ? frame.copied : (children ?? frame.copy)}</span>
    </button>
  );
}
