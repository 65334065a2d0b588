import { useAttention } from '../data/attention.ts';
import { useWords } from '../words/words.tsx';
import styles from './attention-badge.module.css';

/** The number of things that need attention, at Home in the side bar. */
export function AttentionBadge() {
  const { home } = useWords();
  const { data } = useAttention();
  const things = data?.results.length ?? 0;
  if (things === 0) return null;
  return (
    <span className={styles['badge']} role="img" aria-label={home.badge(things)}>
      {things}
    </span>
  );
}
