import { Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { api, read } from '../../../data/client.ts';
import { CopyButton } from '../../../parts/copy-button.tsx';
import { exactTime } from '../../../words/times.ts';
import { useWords } from '../../../words/words.tsx';
import type { Source } from '../../../data/sources.ts';
import { useKeys, useSourcesChanged, type Key } from '../queries.ts';
import styles from '../sources.module.css';

const lifetimes = ['90', '365', '730', 'never'] as const;
const overlaps = ['0', '24', '72', '168'] as const;
const LIFETIME_DEFAULT = '365';
const OVERLAP_DEFAULT = '24';

interface Props {
  readonly source: Source;
  /** The key to rotate; undefined creates another key. */
  readonly rotated?: Key | undefined;
  readonly close: () => void;
}

/**
 * Creates a key, or the successor of one, after the password is confirmed. The key is shown once: it is only in the memory of this dialog
 * until it is closed.
 */
export function NewKeyDialog({ source, rotated, close }: Props) {
  const { sources, frame } = useWords();
  const { keys } = sources;
  const changed = useSourcesChanged();
  const [secret, setSecret] = useState<string>();
  const create = useMutation({
    mutationFn: async (form: FormData) => (await read(request(source, rotated, form))).key,
    // The answer has a secret, so that it is not kept longer than the dialog.
    gcTime: 0,
    onSuccess: async (key) => {
      setSecret(key);
      await changed();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    create.mutate(new FormData(event.currentTarget));
  };
  const title = rotated === undefined ? keys.createTitle : keys.rotateTitle(rotated.name);
  return (
    <Modal
      opened
      onClose={close}
      title={title}
      size="lg"
      closeOnClickOutside={secret === undefined}
      closeOnEscape={secret === undefined}
      withCloseButton={secret === undefined}
      closeButtonProps={{ 'aria-label': frame.close }}
    >
      {secret === undefined ? (
        <form className={styles['form']} onSubmit={submit}>
          {rotated === undefined ? <NewKeyFields source={source} /> : <RotationFields source={source} />}
          <PasswordField isInvalid={create.isError} />
          {create.error !== null && (
            <p role="alert" className="tone-bad">
              {create.error.message}
            </p>
          )}
          <div className="row">
            <button type="submit" className="button" data-kind="primary" disabled={create.isPending}>
              {rotated === undefined ? keys.createSubmit : keys.rotateSubmit}
            </button>
            <button type="button" className="button" onClick={close}>
              {keys.cancel}
            </button>
          </div>
        </form>
      ) : (
        <div className={styles['form']} role="status">
          <p>{keys.shownOnce}</p>
          {rotated !== undefined && <OldKey source={source} rotated={rotated} />}
          <div className={styles['secret']}>
            <code aria-label={keys.secret}>{secret}</code>
            <CopyButton value={secret} label={keys.secret} />
          </div>
          <div className="row">
            <button type="button" className="button" data-kind="primary" autoFocus onClick={close}>
              {keys.close}
            </button>
          </div>
        </div>
      )}
    </Modal>
  );
}

function request(source: Source, rotated: Key | undefined, form: FormData) {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value : '';
  };
  const password = text('password');
  if (rotated !== undefined) {
    const path = { id: rotated.id };
    return api.POST('/api/keys/{id}/rotate', {
      params: { path },
      body: { overlapHours: Number(text('overlap')), password },
    });
  }
  const addresses = text('addresses')
    .split(/[\s,]+/)
    .filter((address) => address !== '');
  const lifetime = text('lifetime');
  return api.POST('/api/integrations/{id}/tokens', {
    params: { path: { id: source.id } },
    body: {
      name: text('name').trim(),
      expiresInDays: lifetime === 'never' ? null : Number(lifetime),
      allowedIps: addresses.length === 0 ? null : addresses,
      password,
    },
  });
}

/** Says when the key that was replaced stops working. */
function OldKey({ source, rotated }: { readonly source: Source; readonly rotated: Key }) {
  const words = useWords();
  const { keys } = words.sources;
  const { data } = useKeys(source.id);
  const old = data?.find(({ id }) => id === rotated.id);
  if (old === undefined) return null;
  if (old.status !== 'valid' || old.expiresAt === null) return <p>{keys.oldEnded}</p>;
  return <p>{keys.oldUntil(exactTime(new Date(old.expiresAt), words.locale))}</p>;
}

function NewKeyFields({ source }: { readonly source: Source }) {
  const { keys } = useWords().sources;
  return (
    <>
      <label className="field">
        <span>{keys.name}</span>
        <input className="input" name="name" required maxLength={200} defaultValue={source.name} data-autofocus />
      </label>
      <label className="field">
        <span>{keys.expires}</span>
        <select className="input" name="lifetime" defaultValue={LIFETIME_DEFAULT}>
          {lifetimes.map((lifetime) => (
            <option key={lifetime} value={lifetime}>
              {keys.lifetimes[lifetime]}
            </option>
          ))}
        </select>
        <small>{keys.expiresHelp}</small>
      </label>
      <label className="field">
        <span>{keys.addresses}</span>
        <textarea className="input" name="addresses" rows={2} />
        <small>{keys.addressesHelp}</small>
      </label>
    </>
  );
}

function RotationFields({ source }: { readonly source: Source }) {
  const { keys } = useWords().sources;
  return (
    <>
      <p>{keys.rotateHelp(source.name)}</p>
      <label className="field">
        <span>{keys.overlap}</span>
        <select className="input" name="overlap" defaultValue={OVERLAP_DEFAULT} data-autofocus>
          {overlaps.map((hours) => (
            <option key={hours} value={hours}>
              {keys.overlaps[hours]}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}

function PasswordField({ isInvalid }: { readonly isInvalid: boolean }) {
  const { keys } = useWords().sources;
  return (
    <label className="field">
      <span>{keys.password}</span>
      <input
        className="input"
        name="password"
        type="password"
        autoComplete="current-password"
        maxLength={1_024}
        aria-invalid={isInvalid}
      />
      <small>{keys.passwordHelp}</small>
    </label>
  );
}
