import { Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { differingFields } from '../../data/differing-fields.ts';
import { api, read } from '../../data/client.ts';
import { exactTime } from '../../words/times.ts';
import { useWords } from '../../words/words.tsx';
import { CopyButton } from '../copy-button.tsx';
import { FormFoot } from '../form-foot.tsx';
import { passwordOf, textsOf } from '../form-text.ts';
import styles from '../form.module.css';
import { PasswordField } from '../password-field.tsx';
import { ChangedKeyFields, NewKeyFields, RotationFields } from './key-fields.tsx';
import type { Key } from './key-table.tsx';

/** What is sent to create a key. */
export interface NewKey {
  readonly name: string;
  readonly expiresInDays: number | null;
  readonly allowedIps: string[] | null;
  readonly password?: string;
}

/** The words that depend on what uses the keys. */
export interface KeyTexts {
  readonly nameDefault: string;
  /** What the key is called where it is entered. */
  readonly secret: string;
  readonly expiresHelp: string;
  readonly rotateHelp: string;
}

interface Props {
  readonly texts: KeyTexts;
  /** The key to rotate or to change; undefined creates another key. */
  readonly open: { readonly action: 'create' } | { readonly action: 'rotate' | 'change'; readonly key: Key };
  readonly create: (body: NewKey) => Promise<{ readonly key: string }>;
  /** The keys as they are read after the change. */
  readonly keys: readonly Key[];
  readonly changed: () => Promise<void>;
  readonly close: () => void;
}

/**
 * Creates a key, or the successor of one, or changes one, after the password is confirmed. The secret is shown once: it is only in the memory
 * of this dialog until it is closed.
 */
export function KeyDialog({ texts, open, create, keys, changed, close }: Props) {
  const { apiKeys: words, frame } = useWords();
  const [secret, setSecret] = useState<string>();
  const send = useMutation({
    mutationFn: async (form: FormData) => {
      if (open.action === 'create') return (await create(newKeyOf(form))).key;
      if (open.action === 'rotate') return (await read(rotate(open.key, form))).key;
      await read(change(open.key, form));
      return undefined;
    },
    // The answer has a secret, so that it is not kept longer than the dialog.
    gcTime: 0,
    onSuccess: async (key) => {
      if (key !== undefined) setSecret(key);
      await changed();
      if (key === undefined) close();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    send.mutate(new FormData(event.currentTarget));
  };
  const title = open.action === 'create' ? words.createTitle : words[`${open.action}Title`](open.key.name);
  const isForm = secret === undefined;
  return (
    <Modal
      opened
      // The answer has the secret, which is shown only once.
      onClose={send.isPending ? () => undefined : close}
      title={title}
      size="lg"
      closeOnClickOutside={isForm}
      closeOnEscape={isForm}
      withCloseButton={isForm}
      closeButtonProps={{ 'aria-label': frame.close }}
    >
      {isForm ? (
        <form className={styles['form']} onSubmit={submit}>
          {open.action === 'create' && <NewKeyFields texts={texts} />}
          {open.action === 'rotate' && <RotationFields texts={texts} />}
          {open.action === 'change' && <ChangedKeyFields changed={open.key} />}
          <PasswordField isInvalid={send.isError} help={words.passwordHelp} />
          <FormFoot error={send.error} submit={words[`${open.action}Submit`]} isBusy={send.isPending} close={close} />
        </form>
      ) : (
        <div className={styles['form']} role="status">
          <p>{words.shownOnce}</p>
          {open.action === 'rotate' && <OldKey old={keys.find(({ id }) => id === open.key.id)} />}
          <div className={styles['secret']}>
            <code aria-label={texts.secret}>{secret}</code>
            <CopyButton value={secret} label={texts.secret} />
          </div>
          <div className="row">
            <button type="button" className="button" data-kind="primary" autoFocus onClick={close}>
              {words.close}
            </button>
          </div>
        </div>
      )}
    </Modal>
  );
}

function addressesOf(form: FormData): string[] | null {
  const addresses = textsOf(form)('addresses')
    .split(/[\s,]+/)
    .filter((address) => address !== '');
  return addresses.length === 0 ? null : addresses;
}

function newKeyOf(form: FormData): NewKey {
  const text = textsOf(form);
  const lifetime = text('lifetime');
  return {
    name: text('name').trim(),
    expiresInDays: lifetime === 'never' ? null : Number(lifetime),
    allowedIps: addressesOf(form),
    ...passwordOf(form),
  };
}

function rotate({ id }: Key, form: FormData) {
  const body = { overlapHours: Number(textsOf(form)('overlap')), ...passwordOf(form) };
  return api.POST('/api/keys/{id}/rotate', { params: { path: { id } }, body });
}

function change({ id, name, allowedIps }: Key, form: FormData) {
  const text = textsOf(form);
  const lifetime = text('lifetime');
  const addresses = addressesOf(form);
  // Only a change of the expiry or of the addresses needs the password.
  const isMoved = (addresses ?? []).join(' ') !== (allowedIps ?? []).join(' ');
  const body = {
    ...differingFields({ name: text('name').trim() }, { name }),
    ...(isMoved && { allowedIps: addresses }),
    ...(lifetime !== '' && { expiresInDays: lifetime === 'never' ? null : Number(lifetime) }),
    ...passwordOf(form),
  };
  return api.PUT('/api/keys/{id}', { params: { path: { id } }, body });
}

/** Says when the key that was replaced stops working. */
function OldKey({ old }: { readonly old: Key | undefined }) {
  const { apiKeys: words, locale } = useWords();
  if (old === undefined) return null;
  if (old.status !== 'valid' || old.expiresAt === null) return <p>{words.oldEnded}</p>;
  return <p>{words.oldUntil(exactTime(new Date(old.expiresAt), locale))}</p>;
}
