import { Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useNavigate } from 'react-router';
import { api, read } from '../../data/client.ts';
import styles from '../../parts/form.module.css';
import { useWords } from '../../words/words.tsx';
import { useSourcesChanged } from './queries.ts';

const choices = ['default', 'strict', 'standard'] as const;
type Choice = (typeof choices)[number];

/** Adds a source, and opens its set-up. */
export function AddSourceDialog({ close }: { readonly close: () => void }) {
  const { sources, frame } = useWords();
  const navigate = useNavigate();
  const changed = useSourcesChanged();
  const [chosen, setChosen] = useState<Choice>('default');
  const add = useMutation({
    mutationFn: (body: { readonly name: string; readonly preset?: Exclude<Choice, 'default'> }) =>
      read(api.POST('/api/integrations', { body })),
    onSuccess: async ({ id }) => {
      await changed();
      close();
      await navigate(`/sources/${id}/setup`);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = new FormData(event.currentTarget).get('name');
    add.mutate({
      name: typeof name === 'string' ? name.trim() : '',
      ...(chosen !== 'default' && { preset: chosen }),
    });
  };
  return (
    <Modal opened onClose={close} title={sources.addTitle} size="lg" closeButtonProps={{ 'aria-label': frame.close }}>
      <form className={styles['form']} onSubmit={submit}>
        <label className="field">
          <span>{sources.name}</span>
          <input
            className="input"
            name="name"
            required
            maxLength={200}
            defaultValue={sources.nameDefault}
            data-autofocus
            aria-invalid={add.isError}
          />
          <small>{sources.nameHelp}</small>
        </label>
        <fieldset>
          <legend>{sources.preset}</legend>
          {choices.map((name) => (
            <label key={name} className={styles['choice']}>
              <input
                type="radio"
                name="preset"
                value={name}
                checked={chosen === name}
                onChange={() => setChosen(name)}
              />
              <span>{sources.presets[name]}</span>
              <small>{sources.presetHelp[name]}</small>
            </label>
          ))}
          <p className="dim small">{sources.presetLater}</p>
        </fieldset>
        {add.error !== null && (
          <p role="alert" className="tone-bad">
            {add.error.message}
          </p>
        )}
        <div className="row">
          <button type="submit" className="button" data-kind="primary" disabled={add.isPending}>
            {sources.addSubmit}
          </button>
          <button type="button" className="button" onClick={close}>
            {sources.cancel}
          </button>
        </div>
      </form>
    </Modal>
  );
}
