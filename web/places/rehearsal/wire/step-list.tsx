import { useId } from 'react';
import type { ObjectTypeName } from '../expressions/use-explanation.ts';
import { useWords } from '../../../words/words.tsx';
import { ExchangeList } from './exchange-list.tsx';
import type { ShownStep, StepPart, StepStatus } from './shown-steps.ts';
import { StatusChip } from './status-chip.tsx';
import styles from './wire.module.css';
import { StandInText } from '../stand-in-text.tsx';

/** The four steps of Entra's portal, each with its status; a step opens to what it found and to its requests. */
export function StepList({ steps, type }: { readonly steps: readonly ShownStep[]; readonly type: ObjectTypeName }) {
  return (
    <ol className={styles['steps']}>
      {steps.map((step, index) => (
        <li key={step.step} data-status={step.status}>
          <Step step={step} number={index + 1} type={type} />
        </li>
      ))}
    </ol>
  );
}

interface StepProps {
  readonly step: ShownStep;
  readonly number: number;
  readonly type: ObjectTypeName;
}

function Step({ step: { step, status, parts }, number, type }: StepProps) {
  const { wire: words } = useWords();
  const requests = parts.reduce((sum, { exchanges }) => sum + exchanges.length, 0);
  return (
    <details open={status === 'failure'}>
      <summary>
        <span className={styles['number']} aria-hidden="true">
          {number}
        </span>
        <span className={styles['name']}>{words.steps[step][type]}</span>
        {requests > 0 && <span className={`dimmer small ${styles['requests'] ?? ''}`}>{words.requests(requests)}</span>}
        <StatusChip status={status} />
      </summary>
      <div className={styles['inside']}>
        {parts.length === 0 && <p className="dim">{status === 'notNeeded' ? words.notNeeded : words.notReached}</p>}
        {parts.map((part, index) => (
          <Part key={index} part={part} isNamed={parts.length > 1} />
        ))}
      </div>
    </details>
  );
}

function Part({ part, isNamed }: { readonly part: StepPart; readonly isNamed: boolean }) {
  const { wire: words } = useWords();
  const id = useId();
  const { description, status, details, exchanges } = part;
  return (
    <section aria-labelledby={id}>
      <p>
        {isNamed && <PartMark status={status} />}{' '}
        <span id={id}>
          <StandInText text={description} />
        </span>
      </p>
      <Details details={details} />
      {exchanges.length === 0 ? (
        <p className="dimmer small">{words.noRequests}</p>
      ) : (
        <ExchangeList exchanges={exchanges} />
      )}
    </section>
  );
}

function PartMark({ status }: { readonly status: StepStatus }) {
  const { wire, marks } = useWords();
  return (
    <b>
      {wire.status[status]}
      {marks.colon}
    </b>
  );
}

function Details({ details }: { readonly details: StepPart['details'] }) {
  const { wire: words } = useWords();
  const labels: Readonly<Record<string, string>> = words.detail;
  const entries = Object.entries(details).filter(([, value]) => value !== '{}');
  if (entries.length === 0) return null;
  return (
    <table className={styles['table']} aria-label={words.details}>
      <thead className="hidden">
        <tr>
          <th scope="col">{words.detailName}</th>
          <th scope="col">{words.detailValue}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{labels[name] ?? <code>{name}</code>}</th>
            <td>{value === '' ? <span className="dimmer">{words.noValue}</span> : <span lang="en">{value}</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
