import { Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useId, useState, type ReactNode } from 'react';
import { api, read } from '../../../data/client.ts';
import { PersonPicker, type PickedPerson } from '../../../parts/person-picker.tsx';
import { useWords } from '../../../words/words.tsx';
import { changeOf, factText, releaseOf, type FactName, type TextFact, type UserChange } from './fact-list.ts';
import styles from './person.module.css';
import { useChanged, useUser, type User } from './use-person.ts';

/** Returns a mutation that changes a user and then reads the user again. */
function useChange(user: User, close: () => void) {
  const changed = useChanged();
  return useMutation({
    mutationFn: (body: UserChange) =>
      read(api.PUT('/api/systemusers/{id}', { params: { path: { id: user.id } }, body })),
    onSuccess: async () => {
      await changed();
      close();
    },
  });
}

interface Props<Name> {
  readonly user: User;
  readonly fact: Name;
  readonly close: () => void;
}

/** Changes one fact. What the server says is wrong is shown at the field. */
export function EditDialog(props: Props<TextFact>) {
  return props.fact === 'manager' ? <ManagerDialog {...props} /> : <TextDialog {...props} />;
}

function TextDialog({ user, fact, close }: Props<TextFact>) {
  const { person } = useWords();
  const label = person.fact[fact];
  const [text, setText] = useState(factText(user, fact));
  const change = useChange(user, close);
  const problem = useId();
  return (
    <FactForm label={label} change={change} submit={() => change.mutate(changeOf(fact, text))} close={close}>
      <label className="field">
        <span>{label}</span>
        <input
          className="input"
          data-autofocus
          value={text}
          maxLength={1024}
          aria-invalid={change.isError}
          aria-describedby={problem}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <small>{person.remove}</small>
      </label>
      <p id={problem} role="alert" className="tone-bad">
        {change.error?.message}
      </p>
    </FactForm>
  );
}

/** Chooses the manager by name. */
function ManagerDialog({ user, close }: Props<TextFact>) {
  const { person } = useWords();
  const id = factText(user, 'manager');
  const { data: manager, isPending } = useUser(id);
  const label = person.fact.manager;
  const [choice, setChoice] = useState<{ readonly person: PickedPerson | null | undefined }>();
  const change = useChange(user, close);
  if (id !== '' && isPending) return null;
  const now = id === '' ? null : { id, name: manager?.displayname ?? manager?.username ?? id };
  const chosen = choice === undefined ? now : choice.person;
  return (
    <FactForm
      label={label}
      change={change}
      isReady={chosen !== undefined}
      submit={() => change.mutate(changeOf('manager', chosen?.id ?? ''))}
      close={close}
    >
      <PersonPicker
        label={label}
        help={person.managerHelp}
        picked={chosen}
        except={user.id}
        isInvalid={change.isError}
        onPick={(one) => setChoice({ person: one })}
      />
      <p role="alert" className="tone-bad">
        {change.error?.message}
      </p>
    </FactForm>
  );
}

interface FormProps {
  readonly label: string;
  readonly change: ReturnType<typeof useChange>;
  /** False while there is nothing to save. */
  readonly isReady?: boolean;
  readonly submit: () => void;
  readonly close: () => void;
  readonly children: ReactNode;
}

function FactForm({ label, change, isReady = true, submit, close, children }: FormProps) {
  const { person, frame } = useWords();
  return (
    <Modal opened onClose={close} title={person.edit(label)} closeButtonProps={{ 'aria-label': frame.close }}>
      <form
        className={styles['form']}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {children}
        <div className="row">
          <button type="submit" className="button" data-kind="primary" disabled={!isReady || change.isPending}>
            {person.saveFact(label)}
          </button>
          <button type="button" className="button" onClick={close}>
            {person.cancel}
          </button>
        </div>
      </form>
    </Modal>
  );
}

/** Releases a fact from the source that owns it, after it has said what that means. */
export function ReleaseDialog({ user, fact, close, name, source }: Props<FactName> & Names) {
  const { person, frame } = useWords();
  const label = person.fact[fact];
  const change = useChange(user, close);
  return (
    <Modal opened onClose={close} title={person.releaseTitle(label)} closeButtonProps={{ 'aria-label': frame.close }}>
      <div className={styles['form']}>
        <p>{person.releaseWhat(label, source, name)}</p>
        <p className="dim">{person.releaseBut(source)}</p>
        <p role="alert" className="tone-bad">
          {change.error?.message}
        </p>
        <div className="row">
          <button
            type="button"
            className="button"
            data-kind="primary"
            data-autofocus
            disabled={change.isPending}
            onClick={() => change.mutate(releaseOf(user, fact))}
          >
            {person.releaseDo(label)}
          </button>
          <button type="button" className="button" onClick={close}>
            {person.cancel}
          </button>
        </div>
      </div>
    </Modal>
  );
}

interface Names {
  readonly name: string;
  readonly source: string;
}
