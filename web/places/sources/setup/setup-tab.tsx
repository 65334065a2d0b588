import { useEffect, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useViewState } from '../../../data/view-state.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { useWords } from '../../../words/words.tsx';
import { durationText } from '../heartbeat.ts';
import { useActivity, type Source } from '../../../data/sources.ts';
import { ACTIVITY_INTERVAL_MS, useKeys, type Key } from '../queries.ts';
import type { TabProps } from '../source-page.tsx';
import { ConnectStep } from './connect-step.tsx';
import { MapStep, PlainMapStep } from './map-step.tsx';
import { Paths } from './paths.tsx';
import { PersonStep } from './person-step.tsx';
import { productName, productOf, products, type Product } from './product.ts';
import { setupStateOf, setupSteps, type SetupProps, type SetupStep } from './setup-state.ts';
import styles from './setup.module.css';
import { useArrivals, useUnidentified, type UnidentifiedSender } from './use-arrivals.ts';

const viewDefaults = { product: '' };

/** The set-up of a source in six steps. Its position follows from what has arrived. */
export function SetupTab({ source, setActions }: TabProps) {
  const words = useWords();
  const { setup } = words.sources;
  const [view, setView] = useViewState(viewDefaults);
  const { known, error, retry, isAllowed } = useSetup(source, view.product);
  useChip(known?.state.now, known?.product ?? 'other', setActions);
  if (known === undefined) return error === null ? <Progress /> : <ErrorNotice error={error} retry={retry} />;
  const { product, state, ...facts } = known;
  const name = productName(product, source, words);
  const position = state.now === undefined ? setupSteps.length : setupSteps.indexOf(state.now);
  return (
    <>
      {state.now === undefined && <p className={styles['finished']}>{setup.finished(name)}</p>}
      <ProductChoice product={product} choose={(chosen) => setView({ product: chosen }, { replace: true })} />
      <section className="sheet" aria-label={setup.label(name)}>
        <ol className={styles['steps']}>
          {setupSteps.map((step, index) => (
            <Step
              key={step}
              number={index + 1}
              title={setup.of[product][step].title}
              when={index < position ? 'done' : index === position ? 'now' : 'later'}
              startsOpen={isOpenAt(state.now, step)}
            >
              <StepBody
                {...facts}
                step={step}
                product={product}
                name={name}
                source={source}
                state={state}
                canListen={isAllowed}
              />
            </Step>
          ))}
        </ol>
      </section>
    </>
  );
}

/** Reads what the position in the set-up follows from; `known` is undefined until all of it is there. */
function useSetup(source: Source, wanted: string) {
  const keys = useKeys(source.id);
  const activity = useActivity(ACTIVITY_INTERVAL_MS);
  const { arrivals, isAllowed } = useArrivals(source.id);
  const product = products.find((one) => one === wanted) ?? productOf(source, arrivals.data?.newest ?? []);
  const own = activity.data?.results.find(({ id }) => id === source.id);
  const people = own?.people ?? 0;
  const minutes = own?.usualIntervalMinutes ?? null;
  const arrived = setupStateOf({ product, source, people, usualIntervalMinutes: minutes, arrivals: arrivals.data });
  const isConnecting = arrived.now === 'application' || arrived.now === 'connect';
  const senders = useUnidentified(isAllowed && isConnecting).data ?? [];
  // A request with a mistyped token belongs to no source, but shows that the credentials were entered.
  const state = arrived.now === 'application' && senders.length > 0 ? { ...arrived, now: 'connect' as const } : arrived;
  const isPending = keys.data === undefined || activity.isPending || (isAllowed && arrivals.isPending);
  return {
    known: isPending ? undefined : { product, state, keys: keys.data, senders, people, minutes },
    error: keys.error ?? activity.error ?? arrivals.error,
    retry: () => void Promise.all([keys.refetch(), activity.refetch(), arrivals.refetch()]),
    isAllowed,
  };
}

/**
 * The steps that are open at a position besides its own: those that follow without a request between them, and the first person, whom the
 * reader would otherwise not see arrive.
 */
const alsoOpen: Partial<Record<SetupStep, readonly SetupStep[]>> = {
  application: ['connect'],
  map: ['scope', 'demand'],
  start: ['demand'],
};

function isOpenAt(now: SetupStep | undefined, step: SetupStep): boolean {
  return now !== undefined && (now === step || (alsoOpen[now]?.includes(step) ?? false));
}

/** The product whose screens the steps name. It is recognized by its requests; the reader can choose another one. */
function ProductChoice({ product, choose }: { readonly product: Product; readonly choose: (one: Product) => void }) {
  const { setup } = useWords().sources;
  return (
    <fieldset className={styles['product']}>
      <legend className="dim">{setup.product}</legend>
      {products.map((one) => (
        <label key={one} className={styles['choice']}>
          <input type="radio" name="product" checked={product === one} onChange={() => choose(one)} />{' '}
          {setup.products[one]}
        </label>
      ))}
    </fieldset>
  );
}

interface BodyProps extends SetupProps {
  readonly step: SetupStep;
  readonly keys: readonly Key[];
  readonly senders: readonly UnidentifiedSender[];
  readonly canListen: boolean;
  readonly people: number;
  /** The usual number of minutes between visits of the source. */
  readonly minutes: number | null;
}

function StepBody({ step, keys, senders, canListen, people, minutes, ...setupProps }: BodyProps) {
  const words = useWords();
  const { setup } = words.sources;
  const { source, state, product } = setupProps;
  const { now } = state;
  const { application, map, scope, start } = setup.of[product];
  switch (step) {
    case 'application':
      return <Paths paths={application.paths} note={application.need} />;
    case 'connect': {
      const isNow = now === 'connect' || now === 'application';
      return <ConnectStep {...setupProps} keys={keys} senders={senders} isNow={isNow} canListen={canListen} />;
    }
    case 'map':
      return 'paths' in map ? (
        <PlainMapStep {...setupProps} paths={map.paths} />
      ) : (
        <MapStep source={source} texts={map} />
      );
    case 'scope':
      return <Paths paths={scope.paths} note={people > 0 ? setup.arrived(people) : undefined} />;
    case 'demand':
      return <PersonStep {...setupProps} isNow={now === 'map' || now === 'demand'} />;
    case 'start':
      return (
        <>
          <Paths paths={start.paths} note={minutes === null ? undefined : start.seen(durationText(minutes, words))} />
          <p>
            <Link className="button" to={`/sources/${source.id}/requests`}>
              {setup.watch}
            </Link>
          </p>
        </>
      );
  }
}

/** The head of the page says what the set-up waits for. */
function useChip(now: SetupStep | undefined, product: Product, setActions: TabProps['setActions']) {
  const { setup } = useWords().sources;
  useEffect(() => {
    const test = setup.of[product].chip;
    const { person, cycle } = setup.chip;
    const texts = { application: test, connect: test, map: person, scope: person, demand: person, start: cycle };
    if (now !== undefined) {
      setActions(
        <span className="chip" data-tone="warn">
          <span aria-hidden="true">◷</span> {texts[now]}
        </span>,
      );
    }
    return () => setActions(undefined);
  }, [now, product, setup, setActions]);
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
  const { sources, marks } = useWords();
  const { setup } = sources;
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
            <span className="hidden">
              {setup.stepLabel(number, setup[when])}
              {marks.colon}
            </span>
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
