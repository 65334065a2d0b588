import type { Schemas } from '../data/client.ts';
import { useWords } from '../words/words.tsx';

type State = Schemas['presentperson']['state'];

const shapes: Readonly<Record<State, string>> = { ACTIVATED: '●', SUSPENDED: '‖', STAGED: '○' };

/** The state of a user, with a shape. */
export function StateChip({ state }: { readonly state: State }) {
  const { states } = useWords();
  return (
    <span className="chip" data-tone={state === 'ACTIVATED' ? 'good' : undefined}>
      <span aria-hidden="true">{shapes[state]}</span>
      {states[state]}
    </span>
  );
}
