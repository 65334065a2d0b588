import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { LogWire, ProvisioningLog } from '#entra/graph-api/client-types.ts';
import { exactTime } from '../../../words/times.ts';
import { useWords, type Words } from '../../../words/words.tsx';
import type { ObjectTypeName } from '../expressions/use-explanation.ts';
import { DirectoryLink, skipText } from '../on-demand/on-demand-result.tsx';
import { ModifiedProperties } from '../wire/modified-properties.tsx';
import { stepsOfLog } from '../wire/shown-steps.ts';
import { StatusChip } from '../wire/status-chip.tsx';
import { StepList } from '../wire/step-list.tsx';
import { actionText } from './log-table.tsx';
import styles from './logs.module.css';
import { StandInText } from '../stand-in-text.tsx';

interface Props {
  readonly log: ProvisioningLog;
  readonly wire: LogWire;
  /** The address of the application. */
  readonly base: string;
}

/** An entry in the order of Entra's portal: the steps, troubleshooting and recommendations, modified properties, the summary. */
export function LogDetails({ log, wire, base }: Props) {
  const words = useWords();
  const { provisioningLogs: own } = words;
  const { sourceIdentity, targetIdentity, provisioningStatusInfo } = log;
  const type: ObjectTypeName = sourceIdentity.identityType === 'Group' ? 'Group' : 'User';
  return (
    <>
      <section className={styles['part']}>
        <div className={styles['title']}>
          <h2>{sourceIdentity.displayName}</h2>
          <span className="dim">{actionText(log, words)}</span>
          <StatusChip status={provisioningStatusInfo.status} />
        </div>
        <p className="row">
          <DirectoryLink type={type} id={targetIdentity.id} />
          <Link to={`${base}/on-demand?type=${type}&object=${sourceIdentity.id}`}>{own.again}</Link>
        </p>
      </section>
      <section className={styles['steps']} aria-label={own.steps}>
        <h3>{own.steps}</h3>
        <StepList steps={stepsOfLog(log, wire)} type={type} />
      </section>
      <section className={styles['part']} aria-label={own.troubleshooting}>
        <h3>{own.troubleshooting}</h3>
        <Troubleshooting log={log} base={base} />
      </section>
      <section className={styles['modified']} aria-label={own.modified}>
        <h3>{own.modified}</h3>
        <ModifiedProperties properties={log.modifiedProperties} />
      </section>
      <section className={styles['part']} aria-label={own.summary}>
        <h3>{own.summary}</h3>
        <Summary log={log} base={base} />
      </section>
    </>
  );
}

function Troubleshooting({ log, base }: { readonly log: ProvisioningLog; readonly base: string }) {
  const words = useWords();
  const { provisioningLogs: own, onDemand } = words;
  const { status, errorInformation: error } = log.provisioningStatusInfo;
  if (error === null) return <p className="dim">{own.noTrouble}</p>;
  if (status === 'skipped') {
    return (
      <dl className={styles['facts']}>
        <Fact name={onDemand.skipReason}>{skipText(error.errorCode, words) ?? error.errorCode}</Fact>
        <Fact name={own.errorCode}>
          <code>{error.errorCode}</code>
        </Fact>
      </dl>
    );
  }
  const advice = adviceOf(error.errorCode, words);
  return (
    <dl className={styles['facts']}>
      <Fact name={own.errorCode}>
        <code>{error.errorCode}</code>{' '}
        <Link className="small" to={`${base}/logs?error=${encodeURIComponent(error.errorCode)}`}>
          {own.onlyCode}
        </Link>
      </Fact>
      {error.reason !== null && (
        <Fact name={own.reason}>
          <span className="tone-bad">▲ </span>
          <StandInText text={error.reason} />
        </Fact>
      )}
      {error.recommendedAction !== null ? (
        <Fact name={own.recommendation}>
          <StandInText text={error.recommendedAction} />
        </Fact>
      ) : (
        advice !== undefined && <Fact name={own.recommendation}>{advice}</Fact>
      )}
    </dl>
  );
}

function adviceOf(code: string, { provisioningLogs }: Words): string | undefined {
  const advice: Readonly<Record<string, string>> = provisioningLogs.codeAdvice;
  return advice[code];
}

function Summary({ log, base }: { readonly log: ProvisioningLog; readonly base: string }) {
  const words = useWords();
  const { fact, noTarget, onlyIdentity, onlyCycle } = words.provisioningLogs;
  const { sourceIdentity, targetIdentity } = log;
  return (
    <dl className={styles['facts']}>
      <Fact name={fact.identity}>{sourceIdentity.displayName}</Fact>
      <Fact name={fact.sourceId}>
        <code>{sourceIdentity.id}</code>{' '}
        <Link className="small" to={`${base}/logs?identity=${sourceIdentity.id}`}>
          {onlyIdentity}
        </Link>
      </Fact>
      <Fact name={fact.targetId}>
        {targetIdentity.id === '' ? <span className="dim">{noTarget}</span> : <code>{targetIdentity.id}</code>}
      </Fact>
      <Fact name={fact.action}>{actionText(log, words)}</Fact>
      <Fact name={fact.status}>{words.wire.status[log.provisioningStatusInfo.status]}</Fact>
      <Fact name={fact.date}>{exactTime(new Date(log.activityDateTime), words.locale)}</Fact>
      <Fact name={fact.duration}>{words.wire.duration(log.durationInMilliseconds)}</Fact>
      <Fact name={fact.sourceSystem}>{log.sourceSystem.displayName}</Fact>
      <Fact name={fact.targetSystem}>{log.targetSystem.displayName}</Fact>
      <Fact name={fact.change}>
        <code>{log.changeId}</code>
      </Fact>
      <Fact name={fact.cycle}>
        <code>{log.cycleId}</code>{' '}
        <Link className="small" to={`${base}/logs?cycle=${log.cycleId}`}>
          {onlyCycle}
        </Link>
      </Fact>
      <Fact name={fact.job}>
        <code>{log.jobId}</code>
      </Fact>
      <Fact name={fact.id}>
        <code>{log.id}</code>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
