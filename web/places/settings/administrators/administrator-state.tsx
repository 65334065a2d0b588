import { useWords } from '../../../words/words.tsx';
import { stateOf, type Administrator } from './use-administrators.ts';

/** Returns the second factor of an administrator. */
export function factorOf({
  totpEnrolled,
  passkeys = 0,
  enableMultiFactor,
}: Administrator): 'both' | 'app' | 'passkey' | 'required' | 'none' {
  if (totpEnrolled === true) return passkeys > 0 ? 'both' : 'app';
  if (passkeys > 0) return 'passkey';
  return enableMultiFactor === true ? 'required' : 'none';
}

const shapes = { active: '●', invited: '◷', suspended: '‖' } as const;
const tones = { active: 'good', invited: 'warn', suspended: undefined } as const;

/** The state of an administrator, with a shape. */
export function AdministratorState({ administrator }: { readonly administrator: Administrator }) {
  const { states } = useWords().settings.administrators;
  const state = stateOf(administrator);
  return (
    <span className="chip" data-tone={tones[state]}>
      <span aria-hidden="true">{shapes[state]}</span> {states[state]}
    </span>
  );
}
