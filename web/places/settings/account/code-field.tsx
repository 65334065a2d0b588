import { useWords } from '../../../words/words.tsx';

/** A code of the authenticator app, under the name `code`. */
export function CodeField({ hasFocus = false }: { readonly hasFocus?: boolean }) {
  const words = useWords().settings.account;
  return (
    <label className="field">
      <span>{words.code}</span>
      <input className="input" name="code" autoComplete="one-time-code" required maxLength={20} autoFocus={hasFocus} />
    </label>
  );
}
