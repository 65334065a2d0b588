import { useWords } from '../words/words.tsx';
import { outcomeShapes, type Outcome } from './outcome.tsx';

/** An outcome with its shape, its color and its word. */
export function OutcomeChip({ outcome }: { readonly outcome: Outcome }) {
  const { outcomes } = useWords();
  const { shape, tone } = outcomeShapes[outcome];
  return (
    <span className="chip" data-tone={tone}>
      <span aria-hidden="true">{shape}</span>
      {outcomes[outcome]}
    </span>
  );
}
