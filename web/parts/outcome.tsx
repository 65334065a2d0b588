import { useWords } from '../words/words.tsx';

export type Outcome = 'accepted' | 'unchanged' | 'refused' | 'failed' | 'deleted' | 'waiting';

/** Each outcome has a shape as well as a color. */
export const outcomeShapes: Readonly<Record<Outcome, { readonly shape: string; readonly tone: string }>> = {
  accepted: { shape: '●', tone: 'good' },
  unchanged: { shape: '=', tone: 'same' },
  refused: { shape: '▲', tone: 'bad' },
  failed: { shape: '▲', tone: 'bad' },
  deleted: { shape: '✕', tone: 'bad' },
  waiting: { shape: '◷', tone: 'warn' },
};

/** The mark of an outcome. A screen reader hears the word. */
export function OutcomeMark({ outcome }: { readonly outcome: Outcome }) {
  const { outcomes } = useWords();
  const { shape, tone } = outcomeShapes[outcome];
  return (
    <span className={`tone-${tone}`} role="img" aria-label={outcomes[outcome]}>
      {shape}
    </span>
  );
}
