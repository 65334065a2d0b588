import { useEffect, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { useWords } from '../../../words/words.tsx';
import { durationText } from '../heartbeat.ts';
import { useActivity, type Source } from '../../../data/sources.ts';
import { ACTIVITY_INTERVAL_MS, useKeys, type Key } from '../queries.ts';
import type { TabProps } from '../source-page.tsx';
import { ConnectStep } from './connect-step.tsx';
import { MapStep } from './map-step.tsx';
import { PersonStep } from './person-step.tsx';
import { setupStateOf, setupSteps, type SetupState, type SetupStep } from './setup-state.ts';
import styles from './setup.module.css';
import { useArrivals } from './use-arrivals.ts';

/** The set-up of Entra ID in six steps. Its position follows from what has arrived. */
export function SetupTab({ source, setActions }: TabProps) {
  const { setup } = useWords().sources;
  const keys = useKeys(source.id);
  const activity = useActivity(ACTIVITY_INTERVAL_MS);
  const { arrivals, isAllowed } = useArrivals(source.id);
  const own = activity.data?.results.find(({ id }) => id === source.id);
  const state = setupStateOf({
    source,
    hasKey: (keys.data ?? []).some(({ status }) => status === 'valid'),
    people: own?.people ?? 0,
    usualIntervalMinutes: own?.usualIntervalMinutes ?? null,
    arrivals: arrivals.data,
  });
  const isReady = !keys.isPending && !activity.isPending && (!isAllowed || !arrivals.isPending);
  useChip(isReady ? state.now : 'loading', setActions);
  const error = keys.error ?? activity.error ?? arrivals.error;
  if (error !== null) return <ErrorNotice error={error} retry={() => void arrivals.refetch()} />;
  if (!isReady) return <Progress />;
  const minutes = own?.usualIntervalMinutes ?? null;
  const position = state.now === undefined ? setupSteps.length : setupSteps.indexOf(state.now);
  return (
    <>
      {state.now === undefined && <p className={styles['finished']}>{setup.finished}</p>}
      <section className="sheet" aria-label={setup.label}>
        <ol className={styles['steps']}>
          {setupSteps.map((name, index) => (
            <Step
              key={name}
              number={index + 1}
              title={setup.steps[name].title}
              when={index < position ? 'done' : index === position ? 'now' : 'later'}
              // The mapping, the scope and the first person follow each other without a request between them.
              startsOpen={index === position || (state.now === 'application' && name === 'connect')}
            >
              <StepBody
                name={name}
                source={source}
                keys={keys.data ?? []}
                state={state}
                canListen={isAllowed}
                people={own?.people ?? 0}
                minutes={minutes}
              />
            </Step>
          ))}
        </ol>
      </section>
    </>
  );
}

interface BodyProps {
  readonly name: SetupStep;
  readonly source: Source;
  readonly keys: readonly Key[];
  readonly state: SetupState;
  readonly canListen: boolean;
  readonly people: number;
  /** The usual number of minutes between visits of the source. */
  readonly minutes: number | null;
}

function StepBody({ name, source, keys, state, canListen, people, minutes }: BodyProps) {
  const words = useWords();
  const { application, scope, start } = words.sources.setup.steps;
  const { now } = state;
  switch (name) {
    case 'application':
      return <Paths paths={application.paths} note={application.need} />;
    case 'connect': {
      const isNow = now === 'connect' || now === 'application';
      return <ConnectStep source={source} keys={keys} state={state} isNow={isNow} canListen={canListen} />;
    }
    case 'map':
      return <MapStep source={source} />;
    case 'scope':
      return <Paths paths={scope.paths} note={people > 0 ? scope.arrived(people) : undefined} />;
    case 'demand':
      return <PersonStep state={state} isNow={now === 'map' || now === 'demand'} />;
    case 'start':
      return (
        <>
          <p className="dim">{start.path}</p>
          <p>{start.next}</p>
          {minutes !== null && <p>{start.seen(durationText(minutes, words))}</p>}
          <p>
            <Link className="button" to={`/sources/${source.id}/requests`}>
              {start.watch}
            </Link>
          </p>
        </>
      );
  }
}

/** The head of the page says what the set-up waits for. */
function useChip(now: SetupStep | undefined | 'loading', setActions: TabProps['setActions']) {
  const { chip } = useWords().sources.setup;
  useEffect(() => {
    const texts = {
      application: chip.test,
      connect: chip.test,
      map: chip.person,
      scope: chip.person,
      demand: chip.person,
      start: chip.cycle,
    };
    if (now !== 'loading' && now !== undefined) {
      setActions(
        <span className="chip" data-tone="warn">
          <span aria-hidden="true">◷</span> {texts[now]}
        </span>,
      );
    }
    return () => setActions(undefined);
  }, [now, chip, setActions]);
}

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly when: 'done' | 'now' | 'later';
  readonly startsOpen: boolean;
  readonly children: ReactNode;
}

/** A step opens when it is its turn; the reader can open every step at any time. */
function Step({ number, title, when, startsOpen, children }: StepProps) {
  const { setup } = useWords().sources;
  const [chosen, setChosen] = useState<boolean>();
  const isOpen = chosen ?? startsOpen;
  const body = `step-${number}`;
  return (
    <li data-when={when} aria-current={when === 'now' ? 'step' : undefined}>
      <span className={styles['number']} aria-hidden="true">
        {when === 'done' ? '✓' : number}
      </span>
      <div className={styles['step']}>
        <h2>
          <button type="button" aria-expanded={isOpen} aria-controls={body} onClick={() => setChosen(!isOpen)}>
            <span className="hidden">{setup.stepLabel(number, setup[when])}: </span>
            {title}
          </button>
        </h2>
        <div id={body} hidden={!isOpen} className={styles['body']}>
          {isOpen && children}
        </div>
      </div>
    </li>
  );
}

function Paths({ paths, note }: { readonly paths: readonly string[]; readonly note?: string | undefined }) {
  return (
    <>
      <ol className={styles['paths']}>
        {paths.map((path) => (
          <li key={path}>{path}</li>
        ))}
      </ol>
      {note !== undefined && <p className="dim">{note}</p>}
    </>
  );
}
