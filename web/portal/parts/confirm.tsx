import { useEffect, useId, useRef, type ReactNode, type SubmitEvent } from 'react';
import { useWords } from '../words.tsx';
import { Refusal } from './form.tsx';

interface Props {
  readonly title: string;
  /** What happens. */
  readonly help?: string | undefined;
  /** What the button says. */
  readonly action: string;
  readonly error: Error | null;
  readonly isBusy: boolean;
  readonly onConfirm: (form: HTMLFormElement) => void;
  readonly onClose: () => void;
  /** True if nothing is lost. */
  readonly isSafe?: boolean;
  /** The fields of the dialog, such as those that prove who the reader is. */
  readonly children?: ReactNode;
}

/** Asks once before something is removed or changed. The browser keeps the focus in the dialog, and returns it. */
export function Confirm({ title, help, action, error, isBusy, onConfirm, onClose, isSafe = false, children }: Props) {
  const { frame } = useWords();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!isBusy) onConfirm(event.currentTarget);
  };
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      {help !== undefined && <p className="lead">{help}</p>}
      <form className="form" onSubmit={submit}>
        {children}
        <Refusal error={error} />
        <button className="button" data-kind={isSafe ? 'primary' : 'danger'} aria-disabled={isBusy}>
          {action}
        </button>
        <button type="button" className="button" onClick={() => dialog.current?.close()}>
          {frame.cancel}
        </button>
      </form>
    </dialog>
  );
}
