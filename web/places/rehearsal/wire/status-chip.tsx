import { useWords } from '../../../words/words.tsx';
import type { StepStatus } from './shown-steps.ts';

const looks: Readonly<Record<StepStatus, { readonly shape: string; readonly tone: string | undefined }>> = {
  success: { shape: '●', tone: 'good' },
  failure: { shape: '▲', tone: 'bad' },
  skipped: { shape: '=', tone: undefined },
  warning: { shape: '◷', tone: 'warn' },
  notReached: { shape: '–', tone: undefined },
  notNeeded: { shape: '–', tone: undefined },
};

/** The status of a provisioning or of one of its steps, in Entra's word. */
export function StatusChip({ status }: { readonly status: StepStatus }) {
  const { wire } = useWords();
  const { shape, tone } = looks[status];
  return (
    <span className="chip" data-tone={tone}>
      <span aria-hidden="true">{shape}</span>
      {wire.status[status]}
    </span>
  );
}
