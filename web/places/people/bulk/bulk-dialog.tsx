import { Modal } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, read } from '../../../data/client.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import type { SelectedPeople } from '../../../parts/people-list/people-list.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { useWords } from '../../../words/words.tsx';
import { Results } from './bulk-results.tsx';
import { previewBulk, sumOf, targetsOf, type BulkAction, type Preview } from './bulk-work.ts';
import styles from './bulk.module.css';
import { useBulkRun } from './use-bulk-run.ts';

interface Props {
  readonly action: BulkAction;
  readonly selected: SelectedPeople;
  readonly close: () => void;
}

/** Says what will happen to whom, does it with progress until it is done or stopped, and shows the result of each person. */
export function BulkDialog({ action, selected, close }: Props) {
  const { people, frame } = useWords();
  const queries = useQueryClient();
  // What is selected is kept: the list can change while the dialog is open.
  const [frozen] = useState(selected);
  const [targets] = useState(() => targetsOf(selected));
  const previews = useQuery({
    queryKey: ['bulk', action, targets],
    queryFn: ({ signal }) => previewBulk(action, targets, signal),
    gcTime: 0,
    staleTime: Infinity,
  });
  const { work, progress, stop } = useBulkRun(
    (body) => read(api.POST('/api/people/actions', { body: { action, ...body } })),
    async () => {
      // Another number of people is selected now: the preview says who they are.
      if (progress.done === 0) await previews.refetch();
      await queries.invalidateQueries({ queryKey: ['people'] });
    },
  );
  const preview = previews.data && sumOf(previews.data);
  const { data: done } = work;
  const finish = () => {
    stop();
    if (done !== undefined) frozen.clear();
    close();
  };
  const start = () =>
    work.mutate(targets.map((one, index) => ({ people: one, expected: previews.data?.[index]?.total ?? 0 })));
  const exempt = preview?.exempt.reduce((sum, { total }) => sum + total, 0) ?? 0;
  const changing = (preview?.total ?? frozen.count) - exempt;
  const isInterrupted = work.error !== null && progress.done > 0;
  return (
    <Modal
      opened
      onClose={finish}
      closeOnClickOutside={!work.isPending}
      title={people.bulkDo[action](frozen.count)}
      closeButtonProps={{ 'aria-label': frame.close }}
    >
      <div className={styles['dialog']}>
        {previews.isPending && <Progress />}
        {previews.error !== null && <ErrorNotice error={previews.error} retry={() => void previews.refetch()} />}
        {preview !== undefined && done === undefined && <WhatHappens action={action} preview={preview} />}
        {work.isPending && (
          <>
            <progress aria-label={people.bulkDo[action](changing)} value={progress.done} max={progress.total} />
            <p role="status">{people.working(progress.done, progress.total)}</p>
          </>
        )}
        <p role="alert" className="tone-bad">
          {work.error !== null && people.interrupted(work.error.message, progress.done)}
        </p>
        {done !== undefined && (
          <Results results={done.results} left={done.isLeft ? progress.total - progress.done : 0} />
        )}
        <div className="row">
          {done === undefined && (
            <button
              type="button"
              className="button"
              data-kind={action === 'delete' ? 'danger' : 'primary'}
              disabled={preview === undefined || changing === 0 || work.isPending}
              onClick={start}
            >
              {isInterrupted ? people.continue : people.bulkDo[action](changing)}
            </button>
          )}
          <EndButton isRunning={work.isPending} isDone={done !== undefined} stop={stop} finish={finish} />
        </div>
      </div>
    </Modal>
  );
}

function EndButton(props: {
  readonly isRunning: boolean;
  readonly isDone: boolean;
  readonly stop: () => void;
  readonly finish: () => void;
}) {
  const { people } = useWords();
  return (
    <button type="button" className="button" onClick={props.isRunning ? props.stop : props.finish}>
      {props.isRunning ? people.stop : props.isDone ? people.close : people.cancel}
    </button>
  );
}

function WhatHappens({ action, preview }: { readonly action: BulkAction; readonly preview: Preview }) {
  const { people, marks } = useWords();
  const { total, missing, owned, exempt } = preview;
  const isOwnedChanged = owned > 0 && (action === 'suspend' || action === 'activate' || action === 'delete');
  const names = (some: readonly { readonly name: string }[]) => marks.names(some.map(({ name }) => name));
  return (
    <>
      {total === 0 ? (
        <p>{people.nobodyLeft}</p>
      ) : (
        <p>
          <b>{people.whom(names(preview.people), total - preview.people.length)}</b>
        </p>
      )}
      <p>{people.bulkWhat[action]}</p>
      {exempt.length > 0 && (
        <ul className={styles['exempt']} aria-label={people.notChanged}>
          {exempt.map((one) => (
            <li key={one.reason}>
              <b>
                {people.rows(one.total)}
                {marks.colon}
              </b>
              {exemptText(people.exempt, one)}{' '}
              <span className="dim">{people.whom(names(one.people), one.total - one.people.length)}</span>
            </li>
          ))}
        </ul>
      )}
      {missing > 0 && <p className="dim">{people.missing(missing)}</p>}
      {isOwnedChanged && <p className="dim">{people.bulkSource(owned)}</p>}
    </>
  );
}

function exemptText(words: Readonly<Record<string, string>>, { reason, text }: Preview['exempt'][number]): string {
  return words[reason] ?? text;
}
