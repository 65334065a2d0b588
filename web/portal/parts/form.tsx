import { useId, useState, type HTMLAttributes, type InputHTMLAttributes, type ReactNode } from 'react';
import { useWords } from '../words.tsx';

interface FieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'id'> {
  readonly label: string;
  readonly help?: ReactNode;
  readonly error?: string | undefined;
}

/** A field with its label, what to enter, and what is wrong with it. */
export function Field({ label, help, error, ...input }: FieldProps) {
  const id = useId();
  return (
    <FieldFrame id={id} label={label} help={help} error={error}>
      <input className="input" {...input} {...describedBy(id, help, error)} />
    </FieldFrame>
  );
}

/** A field for a password, which can be shown. */
export function PasswordField({ label, help, error, ...input }: FieldProps) {
  const { frame } = useWords();
  const id = useId();
  const [isShown, setShown] = useState(false);
  return (
    <FieldFrame id={id} label={label} help={help} error={error}>
      <span className="secret">
        <input
          className="input"
          {...input}
          type={isShown ? 'text' : 'password'}
          autoCapitalize="none"
          spellCheck={false}
          {...describedBy(id, help, error)}
        />
        <button
          type="button"
          className="button"
          data-kind="quiet"
          aria-pressed={isShown}
          aria-label={frame.of(frame.showPassword, label)}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? frame.hide : frame.show}
        </button>
      </span>
    </FieldFrame>
  );
}

function describedBy(id: string, help: ReactNode, error: string | undefined): HTMLAttributes<HTMLInputElement> {
  const ids = [...(error === undefined ? [] : [`${id}-error`]), ...(help === undefined ? [] : [`${id}-help`])];
  return {
    id,
    ...(ids.length > 0 && { 'aria-describedby': ids.join(' ') }),
    ...(error !== undefined && { 'aria-invalid': true }),
  };
}

interface FrameProps {
  readonly id: string;
  readonly label: string;
  readonly help: ReactNode;
  readonly error: string | undefined;
  readonly children: ReactNode;
}

function FieldFrame({ id, label, help, error, children }: FrameProps) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      {error !== undefined && (
        <p id={`${id}-error`} className="field-error" role="alert">
          {error}
        </p>
      )}
      {help !== undefined && (
        <div id={`${id}-help`} className="field-help">
          {help}
        </div>
      )}
    </div>
  );
}

/** The button that sends a form. It stays in reach while the form is being sent, so that the focus is not lost. */
export function Submit({ isBusy, children }: { readonly isBusy: boolean; readonly children: ReactNode }) {
  return (
    <button className="button" data-kind="primary" aria-disabled={isBusy}>
      {children}
      {isBusy && <span className="busy" aria-hidden="true" />}
    </button>
  );
}

/** Says what was refused, in the words of the server. */
export function Refusal({ error, children }: { readonly error: Error | null; readonly children?: ReactNode }) {
  return error === null ? null : (
    <div role="alert" className="notice" data-tone="bad">
      <p>{error.message}</p>
      {children}
    </div>
  );
}

/** Says what was done. It is there from the start, so that screen readers announce it. */
export function Done({ children }: { readonly children?: ReactNode }) {
  const isEmpty = children === undefined || children === null || children === '';
  return (
    <p role="status" className={isEmpty ? undefined : 'notice'} data-tone="good">
      {children}
    </p>
  );
}

/** Returns the text of a field of a form; empty if the form does not have it. */
export function textOf(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name);
  return typeof value === 'string' ? value : '';
}
