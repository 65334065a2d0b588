import { Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useNavigate } from 'react-router';
import { api, read } from '../../data/client.ts';
import { useWords } from '../../words/words.tsx';
import styles from './groups.module.css';
import { useGroupsChanged } from './use-groups.ts';

const NAME_LENGTH_MAX = 1_024;

/** Creates a group that belongs to this directory, and opens it. */
export function CreateGroup({ close }: { readonly close: () => void }) {
  const { groups, frame } = useWords();
  const navigate = useNavigate();
  const changed = useGroupsChanged();
  const [name, setName] = useState('');
  const create = useMutation({
    mutationFn: () => read(api.POST('/api/v2/usergroups', { body: { name: name.trim() } })),
    onSuccess: async ({ id }) => {
      await changed();
      close();
      await navigate(`/groups/${id}`);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Modal opened onClose={close} title={groups.createTitle} closeButtonProps={{ 'aria-label': frame.close }}>
      <form className={styles['form']} onSubmit={submit}>
        <label className="field">
          <span>{groups.name}</span>
          <input
            className="input"
            data-autofocus
            required
            maxLength={NAME_LENGTH_MAX}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <p role="alert" className="tone-bad">
          {create.error?.message}
        </p>
        <div className="row">
          <button className="button" data-kind="primary" disabled={create.isPending || name.trim() === ''}>
            {groups.createSubmit}
          </button>
          <button type="button" className="button" onClick={close}>
            {groups.cancel}
          </button>
        </div>
      </form>
    </Modal>
  );
}
