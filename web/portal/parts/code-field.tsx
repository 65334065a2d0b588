import { Field } from './form.tsx';

interface Props {
  readonly label: string;
  readonly name: string;
  /** True if only the six digits of an app are accepted, and no recovery code. */
  readonly isDigits?: boolean;
  readonly autoFocus?: boolean;
}

/** A field for a code of the authenticator app, or for a recovery code. */
export function CodeField({ label, name, isDigits = false, autoFocus = false }: Props) {
  return (
    <Field
      label={label}
      name={name}
      inputMode={isDigits ? 'numeric' : 'text'}
      autoComplete="one-time-code"
      autoCapitalize="characters"
      spellCheck={false}
      maxLength={20}
      required
      autoFocus={autoFocus}
    />
  );
}
