import { useQuery } from '@tanstack/react-query';
import type { ReactNode, SubmitEvent } from 'react';
import { useMay } from '../../../data/session.ts';
import { ApiError, languageOf } from '../../../data/client.ts';
import { useTyped } from '../../../data/use-typed.ts';
import { ChangedMeanwhile } from '../../../parts/changed-meanwhile.tsx';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import type { Picked } from '../../../parts/picker.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { useWords } from '../../../words/words.tsx';
import { graph } from '../graph.ts';
import { ObjectDrawer } from '../object-drawer.tsx';
import type { User } from '../objects.ts';
import { PrincipalPicker } from '../principal-picker.tsx';
import { REHEARSAL, type Tenant } from '../queries.ts';
import styles from '../rehearsal.module.css';
import { useChange } from '../use-change.ts';
import { UserActions } from './user-actions.tsx';
import {
  changedFields,
  extensionFields,
  fieldTexts,
  userSections,
  userSelection,
  type UserSection,
} from './user-fields.ts';

/** One user of the tenant, in the drawer that the URL names with `user=ID`. */
export function UserDrawer({ tenant }: { readonly tenant: Tenant }) {
  const { users: words } = useWords().rehearsal;
  return (
    <ObjectDrawer name="user" title={words.user}>
      {(id) => <LoadedUser key={id} tenant={tenant} id={id} />}
    </ObjectDrawer>
  );
}

function LoadedUser({ tenant, id }: { readonly tenant: Tenant; readonly id: string }) {
  const { users: words } = useWords().rehearsal;
  const { data, error, isPending, refetch } = useQuery({
    queryKey: [REHEARSAL, tenant.id, 'user', id],
    queryFn: async ({ signal }): Promise<User> => {
      const { users, deletedUsers } = graph(tenant.id, signal);
      try {
        return await users.get(id, { select: userSelection, expand: 'manager' });
      } catch (caught) {
        if (!(caught instanceof ApiError) || caught.status !== 404) throw caught;
        return await deletedUsers.get(id);
      }
    },
  });
  if (isPending) return <Progress isPage />;
  if (error instanceof ApiError && error.status === 404) {
    return (
      <section className={styles['part']}>
        <h2>{words.unknown}</h2>
        <p className="dim">{words.unknownHelp}</p>
      </section>
    );
  }
  if (data === undefined) return <ErrorNotice error={error} retry={() => void refetch()} />;
  return <ShownUser tenant={tenant} user={data} />;
}

function ShownUser({ tenant, user }: { readonly tenant: Tenant; readonly user: User }) {
  const { users: words } = useWords().rehearsal;
  const may = useMay();
  const isDeleted = typeof user['deletedDateTime'] === 'string';
  return (
    <>
      <section className={styles['part']}>
        <h2>{user.displayName}</h2>
        <p className="dim">{user.userPrincipalName}</p>
        {may('entra.write') && <UserActions tenant={tenant} user={user} isDeleted={isDeleted} />}
      </section>
      {isDeleted ? (
        <p className={styles['part']}>{words.isDeleted}</p>
      ) : (
        <>
          <UserForm tenant={tenant} user={user} />
          <Memberships tenant={tenant} user={user} />
        </>
      )}
    </>
  );
}

interface FormProps {
  readonly tenant: Tenant;
  readonly user: User;
}

/** What the form shows: the text of each property by its name, and the manager. */
interface UserValues {
  readonly [name: string]: string | Picked | null | undefined;
  /** Null for none; undefined while the text of the field is not yet a choice. */
  readonly manager: Picked | null | undefined;
}

function textAt(values: UserValues, name: string): string {
  const { [name]: value } = values;
  return typeof value === 'string' ? value : '';
}

/** Returns the form of a user with the function that saves what was changed. What is not changed is not sent. */
function useUserForm(tenant: Tenant, user: User) {
  const form = useTyped<UserValues>({ ...fieldTexts(user), manager: managerOf(user) });
  const save = useChange(
    async ({ manager, ...texts }: Partial<UserValues>) => {
      const { users } = graph(tenant.id);
      const typed = Object.entries(texts).flatMap(([name, text]) =>
        typeof text === 'string' ? [[name, text] as const] : [],
      );
      const changed = changedFields(user, new Map(typed));
      if (Object.keys(changed).length > 0) await users.update(user.id, changed);
      if (manager === null) await users.removeManager(user.id);
      else if (manager !== undefined) await users.setManager(user.id, manager.id);
    },
    (_saved, sent) => form.sent(sent),
  );
  return { form, save };
}

