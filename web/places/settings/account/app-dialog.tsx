import { Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { api, read } from '../../../data/client.ts';
import { useSignedIn } from '../../../data/session.ts';
import { CopyButton } from '../../../parts/copy-button.tsx';
import { FormFoot } from '../../../parts/form-foot.tsx';
import { textsOf } from '../../../parts/form-text.ts';
import styles from '../../../parts/form.module.css';
import { QrCode } from '../../../parts/qr-code.tsx';
import { PasswordField } from '../../../parts/password-field.tsx';
import { useWords } from '../../../words/words.tsx';
import { CodeField } from './code-field.tsx';

interface Props {
  readonly close: () => void;
}

/** Sets up an authenticator app in three steps: confirm, add the key to the app, keep the recovery codes. The secrets are shown once. */
export function AppDialog({ isReplaced, close }: Props & { readonly isReplaced: boolean }) {
  const { settings, frame } = useWords();
  const words = settings.account;
  const signedIn = useSignedIn();
  const [started, setStarted] = useState<{ readonly secret: string; readonly uri: string }>();
  const [codes, setCodes] = useState<readonly string[]>();
  const send = useMutation({
    mutationFn: async (form: FormData) => {
      const text = textsOf(form);
      const code = text('code').trim();
      if (started === undefined) {
        const body = { password: text('password'), ...(code !== '' && { totp: code }) };
        setStarted(await read(api.POST('/api/auth/totp', { body })));
        return;
      }
      setCodes((await read(api.PUT('/api/auth/totp', { body: { code } }))).recoveryCodes);
      await signedIn();
    },
    gcTime: 0,
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    send.mutate(new FormData(event.currentTarget));
  };
  return (
    <Modal
      opened
      // The answer has the recovery codes, which are shown only once.
      onClose={send.isPending ? () => undefined : close}
      title={words.appTitle}
      closeOnClickOutside={started === undefined}
      closeOnEscape={codes === undefined}
      withCloseButton={codes === undefined}
      closeButtonProps={{ 'aria-label': frame.close }}
    >
      {codes !== undefined && <Codes codes={codes} close={close} />}
      {codes === undefined && started !== undefined && (
        <form key="confirm" className={styles['form']} onSubmit={submit}>
          <p>{words.appSteps}</p>
          <QrCode text={started.uri} label={words.appQr} />
          <p className="dim small">{words.appByHand}</p>
          <div className={styles['secret']}>
            <code aria-label={words.appKey}>{started.secret.replaceAll(/.{4}(?=.)/g, '$& ')}</code>
            <CopyButton value={started.secret} label={words.appKey} />
          </div>
          <p>
            <a href={started.uri}>{words.appOpen}</a>
          </p>
          <CodeField hasFocus />
          <FormFoot error={send.error} submit={words.appConfirm} isBusy={send.isPending} close={close} />
        </form>
      )}
      {started === undefined && (
        <form key="start" className={styles['form']} onSubmit={submit}>
          <PasswordField isInvalid={send.isError} />
          {isReplaced && <CodeField />}
          <FormFoot error={send.error} submit={words.appContinue} isBusy={send.isPending} close={close} />
        </form>
      )}
    </Modal>
  );
}

function Codes({ codes, close }: Props & { readonly codes: readonly string[] }) {
  const words = useWords().settings.account;
  return (
    <div className={styles['form']} role="status">
      <p>{words.codesHelp}</p>
      <div className={styles['secret']}>
        <code aria-label={words.codes}>{codes.join(' ')}</code>
        <CopyButton value={codes.join('\n')} label={words.codes} />
      </div>
      <div className="row">
        <button type="button" className="button" data-kind="primary" autoFocus onClick={close}>
          {words.done}
        </button>
      </div>
    </div>
  );
}

/** Removes the authenticator app of the reader, with a code from it. */
export function RemoveAppDialog({ close }: Props) {
  const { settings, frame } = useWords();
  const words = settings.account;
  const signedIn = useSignedIn();
  const remove = useMutation({
    mutationFn: (code: string) => read(api.DELETE('/api/auth/totp', { body: { code } })),
    onSuccess: async () => {
      await signedIn();
      close();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    remove.mutate(textsOf(new FormData(event.currentTarget))('code').trim());
  };
  return (
    <Modal opened onClose={close} title={words.appRemoveTitle} closeButtonProps={{ 'aria-label': frame.close }}>
      <form className={styles['form']} onSubmit={submit}>
        <p>{words.appRemoveHelp}</p>
        <CodeField />
        <FormFoot
          error={remove.error}
          submit={words.appRemoveSubmit}
          isBusy={remove.isPending}
          isDanger
          close={close}
        />
      </form>
    </Modal>
  );
}
