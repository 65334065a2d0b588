import { Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { startAuthentication } from '@simplewebauthn/browser';
import { useState, type SubmitEvent } from 'react';
import { api, ApiError, read } from '../data/client.ts';
import { linkRefusal } from '../data/link-code.ts';
import { useSession, useSignedIn } from '../data/session.ts';
import { useQuietKeys } from './quiet-keys.ts';
import { Mark } from '../look/mark.tsx';
import { languageNames, languages, setLanguage, useLanguage } from '../words/language.ts';
import { useWords } from '../words/words.tsx';
import { usePageTitle } from './page-title.ts';
import styles from './sign-in.module.css';

/** The code of the error of a sign-in with the right password, whose second factor is missing or wrong. */
const SECOND_FACTOR = 'secondFactor';

/** The time without a key press after which the dialog may take the focus. */
const QUIET_MS = 400;

/** The whole page, for a reader who is not signed in. */
export function SignInPage() {
  const words = useWords();
  usePageTitle(words.signIn.title);
  return (
    <main className={styles['page']}>
      <div className={styles['card']}>
        <p className={styles['brand']}>
          <Mark size={36} />
          <span>{words.product}</span>
        </p>
        <h1>{words.signIn.title}</h1>
        <LinkRefusal />
        <SignInForm email="" />
        <p className={styles['portal']}>
          <a href="/portal">{words.signIn.portal}</a>
        </p>
      </div>
      <LanguageChoice />
    </main>
  );
}

/** Why the link that opened the console did not sign in. */
function LinkRefusal() {
  const { signIn } = useWords();
  const why = linkRefusal();
  if (why === undefined) return null;
  return (
    <p role="alert" className="tone-bad">
      {signIn.linkFailed(why)}
    </p>
  );
}

function LanguageChoice() {
  const { frame } = useWords();
  const language = useLanguage();
  return (
    <div role="group" aria-label={frame.language} className={styles['languages']}>
      {languageNames.map((name) => (
        <button
          key={name}
          type="button"
          className="button"
          data-kind="quiet"
          lang={name}
          aria-pressed={language === name}
          onClick={() => setLanguage(name)}
        >
          {languages[name]}
        </button>
      ))}
    </div>
  );
}

/** A sign-in above the page, after the session has ended: what the reader typed stays on the page. */
export function SignInDialog() {
  const words = useWords();
  const { data: session } = useSession();
  // What the reader is typing belongs to the page, not to the fields of this dialog.
  const isQuiet = useQuietKeys(QUIET_MS);
  if (!isQuiet) return null;
  return (
    <Modal opened onClose={() => undefined} title={words.signIn.title} withCloseButton={false}>
      <p>{words.signIn.expired}</p>
      <SignInForm email={session?.email ?? ''} />
    </Modal>
  );
}

/** Returns the functions that sign in: with a password, and with a passkey. */
function useSignIn() {
  const signedIn = useSignedIn();
  const password = useMutation({
    mutationFn: (body: { readonly email: string; readonly password: string; readonly totp?: string }) =>
      read(api.POST('/api/auth/sign-in', { body })),
    onSuccess: signedIn,
  });
  const passkey = useMutation({
    mutationFn: async () => {
      const { state, options } = await read(api.POST('/api/auth/sign-in/passkey/options', { body: {} }));
      const response = await startAuthentication({ optionsJSON: options });
      return await read(api.POST('/api/auth/sign-in/passkey', { body: { state, response: { ...response } } }));
    },
    onSuccess: signedIn,
  });
  return { password, passkey };
}

function SignInForm({ email }: { readonly email: string }) {
  const words = useWords();
  const { password, passkey } = useSignIn();
  const [needsCode, setNeedsCode] = useState(false);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => {
      const value = fields.get(name);
      return typeof value === 'string' ? value : '';
    };
    const totp = text('totp').trim();
    password.mutate(
      { email: text('email').trim(), password: text('password'), ...(totp !== '' && { totp }) },
      { onError: (error) => setNeedsCode((needed) => needed || isSecondFactor(error)) },
    );
  };
  // The error of an attempt without a code asks for the code, which the field does now.
  const isAsking = isSecondFactor(password.error) && password.variables?.totp === undefined;
  const failure = isAsking ? undefined : password.error?.message;
  const message = passkey.error === null ? failure : passkeyMessage(passkey.error, words);
  return (
    <form className={styles['form']} onSubmit={submit}>
      <label className="field">
        <span>{words.signIn.email}</span>
        <input
          className="input"
          name="email"
          type="email"
          autoComplete="username"
          required
          defaultValue={email}
          autoFocus={email === ''}
        />
      </label>
      <label className="field">
        <span>{words.signIn.password}</span>
        <input
          className="input"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          autoFocus={email !== ''}
          data-autofocus={email === '' ? undefined : true}
        />
      </label>
      {needsCode && (
        <label className="field">
          <span>{words.signIn.code}</span>
          <input
            className="input"
            name="totp"
            autoComplete="one-time-code"
            inputMode="text"
            required
            autoFocus
            maxLength={20}
          />
          <small>{words.signIn.codeHelp}</small>
        </label>
      )}
      {message !== undefined && (
        <p role="alert" className="tone-bad">
          {message}
        </p>
      )}
      <button className="button" data-kind="primary" disabled={password.isPending}>
        {words.signIn.submit}
      </button>
      <button type="button" className="button" onClick={() => passkey.mutate()} disabled={passkey.isPending}>
        {words.signIn.passkey}
      </button>
      <a href="/console/forgot">{words.signIn.forgot}</a>
    </form>
  );
}

function isSecondFactor(error: Error | null): boolean {
  return error instanceof ApiError && error.code === SECOND_FACTOR;
}

function passkeyMessage(error: Error, { signIn }: ReturnType<typeof useWords>): string {
  if (error instanceof ApiError) return error.message;
  const isAddress = /^[\d.]+$|^\[/.test(window.location.hostname);
  return isAddress ? signIn.passkeyNeedsName : signIn.passkeyFailed;
}
