import { Modal } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { differingFields } from '../../../data/differing-fields.ts';
import { api, read } from '../../../data/client.ts';
import { useMay, useSession } from '../../../data/session.ts';
import { FormFoot } from '../../../parts/form-foot.tsx';
import { passwordOf, textsOf } from '../../../parts/form-text.ts';
import styles from '../../../parts/form.module.css';
import { PasswordField } from '../../../parts/password-field.tsx';
import { useWords } from '../../../words/words.tsx';
import { nameOf, useAdministratorsChanged, useRoles, type Administrator } from './use-administrators.ts';

const ROLE_DEFAULT = 'Read Only';
/** The kind of email that an invited administrator gets. */
const INVITATION = 'admin_invitation';

interface Props {
  /** The administrator to change; undefined invites another one. */
  readonly administrator?: Administrator | undefined;
  readonly close: () => void;
}

/** Invites an administrator, or changes one. */
export function AdministratorDialog({ administrator, close }: Props) {
  const { settings, frame } = useWords();
  const words = settings.administrators;
  const changed = useAdministratorsChanged();
  const isNew = administrator === undefined;
  const [before] = useState(administrator ?? {});
  const send = useMutation({
    mutationFn: async (form: FormData) => {
      if (isNew) return await read(api.POST('/api/users', { body: bodyOf(form) }));
      return await read(
        api.PUT('/api/users/{id}', {
          params: { path: { id: administrator._id } },
          body: differingFields(bodyOf(form), before),
        }),
      );
    },
    onSuccess: async () => {
      await changed();
      close();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    send.mutate(new FormData(event.currentTarget));
  };
  return (
    <Modal
      opened
      onClose={close}
      title={isNew ? words.inviteTitle : words.changeTitle(nameOf(administrator))}
      size="lg"
      closeButtonProps={{ 'aria-label': frame.close }}
    >
      <form className={styles['form']} onSubmit={submit}>
        <Fields administrator={administrator} />
        {isNew && <WhatIsSeen />}
        <PasswordField isInvalid={send.isError} />
        <FormFoot
          error={send.error}
          submit={isNew ? words.inviteSubmit : words.changeSubmit}
          isBusy={send.isPending}
          close={close}
        />
      </form>
    </Modal>
  );
}

function bodyOf(form: FormData) {
  const text = textsOf(form);
  const role = text('role');
  return {
    email: text('email').trim(),
    firstname: text('firstname').trim(),
    lastname: text('lastname').trim(),
    ...(role !== '' && { role }),
    enableMultiFactor: form.has('factor'),
    apiKeyAllowed: form.has('keys'),
    ...passwordOf(form),
  };
}

function Fields({ administrator }: Pick<Props, 'administrator'>) {
  const { settings, roleName } = useWords();
  const words = settings.administrators;
  const { data: session } = useSession();
  const { data: roles } = useRoles();
  const isSelf = administrator !== undefined && administrator._id === session?.id;
  return (
    <>
      <label className="field">
        <span>{words.email}</span>
        <input
          className="input"
          name="email"
          type="email"
          required
          maxLength={1_024}
          defaultValue={administrator?.email}
          autoComplete="off"
          data-autofocus
        />
        {administrator === undefined && <small>{words.emailHelp}</small>}
      </label>
      <div className={styles['pair']}>
        <label className="field">
          <span>{words.firstName}</span>
          <input className="input" name="firstname" maxLength={1_024} defaultValue={administrator?.firstname} />
        </label>
        <label className="field">
          <span>{words.lastName}</span>
          <input className="input" name="lastname" maxLength={1_024} defaultValue={administrator?.lastname} />
        </label>
      </div>
      {isSelf ? (
        <p className="dim">{words.changeOwn}</p>
      ) : (
        <label className="field">
          <span>{words.role}</span>
          <select
            key={roles === undefined ? 'reading' : 'read'}
            className="input"
            name="role"
            defaultValue={administrator?.role ?? ROLE_DEFAULT}
          >
            {roles?.results.map(({ id, name }) => (
              <option key={id} value={id}>
                {roleName(name)}
              </option>
            ))}
          </select>
          <small>{words.roleHelp}</small>
        </label>
      )}
      <div>
        <label className={styles['choice']}>
          <input type="checkbox" name="factor" defaultChecked={administrator?.enableMultiFactor ?? true} />
          <span>{words.factor}</span>
          <small>{words.factorHelp}</small>
        </label>
        <label className={styles['choice']}>
          <input type="checkbox" name="keys" defaultChecked={administrator?.apiKeyAllowed ?? false} />
          <span>{words.keysAllowed}</span>
          <small>{words.keysAllowedHelp}</small>
        </label>
      </div>
    </>
  );
}

/** The email that the invited person gets, as it will be sent. */
function WhatIsSeen() {
  const words = useWords().settings.administrators;
  const isAllowed = useMay()('mail.read');
  const { data } = useQuery({
    queryKey: ['mail-preview', INVITATION],
    queryFn: () =>
      read(api.POST('/api/v2/customemails/{type}/preview', { params: { path: { type: INVITATION } }, body: {} })),
    enabled: isAllowed,
  });
  return (
    <details>
      <summary>{words.sees}</summary>
      {data !== undefined && (
        <>
          <p>{words.seesSubject(data.subject)}</p>
          <pre>{data.text}</pre>
        </>
      )}
      <p className="dim">{words.seesNext}</p>
    </details>
  );
}
