import { useState } from 'react';
import { useViewState } from '../../../data/view-state.ts';
import { useWords } from '../../../words/words.tsx';
import { FormDialog, textOf } from '../form-dialog.tsx';
import { graph } from '../graph.ts';
import type { Tenant } from '../queries.ts';
import styles from '../rehearsal.module.css';
import { useChange } from '../use-change.ts';

const GENERATED_MAX = 1_000;
const USERS_DEFAULT = 10;
const CHANGES_DEFAULT = 20;
const userView = { user: '' } as const;

interface Props {
  readonly tenant: Tenant;
  readonly close: () => void;
}

/** Creates a user with the values that Entra's portal asks for first, and opens the user. */
export function CreateUserDialog({ tenant, close }: Props) {
  const { users: words, field } = useWords().rehearsal;
  const [, setView] = useViewState(userView);
  const create = useChange(
    async (form: FormData) => {
      const values = ['displayName', 'givenName', 'surname', 'mailNickname'].map((name) => [name, textOf(form, name)]);
      const given = Object.fromEntries(values.filter(([, value]) => value !== ''));
      const alias = textOf(form, 'mailNickname');
      return await graph(tenant.id).users.create({
        ...given,
        userPrincipalName: `${alias}@${tenant.domain}`,
        accountEnabled: form.get('enabled') === 'on',
      });
    },
    ({ id }) => {
      close();
      setView({ user: id });
    },
  );
  return (
    <FormDialog
      title={words.createTitle}
      submit={words.createSubmit}
      isPending={create.isPending}
      error={create.error}
      onSubmit={create.mutate}
      close={close}
    >
      <label className="field">
        <span>{field.displayName}</span>
        <input className="input" name="displayName" required maxLength={256} data-autofocus />
      </label>
      <label className="field">
        <span>{field.mailNickname}</span>
        <input className="input" name="mailNickname" required maxLength={64} spellCheck={false} />
        <small>{words.upnHelp(tenant.domain)}</small>
      </label>
      <label className="field">
        <span>{field.givenName}</span>
        <input className="input" name="givenName" maxLength={64} />
      </label>
      <label className="field">
        <span>{field.surname}</span>
        <input className="input" name="surname" maxLength={64} />
      </label>
      <label className="row">
        <input type="checkbox" name="enabled" defaultChecked /> {field.accountEnabled}
      </label>
    </FormDialog>
  );
}

/** Adds people with names, jobs and offices that fit together. */
export function GenerateDialog({ tenant, close }: Props) {
  const { users: words } = useWords().rehearsal;
  const [number, setNumber] = useState(String(USERS_DEFAULT));
  const generate = useChange(
    async (users: number) => await graph(undefined).tenants.generate(tenant.id, { users }),
    close,
  );
  const users = Number(number);
  return (
    <FormDialog
      title={words.generateTitle}
      submit={words.generateSubmit(users)}
      isPending={generate.isPending}
      error={generate.error}
      onSubmit={() => generate.mutate(users)}
      close={close}
    >
      <NumberField label={words.numberOfUsers} value={number} onChange={setNumber} />
      <p className="dim">{words.generateHelp}</p>
    </FormDialog>
  );
}

/** Lets something happen in the tenant, so that the next cycle has work, and lists what happened. */
export function ChangeDialog({ tenant, close }: Props) {
  const { users: words } = useWords().rehearsal;
  const [number, setNumber] = useState(String(CHANGES_DEFAULT));
  const change = useChange(async (count: number) => await graph(undefined).tenants.change(tenant.id, { count }));
  const count = Number(number);
  return (
    <FormDialog
      title={words.changeTitle}
      submit={words.changeSubmit(count)}
      isPending={change.isPending}
      error={change.error}
      onSubmit={() => change.mutate(count)}
      close={close}
      size="lg"
    >
      <p>{words.changeHelp}</p>
      <NumberField label={words.changes} value={number} onChange={setNumber} />
      {change.data !== undefined && (
        <>
          <p role="status">{words.changed(change.data.applied.length)}</p>
          {/* The list scrolls, and has to be reached by keyboard. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <ul className={styles['result']} aria-label={words.changeTitle} tabIndex={0}>
            {change.data.applied.map(({ kind, summary }, position) => (
              <li key={`${position}`}>
                {words.kind[kind as keyof typeof words.kind]} <span className="dim">{summary}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </FormDialog>
  );
}

interface NumberProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function NumberField({ label, value, onChange }: NumberProps) {
  const { users: words } = useWords().rehearsal;
  return (
    <label className="field">
      <span>{label}</span>
      <input
        className="input"
        type="number"
        required
        min={1}
        max={GENERATED_MAX}
        data-autofocus
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <small>{words.atMost(GENERATED_MAX)}</small>
    </label>
  );
}
