import { useWords } from '../../words/words.tsx';
import type { Job } from './queries.ts';

/** Whether provisioning is on, in one word; a running cycle and a quarantine come first. */
export function JobChip({ job }: { readonly job: Job }) {
  const { job: words } = useWords().rehearsal;
  const state = stateOf(job);
  const tone = { running: 'good', on: 'good', quarantine: 'bad', off: undefined, notConfigured: 'warn' }[state];
  return (
    <span className="chip" data-tone={tone}>
      {words.state[state]}
    </span>
  );
}

/** Returns the state of a job in the words of the page. */
export function stateOf({ cycle, status, schedule }: Job): 'running' | 'quarantine' | 'notConfigured' | 'on' | 'off' {
  if (cycle !== null) return 'running';
  if (status.code === 'Quarantine') return 'quarantine';
  if (status.code === 'NotConfigured') return 'notConfigured';
  return schedule.state === 'Active' ? 'on' : 'off';
}
