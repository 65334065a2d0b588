import { useMutation } from '@tanstack/react-query';
import { startRegistration, WebAuthnError } from '@simplewebauthn/browser';
import { useState, type SubmitEvent } from 'react';
import { api, ApiError, read } from '../../data/client.ts';
import { useChanged, usePasskeys } from '../data/account.ts';
import { useTimes } from '../data/times.ts';
import { deviceIn } from '../data/user-agent.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Done, Field, PasswordField, Refusal, Submit, textOf } from '../parts/form.tsx';
import { Page } from '../parts/page.tsx';
import { unread } from '../parts/waiting.tsx';
import { useWords, type PortalWords } from '../words.tsx';

interface Passkey {
  readonly id: string;
  readonly name: string;
}

/** Adds, renames and removes passkeys. */
export function PasskeysPage() {
  const { passkeys: words, frame } = useWords();
  const { since } = useTimes();
  const passkeys = usePasskeys();
  const [said, setSaid] = useState<string>();
  const [isAdding, setAdding] = useState(false);
  const [open, setOpen] = useState<{ readonly action: 'rename' | 'remove'; readonly passkey: Passkey }>();
  const { data } = passkeys;
  if (isAdding) {
    return (
      <AddPasskey
        onClose={(name) => {
          setAdding(false);
          setSaid(name === undefined ? undefined : words.added(name));
        }}
      />
    );
  }
  return (
    <Page title={words.title} lead={words.lead}>
      <Done>{said}</Done>
      {unread(passkeys)}
      {data?.length === 0 && <p className="notice">{words.none}</p>}
      {data !== undefined && data.length > 0 && (
        <ul className="things">
          {data.map(({ id, name, createdAt, lastUsedAt }) => (
            <li key={id}>
              <span className="thing">
                <strong>{name}</strong>
                <span className="dim">
                  {frame.names([
                    words.created(since(createdAt)),
                    lastUsedAt === null ? words.unused : words.used(since(lastUsedAt)),
                  ])}
                </span>
              </span>
              <span className="row">
                <button
                  type="button"
                  className="button"
                  aria-label={words.renameNamed(name)}
                  onClick={() => setOpen({ action: 'rename', passkey: { id, name } })}
                >
                  {words.rename}
                </button>
                <button
                  type="button"
                  className="button"
                  aria-label={words.removeNamed(name)}
                  onClick={() => setOpen({ action: 'remove', passkey: { id, name } })}
                >
                  {words.remove}
                </button>
              </span>
            </li>
          ))}
        </ul>
      )}
      {data !== undefined && (
        <div className="form">
          <button type="button" className="button" data-kind="primary" onClick={() => setAdding(true)}>
            {words.add}
          </button>
        </div>
      )}
      {open?.action === 'rename' && (
        <RenamePasskey
          passkey={open.passkey}
          onClose={(name) => {
            setOpen(undefined);
            if (name !== undefined) setSaid(words.renamed(name));
          }}
        />
      )}
      {open?.action === 'remove' && (
        <RemovePasskey
          passkey={open.passkey}
          onClose={(isRemoved) => {
            setOpen(undefined);
            if (isRemoved) setSaid(words.removed(open.passkey.name));
          }}
        />
      )}
    </Page>
  );
}

/** Adds a passkey. `onClose` gets its name, or nothing if none was added. */
function AddPasskey({ onClose }: { readonly onClose: (name: string | undefined) => void }) {
  const words = useWords();
  const changed = useChanged();
  const add = useMutation({
    mutationFn: async ({ name, password }: { readonly name: string; readonly password: string }) => {
      const { state, options } = await read(api.POST('/api/portal/passkeys/options', { body: { password } }));
      const response = await startRegistration({ optionsJSON: options as never });
      await read(api.POST('/api/portal/passkeys', { body: { state, name, response: { ...response } } }));
      return name;
    },
    onSuccess: async (name) => {
      await changed();
      onClose(name);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!add.isPending) add.mutate({ name: textOf(form, 'name').trim(), password: textOf(form, 'password') });
  };
  const { passkeys, frame, sessions } = words;
  if (!('PublicKeyCredential' in window)) return <Page title={passkeys.add} lead={passkeys.unsupported} />;
  return (
    <Page title={passkeys.add} lead={passkeys.lead} isFirst>
      <form className="form" onSubmit={submit}>
        <Field
          label={passkeys.name}
          help={passkeys.nameHelp}
          name="name"
          defaultValue={deviceIn(navigator.userAgent, sessions) ?? passkeys.nameDefault}
          maxLength={200}
          required
          autoFocus
        />
        <PasswordField
          label={passkeys.password}
          name="password"
          autoComplete="current-password"
          maxLength={1_024}
          required
        />
        <Refusal error={add.error === null ? null : new Error(failureOf(add.error, words))} />
        <Submit isBusy={add.isPending}>{passkeys.submit}</Submit>
        <button type="button" className="button" onClick={() => onClose(undefined)}>
          {frame.cancel}
        </button>
      </form>
    </Page>
  );
}

function failureOf(error: Error, { passkeys, signIn }: PortalWords): string {
  if (error instanceof ApiError) return error.message;
  const isPresent = error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED';
  if (isPresent) return passkeys.present;
  const isAddress = /^[\d.]+$|^\[/.test(window.location.hostname);
  return isAddress ? signIn.passkeyNeedsName : passkeys.failed;
}

interface RenameProps {
  readonly passkey: Passkey;
  /** Gets the new name, or nothing if the name stays. */
  readonly onClose: (name: string | undefined) => void;
}

function RenamePasskey({ passkey: { id, name: before }, onClose }: RenameProps) {
  const { passkeys: words } = useWords();
  const changed = useChanged();
  const rename = useMutation({
    mutationFn: async (name: string) => {
      await read(api.PUT('/api/portal/passkeys/{id}', { params: { path: { id } }, body: { name } }));
      return name;
    },
    onSuccess: async (name) => {
      await changed();
      onClose(name);
    },
  });
  return (
    <Confirm
      title={words.renameTitle(before)}
      action={words.rename}
      error={rename.error}
      isBusy={rename.isPending}
      isSafe
      onConfirm={(form) => rename.mutate(textOf(form, 'name').trim())}
      onClose={() => onClose(undefined)}
    >
      <Field
        label={words.name}
        help={words.nameHelp}
        name="name"
        defaultValue={before}
        maxLength={200}
        required
        autoFocus
      />
    </Confirm>
  );
}

interface RemoveProps {
  readonly passkey: Passkey;
  readonly onClose: (isRemoved: boolean) => void;
}

function RemovePasskey({ passkey: { id, name }, onClose }: RemoveProps) {
  const { passkeys: words } = useWords();
  const changed = useChanged();
  const remove = useMutation({
    mutationFn: (password: string) =>
      read(api.DELETE('/api/portal/passkeys/{id}', { params: { path: { id } }, body: { password } })),
    onSuccess: async () => {
      await changed();
      onClose(true);
    },
  });
  return (
    <Confirm
      title={words.removeTitle(name)}
      help={words.removeHelp}
      action={words.remove}
      error={remove.error}
      isBusy={remove.isPending}
      onConfirm={(form) => remove.mutate(textOf(form, 'password'))}
      onClose={() => onClose(false)}
    >
      <PasswordField
        label={words.password}
        name="password"
        autoComplete="current-password"
        maxLength={1_024}
        required
        autoFocus
      />
    </Confirm>
  );
}
