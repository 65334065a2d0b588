import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, read } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { useWords } from '../../../words/words.tsx';
import styles from '../groups.module.css';
import { useGroupsChanged, type GroupDetails } from '../use-groups.ts';

const DEBOUNCE_MS = 120;
const FOUND_MAX = 8;

interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly detail: string;
  readonly type: 'user' | 'user_group';
}

/** Finds people and groups by name, and adds one with a click. The dialog stays open for the next one. */
export function AddMember({ group, close }: { readonly group: GroupDetails; readonly close: () => void }) {
  const words = useWords();
  const changed = useGroupsChanged();
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text.trim(), DEBOUNCE_MS);
  const { found, isKnown } = useCandidates(search, group.id);
  const add = useMutation({
    mutationFn: async ({ id, type }: Candidate) => {
      const params = { path: { id: group.id } };
      await read(api.POST('/api/v2/usergroups/{id}/members', { params, body: { op: 'add', type, id } }));
    },
    onSuccess: changed,
  });
  return (
    <Modal
      opened
      onClose={close}
      title={words.group.addTitle(group.name)}
      closeButtonProps={{ 'aria-label': words.frame.close }}
    >
      <div className={styles['form']}>
        <input
          type="search"
          className="input"
          data-autofocus
          aria-label={words.group.addSearch}
          placeholder={words.group.addSearch}
          autoComplete="off"
          maxLength={200}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <ul className={styles['found']}>
          {found.map((candidate) => (
            <li key={candidate.id}>
              <button type="button" disabled={add.isPending} onClick={() => add.mutate(candidate)}>
                <span>{candidate.name}</span>
                <span className="dim small">{candidate.detail}</span>
              </button>
            </li>
          ))}
        </ul>
        <p role="status" className="dim">
          {add.isSuccess && words.group.added(add.variables.name)}
          {!add.isSuccess && isKnown && found.length === 0 && words.group.notFound(search)}
        </p>
        <p role="alert" className="tone-bad">
          {add.error?.message}
        </p>
      </div>
    </Modal>
  );
}

function useCandidates(search: string, self: string) {
  const { group } = useWords();
  const may = useMay();
  const people = useQuery({
    queryKey: ['candidates', 'people', search],
    queryFn: ({ signal }) => read(api.GET('/api/people', { params: { query: { search, limit: FOUND_MAX } }, signal })),
    enabled: search !== '' && may('users.read'),
  });
  const groups = useQuery({
    queryKey: ['candidates', 'groups', search],
    queryFn: ({ signal }) => read(api.GET('/api/groups', { params: { query: { search, limit: FOUND_MAX } }, signal })),
    enabled: search !== '',
  });
  const found: readonly Candidate[] = [
    ...(people.data?.results ?? []).map(({ id, name, userName }): Candidate => ({
      id,
      name: name ?? userName ?? id,
      detail: userName ?? group.addPerson,
      type: 'user',
    })),
    ...(groups.data?.results ?? [])
      .filter(({ id }) => id !== self)
      .map(({ id, name }): Candidate => ({ id, name, detail: group.addGroup, type: 'user_group' })),
  ];
  return { found, isKnown: search !== '' && groups.isSuccess && !people.isPending };
}
