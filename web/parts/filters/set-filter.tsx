import { useWords } from '../../words/words.tsx';
import styles from './filters.module.css';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onRemove: () => void;
}

/** A filter that a link has set. A click removes it. */
export function SetFilter({ label, value, onRemove }: Props) {
  const { filters } = useWords();
  return (
    <button
      type="button"
      className={`chip ${styles['filter'] ?? ''}`}
      data-on
      title={value}
      aria-label={filters.remove(`${label} ${value}`)}
      onClick={onRemove}
    >
      {label} <b>{value}</b> <span aria-hidden="true">✕</span>
    </button>
  );
}
