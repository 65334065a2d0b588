import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
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
/** The time after the last key press before the email is shown again. */
const DEBOUNCE_MS = 250;

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
  const [typed, setTyped] = useState(NOTHING_TYPED);
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
      <form
        className={styles['form']}
        onSubmit={submit}
        onChange={(event) => setTyped(typedIn(new FormData(event.currentTarget)))}
      >
        <Fields administrator={administrator} />
        {isNew && <WhatIsSeen typed={typed} />}
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

/** What the email to an invited person says about the person. `role` is its id. */
interface Typed {
  readonly email: string;
  readonly firstname: string;
  readonly role: string;
}

const NOTHING_TYPED: Typed = { email: '', firstname: '', role: ROLE_DEFAULT };

function typedIn(form: FormData): Typed {
  const { email, firstname, role = ROLE_DEFAULT } = bodyOf(form);
  return { email, firstname, role };
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

/** The email that the invited person gets, as it will be sent. It follows what is typed. */
function WhatIsSeen({ typed }: { readonly typed: Typed }) {
  const words = useWords().settings.administrators;
  const isAllowed = useMay()('mail.read');
  const { data: roles } = useRoles();
  const [isOpen, setOpen] = useState(false);
  const [{ email, firstname, role }] = useDebouncedValue(typed, DEBOUNCE_MS);
  const values = {
    first_name: firstname,
    username: email,
    role: roles?.results.find(({ id }) => id === role)?.name ?? role,
  };
  const { data } = useQuery({
    queryKey: ['mail-preview', INVITATION, values],
    queryFn: ({ signal }) =>
      read(
        api.POST('/api/v2/customemails/{type}/preview', {
          params: { path: { type: INVITATION } },
          body: { values },
          signal,
        }),
      ),
    enabled: isAllowed && isOpen,
    placeholderData: (previous) => previous,
  });
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
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