/** All values of a user. */
function UserForm({ tenant, user }: FormProps) {
  const words = useWords();
  const { users, field } = words.rehearsal;
  const may = useMay();
  const { form, save } = useUserForm(tenant, user);
  const { manager } = form.values;
  const labels: Readonly<Record<string, string>> = field;
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(form.changes);
  };
  const fieldOf = (name: string, label: ReactNode) => (
    <Field
      key={name}
      name={name}
      label={label}
      value={textAt(form.values, name)}
      onChange={(text) => form.set(name, text)}
    />
  );
  return (
    <form onSubmit={submit}>
      <fieldset disabled={!may('entra.write')} className={styles['part']}>
        {(Object.keys(userSections) as UserSection[]).map((section) => (
          <section key={section} aria-label={users.section[section]}>
            <h3>{users.section[section]}</h3>
            <div className={styles['fields']}>
              {userSections[section].map((name) => fieldOf(name, field[name]))}
              {section === 'job' && (
                <PrincipalPicker
                  tenant={tenant.id}
                  kinds={['User']}
                  label={field.manager}
                  help={users.managerHelp}
                  picked={manager}
                  except={user.id}
                  isInvalid={manager === undefined}
                  onPick={(picked) => form.set('manager', picked)}
                />
              )}
            </div>
          </section>
        ))}
        <details>
          <summary>{users.section.extension}</summary>
          <div className={styles['fields']}>
            {extensionFields.map((name) => fieldOf(name, <code key={name}>{name}</code>))}
          </div>
        </details>
        <ChangedMeanwhile
          labels={form.meanwhile.map((name) => labels[name] ?? String(name))}
          useSaved={() => form.discard(form.meanwhile)}
        />
        {save.error !== null && (
          <p role="alert" className="tone-bad" lang={languageOf(save.error)}>
            {save.error.message}
          </p>
        )}
        <div className="row">
          {may('entra.write') && (
            <button
              type="submit"
              className="button"
              data-kind="primary"
              disabled={save.isPending || manager === undefined}
            >
              {users.save}
            </button>
          )}
          <span role="status" className="dim">
            {save.isSuccess && !form.isChanged && users.saved}
          </span>
        </div>
      </fieldset>
    </form>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: ReactNode;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

function Field({ name, label, value, onChange }: FieldProps) {
  const { field } = useWords().rehearsal;
  const props = {
    className: 'input',
    value,
    onChange: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
      onChange(currentTarget.value),
  };
  return (
    <label className="field">
      <span>{label}</span>
      {name === 'userType' ? (
        <select {...props}>
          <option value="">{field.noType}</option>
          <option value="Member">{field.member}</option>
          <option value="Guest">{field.guest}</option>
        </select>
      ) : (
        <input {...props} spellCheck={false} />
      )}
    </label>
  );
}

function managerOf(user: User): Picked | null {
  const { manager } = user as { readonly manager?: User | null };
  return manager == null ? null : { id: manager.id, name: manager.displayName ?? manager.id };
}

function Memberships({ tenant, user }: { readonly tenant: Tenant; readonly user: User }) {
  const { users: words } = useWords().rehearsal;
  const { data } = useQuery({
    queryKey: [REHEARSAL, tenant.id, 'member of', user.id],
    queryFn: async ({ signal }) => (await graph(tenant.id, signal).users.memberOf(user.id)).value,
  });
  return (
    <section className={styles['part']} aria-label={words.groupsOf}>
      <h3>{words.groupsOf}</h3>
      {data?.length === 0 && <p className="dim">{words.noGroups}</p>}
      <ul className="row">
        {(data ?? []).map(({ id, displayName }) => (
          <li key={id} className="chip">
            {displayName}
          </li>
        ))}
      </ul>
    </section>
  );
}
