import type { ReactNode } from 'react';
import { useCopied } from '../data/use-copied.ts';
import { useWords } from '../words/words.tsx';

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
  const { isCopied, copy } = useCopied(value);
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
