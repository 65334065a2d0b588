import { Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode, SubmitEvent } from 'react';
import { useWords } from '../words/words.tsx';
import { FormFoot } from './form-foot.tsx';
import { passwordOf } from './form-text.ts';
import styles from './form.module.css';
import { PasswordField } from './password-field.tsx';

interface Props {
  readonly title: string;
  /** What will happen, in numbers and names. */
  readonly children: ReactNode;
  /** The verb with its object. */
  readonly submit: string;
  readonly isDanger?: boolean;
  /** True if the server asks for the password of the reader. */
  readonly asksPassword?: boolean;
  readonly act: (proof: { readonly password?: string }) => Promise<unknown>;
  /** What to do after it was done, before the dialog is closed. */
  readonly done: () => Promise<void>;
  readonly close: () => void;
}

/** Says what an action does, asks once, and then does it. */
export function ConfirmDialog({
  title,
  children,
  submit,
  isDanger = false,
  asksPassword = false,
  act,
  done,
  close,
}: Props) {
  const { frame } = useWords();
  const action = useMutation({
    mutationFn: act,
    onSuccess: async () => {
      await done();
      close();
    },
  });
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    action.mutate(passwordOf(new FormData(event.currentTarget)));
  };
  return (
    <Modal opened onClose={close} title={title} closeButtonProps={{ 'aria-label': frame.close }}>
      <form className={styles['form']} onSubmit={send}>
        {children}
        {asksPassword && <PasswordField isInvalid={action.isError} />}
        <FormFoot error={action.error} submit={submit} isBusy={action.isPending} isDanger={isDanger} close={close} />
      </form>
    </Modal>
  );
}
