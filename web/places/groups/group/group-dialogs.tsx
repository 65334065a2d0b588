import { Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { api, read } from '../../../data/client.ts';
import { useWords } from '../../../words/words.tsx';
import styles from '../groups.module.css';
import { useGroupsChanged, type GroupDetails } from '../use-groups.ts';

interface Props {
  readonly group: GroupDetails;
  readonly close: () => void;
}

interface FormProps {
  readonly title: string;
  readonly submit: string;
  readonly kind?: 'primary' | 'danger';
  readonly children: ReactNode;
  readonly close: () => void;
  readonly mutation: { readonly isPending: boolean; readonly error: Error | null; readonly mutate: () => void };
}

/** A dialog that says what will happen, and does it once. */
function ActionForm({ title, submit, kind = 'primary', children, close, mutation }: FormProps) {
  const words = useWords();
  return (
    <Modal opened onClose={close} title={title} closeButtonProps={{ 'aria-label': words.frame.close }}>
      <form
        className={styles['form']}
        onSubmit={(event) => {
          event.preventDefault();
          mutation.mutate();
        }}
      >
        {children}
        <p role="alert" className="tone-bad">
          {mutation.error?.message}
        </p>
        <div className="row">
          <button className="button" data-kind={kind} disabled={mutation.isPending}>
            {submit}
          </button>
          <button type="button" className="button" onClick={close}>
            {words.groups.cancel}
          </button>
        </div>
      </form>
    </Modal>
  );
}

export function RenameGroup({ group, close }: Props) {
  const words = useWords();
  const changed = useGroupsChanged();
  const [name, setName] = useState(group.name);
  const params = { path: { id: group.id } };
  const rename = useMutation({
    mutationFn: () => read(api.PUT('/api/v2/usergroups/{id}', { params, body: { name: name.trim() } })),
    onSuccess: async () => {
      await changed();
      close();
    },
  });
  return (
    <ActionForm
      title={words.group.renameTitle(group.name)}
      submit={words.group.renameSubmit}
      close={close}
      mutation={rename}
    >
      <label className="field">
        <span>{words.groups.name}</span>
        <input
          className="input"
          data-autofocus
          required
          maxLength={1_024}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <small>{words.group.renameHelp}</small>
      </label>
    </ActionForm>
  );
}

export function ReleaseGroup({ group, close }: Props) {
  const words = useWords();
  const changed = useGroupsChanged();
  const params = { path: { id: group.id } };
  const release = useMutation({
    mutationFn: () => read(api.PUT('/api/v2/usergroups/{id}', { params, body: { restrictedFields: [] } })),
    onSuccess: async () => {
      await changed();
      close();
    },
  });
  return (
    <ActionForm
      title={words.group.releaseTitle(group.name)}
      submit={words.group.releaseSubmit}
      close={close}
      mutation={release}
    >
      <p>{words.group.releaseHelp(group.source?.name ?? words.groups.removedSource)}</p>
    </ActionForm>
  );
}

export function DeleteGroup({ group, close }: Props) {
  const words = useWords();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const changed = useGroupsChanged();
  const params = { path: { id: group.id } };
  const remove = useMutation({
    mutationFn: () => read(api.DELETE('/api/v2/usergroups/{id}', { params })),
    onSuccess: async () => {
      // The list must not show the group once more before it is read again.
      queries.removeQueries({ queryKey: ['groups'] });
      await navigate('/groups');
      await changed();
    },
  });
  return (
    <ActionForm
      title={words.group.deleteTitle(group.name)}
      submit={words.group.deleteSubmit(group.name)}
      kind="danger"
      close={close}
      mutation={remove}
    >
      <p>{words.group.deletePeople(group.members.users)}</p>
      {group.groupsAround.length > 0 && <p>{words.group.deleteAround(group.groupsAround.length)}</p>}
      <p>{words.group.deleteForever}</p>
    </ActionForm>
  );
}
