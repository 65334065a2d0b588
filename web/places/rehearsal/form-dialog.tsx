import { Modal } from '@mantine/core';
import type { ReactNode, SubmitEvent } from 'react';
import { languageOf } from '../../data/client.ts';
import { useWords } from '../../words/words.tsx';
import styles from './rehearsal.module.css';

interface Props {
  readonly title: string;
  /** What the button says that does it. */
  readonly submit: string;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly onSubmit: (form: FormData) => void;
  readonly close: () => void;
  readonly isDangerous?: boolean;
  readonly isDisabled?: boolean;
  readonly size?: string;
  readonly children?: ReactNode;
}

/** A dialog with a form, which stays open until the server has done what was asked. */
export function FormDialog({ title, submit, isPending, error, onSubmit, close, children, ...more }: Props) {
  const { frame } = useWords();
  const { isDangerous = false, isDisabled = false, size = 'md' } = more;
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSubmit(new FormData(event.currentTarget));
  };
  return (
    <Modal opened onClose={close} title={title} size={size} closeButtonProps={{ 'aria-label': frame.close }}>
      <form className={styles['form']} onSubmit={send}>
        {children}
        <p role="alert" className="tone-bad" lang={languageOf(error)}>
          {error?.message}
        </p>
        <div className="row">
          <button
            type="submit"
            className="button"
            data-kind={isDangerous ? 'danger' : 'primary'}
            disabled={isPending || isDisabled}
          >
            {submit}
          </button>
          <button type="button" className="button" onClick={close}>
            {frame.cancel}
          </button>
        </div>
      </form>
    </Modal>
  );
}

/** Returns the text of a field of a form, without spaces at its ends. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
