import { Modal } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, api, read } from '../../../data/client.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import type { SelectedPeople } from '../../../parts/people-list/people-list.tsx';
import { useWords } from '../../../words/words.tsx';
import { Results } from '../../people/bulk/bulk-results.tsx';
import { targetsOf, type BulkResult } from '../../people/bulk/bulk-work.ts';
import styles from '../../people/bulk/bulk.module.css';
import { useBulkRun } from '../../people/bulk/use-bulk-run.ts';
import { useGroupsChanged, type GroupDetails } from '../use-groups.ts';

const NAMES_SHOWN = 5;
/** The number of people who can be added again with one click. */
const UNDO_MAX = 100;

interface Props {
  readonly group: GroupDetails;
  readonly selected: SelectedPeople;
  readonly close: () => void;
}

/** Says who is removed from a group and what they lose, removes them with the progress, and can add them again. */
export function RemoveMembersDialog({ group, selected, close }: Props) {
  const words = useWords();
  const changed = useGroupsChanged();
  // What is selected is kept: the list changes while they are removed.
  const [{ count, selection, query, clear }] = useState(selected);
  const params = { path: { id: group.id } };
  const { work, progress, stop } = useBulkRun(
    (body) => read(api.POST('/api/groups/{id}/removals', { params, body })),
    changed,
  );
  const { names, error, readAgain } = useNames(selection, query);
  const { data: done } = work;
  const finish = () => {
    stop();
    if (work.isSuccess) clear();
    close();
  };
  const remove = () =>
    work.mutate(targetsOf({ selection, query }).map((people) => ({ people, expected: people.ids?.length ?? count })));
  const isInterrupted = work.error !== null && progress.done > 0;
  return (
    <Modal
      opened
      onClose={finish}
      closeOnClickOutside={!work.isPending}
      title={words.group.removeTitle(count, group.name)}
      closeButtonProps={{ 'aria-label': words.frame.close }}
    >
      <div className={styles['dialog']}>
        {done === undefined && (
          <>
            {names !== undefined && names.length > 0 && (
              <p>
                <b>{words.people.whom(words.marks.names(names), count - names.length)}</b>
              </p>
            )}
            {error !== null && <ErrorNotice error={error} retry={readAgain} />}
            <p>{words.group.removeHelp}</p>
            <p>{count > UNDO_MAX ? words.group.removeForever : words.group.removeUndo}</p>
          </>
        )}
        {work.isPending && (
          <>
            <progress aria-label={words.group.removeDo(count)} value={progress.done} max={progress.total} />
            <p role="status">{words.group.removing(progress.done, count)}</p>
          </>
        )}
        <p role="alert" className="tone-bad">
          {work.error !== null && words.people.interrupted(work.error.message, progress.done)}
        </p>
        {done !== undefined && (
          <Results results={done.results} left={done.isLeft ? progress.total - progress.done : 0} />
        )}
        {done !== undefined && count <= UNDO_MAX && <Undo group={group} results={done.results} />}
        <div className="row">
          {done === undefined && (
            <button
              type="button"
              className="button"
              data-kind="danger"
              disabled={names === undefined || work.isPending}
              onClick={remove}
            >
              {isInterrupted ? words.people.continue : words.group.removeDo(count)}
            </button>
          )}
          <button type="button" className="button" data-autofocus onClick={work.isPending ? stop : finish}>
            {work.isPending ? words.people.stop : done === undefined ? words.people.cancel : words.people.close}
          </button>
        </div>
      </div>
    </Modal>
  );
}

/** Returns the first names of a selection; undefined until they are known, and none if too many people are left out to find them. */
function useNames({ isAll, picked }: SelectedPeople['selection'], query: SelectedPeople['query']) {
  const { data, error, refetch } = useQuery({
    queryKey: ['selected-names', query],
    queryFn: ({ signal }) =>
      read(api.GET('/api/people', { params: { query: { ...query, limit: NAMES_SHOWN + picked.size } }, signal })),
    // Names of a few people who are left out are read with the others.
    enabled: isAll && picked.size <= UNDO_MAX - NAMES_SHOWN,
    gcTime: 0,
  });
  const state = { error, readAgain: () => void refetch() };
  if (!isAll) return { ...state, names: [...picked.values()].slice(0, NAMES_SHOWN) };
  if (picked.size > UNDO_MAX - NAMES_SHOWN) return { ...state, names: [] };
  const names = data?.results
    .filter(({ id }) => !picked.has(id))
    .slice(0, NAMES_SHOWN)
    .map(({ id, name, userName }) => name ?? userName ?? id);
  return { ...state, names };
}

/** Returns false for the answer that a person or the group does not exist. Throws any other error. */
function isGone(error: unknown): false {
  if (error instanceof ApiError && (error.status === 404 || error.code === 'memberNotFound')) return false;
  throw error;
}

/** Adds those who were removed again, one after another. Those who no longer exist are left out. */
function Undo({ group, results }: { readonly group: GroupDetails; readonly results: readonly BulkResult[] }) {
  const { group: words } = useWords();
  const changed = useGroupsChanged();
  const [{ tried, added }, setProgress] = useState({ tried: 0, added: 0 });
  const removed = results.filter(({ outcome }) => outcome === 'changed');
  const undo = useMutation({
    mutationFn: async () => {
      const params = { path: { id: group.id } };
      // After an error, the next attempt continues.
      for (const { id } of removed.slice(tried)) {
        const isAdded = await read(
          api.POST('/api/v2/usergroups/{id}/members', { params, body: { op: 'add', type: 'user', id } }),
        ).then(() => true, isGone);
        setProgress((before) => ({ tried: before.tried + 1, added: before.added + (isAdded ? 1 : 0) }));
      }
    },
    onSettled: changed,
  });
  if (removed.length === 0) return null;
  return (
    <>
      <div className="row">
        {!undo.isSuccess && (
          <button type="button" className="button" disabled={undo.isPending} onClick={() => undo.mutate()}>
            {words.addAgain(removed.length)}
          </button>
        )}
        <span role="status">{tried > 0 && words.addedAgain(added, removed.length)}</span>
      </div>
      <p role="alert" className="tone-bad">
        {undo.error?.message}
      </p>
    </>
  );
}
