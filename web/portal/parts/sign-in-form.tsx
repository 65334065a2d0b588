import { useState, type SubmitEvent } from 'react';
import { ApiError } from '../../data/client.ts';
import { useSignIn, type Credentials } from '../data/account.ts';
import { useWords, type PortalWords } from '../words.tsx';
import { Field, PasswordField, Refusal, Submit, textOf } from './form.tsx';

interface Props {
  /** The id of the organization of the address, if it names one. */
  readonly organization?: string | undefined;
  /** The account whose session has ended. */
  readonly name?: string;
  readonly onSignedIn?: () => void;
  /** Tells the page which of the two steps is shown. */
  readonly onStep?: (step: 'password' | 'code') => void;
}

/** Signs in, in two steps: the password, and the second factor if the account has one. Or in one step, with a passkey. */
export function SignInForm({ organization, name = '', onSignedIn, onStep }: Props) {
  const { password, passkey } = useSignIn();
  const [first, setFirst] = useState<Credentials>();
  const [typed, setTyped] = useState({ email: name, password: '' });
  const send = (credentials: Credentials) => {
    if (password.isPending) return;
    passkey.reset();
    password.mutate(credentials, {
      onSuccess: () => onSignedIn?.(),
      onError: (error) => {
        if (!isCode(error) || credentials.totp !== undefined) return;
        password.reset();
        setFirst(credentials);
        onStep?.('code');
      },
    });
  };
  const back = () => {
    password.reset();
    setFirst(undefined);
    onStep?.('password');
  };
  if (first !== undefined) {
    return (
      <CodeStep
        error={password.error}
        isBusy={password.isPending}
        onCode={(totp) => send({ ...first, totp })}
        onBack={back}
      />
    );
  }
  return (
    <PasswordStep
      typed={typed}
      onTyped={setTyped}
      isBusy={password.isPending}
      error={password.error}
      passkeyError={passkey.error}
      onPassword={() =>
        send({
          email: typed.email.trim(),
          password: typed.password,
          ...(organization !== undefined && { organization }),
        })
      }
      onPasskey={() => passkey.mutate(undefined, { onSuccess: () => onSignedIn?.() })}
    />
  );
}

function isCode(error: Error): boolean {
  return error instanceof ApiError && error.code === 'secondFactor';
}

interface PasswordStepProps {
  readonly typed: { readonly email: string; readonly password: string };
  readonly onTyped: (typed: { readonly email: string; readonly password: string }) => void;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly passkeyError: Error | null;
  readonly onPassword: () => void;
  readonly onPasskey: () => void;
}

function PasswordStep({ typed, onTyped, isBusy, error, passkeyError, onPassword, onPasskey }: PasswordStepProps) {
  const words = useWords();
  const { signIn } = words;
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    onPassword();
  };
  const isNamed = typed.email !== '';
  return (
    <form className="form" onSubmit={submit}>
      <Field
        label={signIn.name}
        help={signIn.nameHelp}
        name="username"
        type="text"
        inputMode="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={1_024}
        required
        autoFocus={!isNamed}
        value={typed.email}
        onChange={({ target }) => onTyped({ ...typed, email: target.value })}
      />
      <PasswordField
        label={signIn.password}
        name="password"
        autoComplete="current-password"
        maxLength={1_024}
        required
        autoFocus={isNamed}
        value={typed.password}
        onChange={({ target }) => onTyped({ ...typed, password: target.value })}
      />
      <Refusal error={passkeyError === null ? error : new Error(passkeyMessage(passkeyError, words))} />
      <Submit isBusy={isBusy}>{signIn.submit}</Submit>
      <p className="or">
        <span>{signIn.or}</span>
      </p>
      <button type="button" className="button" onClick={onPasskey}>
        {signIn.passkey}
      </button>
      <p className="after">
        <a href="/portal/forgot">{signIn.forgot}</a>
      </p>
    </form>
  );
}

interface CodeStepProps {
  readonly error: Error | null;
  readonly isBusy: boolean;
  readonly onCode: (code: string) => void;
  readonly onBack: () => void;
}

function CodeStep({ error, isBusy, onCode, onBack }: CodeStepProps) {
  const { signIn } = useWords();
  const [isRecovery, setRecovery] = useState(false);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    onCode(textOf(event.currentTarget, 'totp').trim());
  };
  return (
    <form className="form" onSubmit={submit} key={String(isRecovery)}>
      <Field
        label={isRecovery ? signIn.recovery : signIn.code}
        help={isRecovery ? signIn.recoveryHelp : signIn.codeHelp}
        name="totp"
        inputMode={isRecovery ? 'text' : 'numeric'}
        autoComplete="one-time-code"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={20}
        required
        autoFocus
      />
      <Refusal error={error} />
      <Submit isBusy={isBusy}>{signIn.codeSubmit}</Submit>
      <p className="after">
        <button type="button" className="link" onClick={() => setRecovery(!isRecovery)}>
          {isRecovery ? signIn.toCode : signIn.toRecovery}
        </button>
        <button type="button" className="link" onClick={onBack}>
          {signIn.back}
        </button>
      </p>
      {isRecovery && <p className="dim small">{signIn.lost}</p>}
    </form>
  );
}

function passkeyMessage(error: Error, { signIn }: PortalWords): string {
  if (error instanceof ApiError) return error.message;
  const isAddress = /^[\d.]+$|^\[/.test(window.location.hostname);
  return isAddress ? signIn.passkeyNeedsName : signIn.passkeyFailed;
}
