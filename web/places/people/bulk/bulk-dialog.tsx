import { Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { OutcomeMark } from '../../../parts/outcome.tsx';
import type { SelectedPeople } from '../../../parts/people-list/people-list.tsx';
import { useWords } from '../../../words/words.tsx';
import { CHOSEN_MAX, collectChosen, performBulk, type BulkAction, type BulkResult } from './bulk-work.ts';
import styles from './bulk.module.css';

const NAMES_SHOWN = 5;

interface Props {
  readonly action: BulkAction;
  readonly selected: SelectedPeople;
  readonly close: () => void;
}

/** Says what will happen to whom, does it with progress, and shows the result of each person. */
export function BulkDialog({ action, selected, close }: Props) {
  const { people, frame } = useWords();
  const queries = useQueryClient();
  const [progress, setProgress] = useState({ done: 0, total: 0 });
  const report = (done: number, total: number) => setProgress({ done, total });
  // Who is chosen is read once: the list can change while the dialog is open.
  const [frozen] = useState(selected);
  const isTooMany = frozen.count > CHOSEN_MAX;
  const chosen = useQuery({
    queryKey: ['chosen', frozen.query, frozen.count, [...frozen.selection.picked.keys()]],
    queryFn: ({ signal }) => collectChosen(frozen, report, signal),
    enabled: !isTooMany,
    gcTime: 0,
    staleTime: Infinity,
  });
  const list = chosen.data ?? [];
  const work = useMutation({
    mutationFn: () => performBulk(action, list, report),
    onSettled: () => queries.invalidateQueries({ queryKey: ['people'] }),
  });
  const isDone = work.data !== undefined;
  const finish = () => {
    if (isDone) frozen.clear();
    close();
  };
  const names = list.slice(0, NAMES_SHOWN).map(({ name }) => name);
  return (
    <Modal
      opened
      onClose={finish}
      closeOnClickOutside={!work.isPending}
      title={people.bulkDo[action](frozen.count)}
      closeButtonProps={{ 'aria-label': frame.close }}
    >
      <div className={styles['dialog']}>
        {isTooMany && <p className="tone-bad">{people.tooMany(CHOSEN_MAX)}</p>}
        {!isTooMany && chosen.isPending && <p role="status">{people.collecting(progress.done, frozen.count)}</p>}
        {list.length > 0 && !isDone && (
          <>
            <p>
              <b>{people.whom(names.join(', '), list.length - names.length)}</b>
            </p>
            <p>{people.bulkWhat[action]}</p>
            {(action === 'suspend' || action === 'activate' || action === 'delete') && (
              <p className="dim">{people.bulkSource}</p>
            )}
          </>
        )}
        {work.isPending && (
          <>
            <progress aria-label={people.bulkDo[action](list.length)} value={progress.done} max={progress.total} />
            <p role="status">{people.working(progress.done, progress.total)}</p>
          </>
        )}
        <p role="alert" className="tone-bad">
          {(work.error ?? chosen.error)?.message}
        </p>
        {work.data !== undefined && <Results results={work.data} />}
        <div className="row">
          {!isDone && (
            <button
              type="button"
              className="button"
              data-kind={action === 'delete' ? 'danger' : 'primary'}
              disabled={list.length === 0 || work.isPending}
              onClick={() => work.mutate()}
            >
              {people.bulkDo[action](list.length === 0 ? frozen.count : list.length)}
            </button>
          )}
          <button type="button" className="button" onClick={finish}>
            {isDone ? people.close : people.cancel}
          </button>
        </div>
      </div>
    </Modal>
  );
}

/** The result of each person; those who were not changed first. */
export function Results({ results }: { readonly results: readonly BulkResult[] }) {
  const { people } = useWords();
  const failed = results.filter(({ isDone }) => !isDone);
  const shown = [...failed, ...results.filter(({ isDone }) => isDone)];
  return (
    <>
      <p role="status">{people.finished(results.length - failed.length, failed.length)}</p>
      {/* The list scrolls, and has to be reached by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <ul className={styles['results']} aria-label={people.result} tabIndex={0}>
        {shown.map(({ id, name, isDone, message }) => (
          <li key={id === '' ? name : id}>
            <OutcomeMark outcome={isDone ? 'accepted' : 'refused'} /> {name} <span className="dim">{message}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
