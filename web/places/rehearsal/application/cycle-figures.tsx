import type { CycleCounts } from '#entra/application/cycle-state.ts';
import { Time } from '../../../parts/time.tsx';
import { useWords } from '../../../words/words.tsx';
import { NEVER } from '#entra/application/job.ts';
import type { Job } from '../queries.ts';
import styles from '../rehearsal.module.css';
import { StandInText } from '../stand-in-text.tsx';

const figures = [
  'created',
  'updated',
  'disabled',
  'deleted',
  'skipped',
  'failed',
  'stagedDeletes',
  'references',
] as const;
const PERCENT = 100;

/** The running cycle: its phase, how far it is, and what it has done. */
export function CycleNow({ job }: { readonly job: Job }) {
  const { status: words } = useWords().rehearsal;
  const { cycle } = job;
  if (cycle === null) return null;
  const { done, total } = cycle;
  const percent = total === 0 ? 0 : Math.floor((Math.min(done, total) / total) * PERCENT);
  return (
    <section className="sheet" aria-label={words.current}>
      <header>
        <h2>{words.current}</h2>
        <span>{words.cycle[cycle.kind]}</span>
        <span className="dim push">
          {words.began} <Time at={cycle.startedAt} />
        </span>
      </header>
      <div className="body">
        <p role="status">
          {words.progress(percent, done, total, words.phase[cycle.phase as keyof typeof words.phase])}
        </p>
        <progress className={styles['progress']} aria-label={words.current} value={done} max={Math.max(total, 1)} />
        <Counts counts={cycle.counts} />
      </div>
    </section>
  );
}

function Counts({ counts }: { readonly counts: CycleCounts }) {
  const { status: words } = useWords().rehearsal;
  return (
    <dl className={styles['figures']}>
      {figures
        .filter((name) => counts[name] > 0 || name === 'created' || name === 'updated' || name === 'failed')
        .map((name) => (
          <div key={name}>
            <dt>{words.figure[name]}</dt>
            <dd data-tone={name === 'failed' && counts[name] > 0 ? 'bad' : undefined}>{words.number(counts[name])}</dd>
          </div>
        ))}
    </dl>
  );
}

/** What the last complete cycle did. */
export function LastCycle({ job }: { readonly job: Job }) {
  const { rehearsal, marks } = useWords();
  const words = rehearsal.status;
  const { lastExecution: last, lastSuccessfulExecution: success, steadyStateLastAchievedTime: steady } = job.status;
  if (last === null) {
    return (
      <section className="sheet" aria-label={words.last}>
        <div className="body">
          <h2>{words.never}</h2>
          <p className="dim">{words.neverHelp}</p>
        </div>
      </section>
    );
  }
  const isInitial = last.countImported > 0;
  return (
    <section className="sheet" aria-label={words.last}>
      <header>
        <h2>{words.last}</h2>
        <span>{words.lastState[last.state]}</span>
        <span className="dim push">
          {words.ended} <Time at={last.timeEnded} />
        </span>
      </header>
      <div className="body">
        {last.error !== null && (
          <p className="tone-bad">
            <code>{last.error.code}</code> <StandInText text={last.error.message} />
          </p>
        )}
        <dl className={styles['figures']}>
          <div>
            <dt>{isInitial ? words.imported : words.changed}</dt>
            <dd>{words.number(isInitial ? last.countImported : last.countImportedDeltas)}</dd>
          </div>
          <div>
            <dt>{words.entitled}</dt>
            <dd>{words.number(last.countEntitled)}</dd>
          </div>
          <div>
            <dt>{words.exported}</dt>
            <dd>{words.number(last.countExported)}</dd>
          </div>
          <div>
            <dt>{words.escrowed}</dt>
            <dd data-tone={last.countEscrowed > 0 ? 'bad' : undefined}>{words.number(last.countEscrowed)}</dd>
          </div>
        </dl>
        <p className="dim small">
          {success !== null && (
            <>
              {words.lastSuccess} <Time at={success.timeEnded} />
              {marks.nextSentence}
            </>
          )}
          {steady !== NEVER && (
            <>
              {words.steady} <Time at={steady} />
              {marks.stop}
            </>
          )}
        </p>
      </div>
    </section>
  );
}
