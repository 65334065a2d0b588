import { Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { api, read } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { FormFoot } from '../../../parts/form-foot.tsx';
import { passwordOf, textsOf } from '../../../parts/form-text.ts';
import styles from '../../../parts/form.module.css';
import { PasswordField } from '../../../parts/password-field.tsx';
import { useWords } from '../../../words/words.tsx';
import {
  nameOf,
  useAdministratorsChanged,
  type Administrator,
  type Role,
} from '../administrators/use-administrators.ts';
import { groupNames, permissionGroups, type PermissionName } from './permission-groups.ts';

interface Props {
  /** The role to change; undefined creates one. */
  readonly role?: Role;
  /** The administrators who have the role. */
  readonly holders: readonly Administrator[];
  readonly close: () => void;
}

/** Creates a role, or changes one. */
export function RoleDialog({ role, holders, close }: Props) {
  const { settings, frame } = useWords();
  const words = settings.roles;
  const changed = useAdministratorsChanged();
  const [isEmpty, setEmpty] = useState(false);
  const send = useMutation({
    mutationFn: async (form: FormData) => {
      const text = textsOf(form);
      const body = {
        name: text('name').trim(),
        description: text('description').trim(),
        scopes: form.getAll('scope').map(String) as PermissionName[],
        ...passwordOf(form),
      };
      if (role === undefined) return await read(api.POST('/api/v2/roles', { body }));
      return await read(api.PUT('/api/v2/roles/{id}', { params: { path: { id: role.id } }, body }));
    },
    onSuccess: async () => {
      await changed();
      close();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setEmpty(!form.has('scope'));
    if (form.has('scope')) send.mutate(form);
  };
  return (
    <Modal
      opened
      onClose={close}
      title={role === undefined ? words.createTitle : words.changeTitle(role.name)}
      size="lg"
      closeButtonProps={{ 'aria-label': frame.close }}
    >
      <form className={styles['form']} onSubmit={submit}>
        {role !== undefined && <p>{words.heldBy(holders.length, holders.map(nameOf).join(', '))}</p>}
        <label className="field">
          <span>{words.name}</span>
          <input className="input" name="name" required maxLength={200} defaultValue={role?.name} data-autofocus />
        </label>
        <label className="field">
          <span>{words.description}</span>
          <input className="input" name="description" maxLength={1_024} defaultValue={role?.description} />
          <small>{words.descriptionHelp}</small>
        </label>
        <Scopes scopes={role?.scopes ?? []} />
        <PasswordField isInvalid={send.isError} />
        <FormFoot
          error={isEmpty ? new Error(words.noPermission) : send.error}
          submit={role === undefined ? words.createSubmit : words.changeSubmit}
          isBusy={send.isPending}
          close={close}
        />
      </form>
    </Modal>
  );
}

/** The permissions with their groups. Those that the reader lacks cannot be given. */
function Scopes({ scopes }: { readonly scopes: readonly string[] }) {
  const words = useWords().settings.roles;
  const may = useMay();
  return groupNames.map((group) => (
    <fieldset key={group}>
      <legend>{words.groups[group]}</legend>
      {permissionGroups[group].map((permission) => (
        <label key={permission} className={styles['choice']}>
          <input
            type="checkbox"
            name="scope"
            value={permission}
            defaultChecked={scopes.includes(permission)}
            disabled={!may(permission)}
          />
          <span>{words.permissions[permission]}</span>
          {!may(permission) && <small>{words.notYours}</small>}
        </label>
      ))}
    </fieldset>
  ));
}
