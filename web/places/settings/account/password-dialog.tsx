import { Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import { api, read } from '../../../data/client.ts';
import { FormFoot } from '../../../parts/form-foot.tsx';
import { textsOf } from '../../../parts/form-text.ts';
import styles from '../../../parts/form.module.css';
import { useWords } from '../../../words/words.tsx';
import { CodeField } from './code-field.tsx';

/** Changes the password of the reader. */
export function PasswordDialog({ needsCode, close }: { readonly needsCode: boolean; readonly close: () => void }) {
  const { settings, frame } = useWords();
  const words = settings.account;
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (form: FormData) => {
      const text = textsOf(form);
      const code = text('code').trim();
      const body = {
        currentPassword: text('current'),
        newPassword: text('next'),
        ...(code !== '' && { totp: code }),
      };
      return read(api.POST('/api/auth/password', { body }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['own-sessions'] });
      close();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    change.mutate(new FormData(event.currentTarget));
  };
  return (
    <Modal opened onClose={close} title={words.changeTitle} closeButtonProps={{ 'aria-label': frame.close }}>
      <form className={styles['form']} onSubmit={submit}>
        <label className="field">
          <span>{words.current}</span>
          <input
            className="input"
            name="current"
            type="password"
            autoComplete="current-password"
            required
            maxLength={1_024}
            data-autofocus
          />
        </label>
        <label className="field">
          <span>{words.next}</span>
          <input className="input" name="next" type="password" autoComplete="new-password" required maxLength={1_024} />
          <small>{words.passwordHelp}</small>
        </label>
        {needsCode && <CodeField />}
        <FormFoot error={change.error} submit={words.changeSubmit} isBusy={change.isPending} close={close} />
      </form>
    </Modal>
  );
}
