import { useWords } from '../words/words.tsx';

interface Props {
  readonly isInvalid?: boolean;
  /** Why the password is asked for. */
  readonly help?: string;
}

/** The password of the reader, which confirms an action that gives access. The form has it under the name `password`. */
export function PasswordField({ isInvalid = false, help }: Props) {
  const { form } = useWords();
  return (
    <label className="field">
      <span>{form.password}</span>
      <input
        className="input"
        name="password"
        type="password"
        autoComplete="current-password"
        maxLength={1_024}
        aria-invalid={isInvalid}
      />
      <small>{help ?? form.passwordHelp}</small>
    </label>
  );
}
