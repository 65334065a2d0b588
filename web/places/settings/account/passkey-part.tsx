import { Modal } from '@mantine/core';
import { startRegistration, type PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { api, ApiError, read } from '../../../data/client.ts';
import { ConfirmDialog } from '../../../parts/confirm-dialog.tsx';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { FormFoot } from '../../../parts/form-foot.tsx';
import { textsOf } from '../../../parts/form-text.ts';
import styles from '../../../parts/form.module.css';
import { PasswordField } from '../../../parts/password-field.tsx';
import { Time } from '../../../parts/time.tsx';
import { useWords } from '../../../words/words.tsx';
import list from '../list.module.css';

const key = ['own-passkeys'] as const;

/** Reads the passkeys of the reader. */
export function usePasskeys() {
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => read(api.GET('/api/auth/passkeys', { signal })),
  });
}

/** The passkeys of the reader. */
export function PasskeyPart() {
  const words = useWords().settings.account;
  const queries = useQueryClient();
  const [isAdding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<{ readonly id: string; readonly name: string }>();
  const { data, error, refetch } = usePasskeys();
  const changed = () => queries.invalidateQueries({ queryKey: key });
  return (
    <section className="sheet" aria-label={words.passkeys}>
      <header>
        <h2>{words.passkeys}</h2>
        <span className="dim">{words.passkeysHelp}</span>
        <button type="button" className="button push" onClick={() => setAdding(true)}>
          {words.passkeyAdd}
        </button>
      </header>
      <div className="body">
        {error !== null && <ErrorNotice error={error} retry={() => void refetch()} />}
        {data?.length === 0 && <p className="dim">{words.passkeysNone}</p>}
        <ul className={list['sessions']}>
          {data?.map((passkey) => (
            <li key={passkey.id}>
              <div>
                <p>{passkey.name}</p>
                <p className="dim small">
                  {words.added} <Time at={passkey.createdAt} />, {words.used} <Time at={passkey.lastUsedAt} />
                </p>
              </div>
              <button
                type="button"
                className="button"
                data-kind="danger"
                aria-label={words.passkeyRemoveLabel(passkey.name)}
                onClick={() => setRemoved(passkey)}
              >
                {words.passkeyRemove}
              </button>
            </li>
          ))}
        </ul>
      </div>
      {isAdding && <AddPasskey changed={changed} close={() => setAdding(false)} />}
      {removed !== undefined && (
        <ConfirmDialog
          title={words.passkeyRemoveTitle(removed.name)}
          submit={words.passkeyRemoveSubmit}
          isDanger
          asksPassword
          act={({ password = '' }) =>
            read(api.DELETE('/api/auth/passkeys/{id}', { params: { path: { id: removed.id } }, body: { password } }))
          }
          done={changed}
          close={() => setRemoved(undefined)}
        >
          <p>{words.passkeyRemoveHelp}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}

function AddPasskey({ changed, close }: { readonly changed: () => Promise<void>; readonly close: () => void }) {
  const { settings, signIn, frame } = useWords();
  const words = settings.account;
  const add = useMutation({
    mutationFn: async (form: FormData) => {
      const text = textsOf(form);
      const { state, options } = await read(
        api.POST('/api/auth/passkeys/options', { body: { password: text('password') } }),
      );
      const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON;
      const response = await startRegistration({ optionsJSON }).catch(() => {
        const isAddress = /^[\d.]+$|^\[/.test(window.location.hostname);
        throw new ApiError(0, isAddress ? signIn.passkeyNeedsName : words.passkeyFailed);
      });
      await read(
        api.POST('/api/auth/passkeys', { body: { state, name: text('name').trim(), response: { ...response } } }),
      );
    },
    onSuccess: async () => {
      await changed();
      close();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    add.mutate(new FormData(event.currentTarget));
  };
  return (
    <Modal opened onClose={close} title={words.passkeyTitle} closeButtonProps={{ 'aria-label': frame.close }}>
      <form className={styles['form']} onSubmit={submit}>
        <label className="field">
          <span>{words.passkeyName}</span>
          <input
            className="input"
            name="name"
            required
            maxLength={200}
            defaultValue={words.passkeyNameDefault}
            data-autofocus
          />
        </label>
        <PasswordField isInvalid={add.isError} />
        <FormFoot error={add.error} submit={words.passkeySubmit} isBusy={add.isPending} close={close} />
      </form>
    </Modal>
  );
}
