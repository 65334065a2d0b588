import { Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api, read } from '../../data/client.ts';
import { useWords } from '../../words/words.tsx';
import styles from './bulk/bulk.module.css';

const fields = [
  'firstname',
  'lastname',
  'username',
  'email',
  'jobTitle',
  'department',
  'employeeIdentifier',
  'costCenter',
  'company',
  'location',
] as const;
type Field = (typeof fields)[number];
const required: ReadonlySet<Field> = new Set(['username', 'email']);

/** Adds a person whom no source sends. */
export function AddDialog({ close }: { readonly close: () => void }) {
  const { people, person, frame } = useWords();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [values, setValues] = useState<Partial<Record<Field, string>>>({});
  const [isMailed, setMailed] = useState(true);
  const add = useMutation({
    mutationFn: async () => {
      const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ''));
      const { username = '', email = '' } = values;
      const user = await read(api.POST('/api/systemusers', { body: { ...filled, username, email } }));
      if (isMailed) await read(api.POST('/api/systemusers/reactivate', { body: { models: [{ _id: user.id }] } }));
      return user;
    },
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['people'] });
      void navigate(`/people/${id}`);
    },
  });
  return (
    <Modal opened onClose={close} title={people.addTitle} size="lg" closeButtonProps={{ 'aria-label': frame.close }}>
      <form
        className={styles['dialog']}
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate();
        }}
      >
        <div className={styles['fields']}>
          {fields.map((field, index) => (
            <label key={field} className="field">
              <span>
                {person.fact[field]}
                {required.has(field) && ` (${people.required})`}
              </span>
              <input
                className="input"
                data-autofocus={index === 0 ? true : undefined}
                type={field === 'email' ? 'email' : 'text'}
                required={required.has(field)}
                maxLength={1024}
                autoComplete="off"
                value={values[field] ?? ''}
                onChange={(event) => setValues({ ...values, [field]: event.currentTarget.value })}
              />
            </label>
          ))}
        </div>
        <label className={styles['check']}>
          <input type="checkbox" checked={isMailed} onChange={(event) => setMailed(event.currentTarget.checked)} />
          {people.addMail}
        </label>
        <p className="dim">{people.addHelp}</p>
        <p role="alert" className="tone-bad">
          {add.error?.message}
        </p>
        <div className="row">
          <button type="submit" className="button" data-kind="primary" disabled={add.isPending}>
            {people.addDo}
          </button>
          <button type="button" className="button" onClick={close}>
            {people.cancel}
          </button>
        </div>
      </form>
    </Modal>
  );
}
