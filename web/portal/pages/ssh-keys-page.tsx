import { useMutation, useQuery } from '@tanstack/react-query';
import { useId, useState, type SubmitEvent } from 'react';
import { api, read } from '../../data/client.ts';
import { useChanged } from '../data/account.ts';
import { useTimes } from '../data/times.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Done, Field, Refusal, Submit, textOf } from '../parts/form.tsx';
import { Page } from '../parts/page.tsx';
import { unread } from '../parts/waiting.tsx';
import { useWords } from '../words.tsx';

interface Key {
  readonly id: string;
  readonly name: string;
}

/** Adds and removes SSH keys. */
export function SshKeysPage() {
  const { sshKeys: words, frame } = useWords();
  const { since } = useTimes();
  const keys = useQuery({
    queryKey: ['ssh-keys'],
    queryFn: ({ signal }) => read(api.GET('/api/portal/sshkeys', { signal })),
  });
  const [said, setSaid] = useState<string>();
  const [isAdding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<Key>();
  const { data } = keys;
  if (isAdding) {
    return (
      <AddKey
        onClose={(name) => {
          setAdding(false);
          setSaid(name === undefined ? undefined : words.added(name));
        }}
      />
    );
  }
  return (
    <Page title={words.title} lead={words.lead}>
      <Done>{said}</Done>
      {unread(keys)}
      {data?.length === 0 && <p className="notice">{words.none}</p>}
      {data !== undefined && data.length > 0 && (
        <ul className="things">
          {data.map(({ _id: id, name, public_key: key, create_date: created }) => (
            <li key={id}>
              <span className="thing">
                <strong>{name}</strong>
                <span className="dim">{frame.names([...key.split(' ', 1), words.created(since(created))])}</span>
              </span>
              <button
                type="button"
                className="button"
                aria-label={words.removeNamed(name)}
                onClick={() => setRemoved({ id, name })}
              >
                {words.remove}
              </button>
            </li>
          ))}
        </ul>
      )}
      {data !== undefined && (
        <div className="form">
          <button type="button" className="button" data-kind="primary" onClick={() => setAdding(true)}>
            {words.add}
          </button>
        </div>
      )}
      {removed !== undefined && (
        <RemoveKey
          sshKey={removed}
          onClose={(isRemoved) => {
            setRemoved(undefined);
            if (isRemoved) setSaid(words.removed(removed.name));
          }}
        />
      )}
    </Page>
  );
}

/** Adds a key. `onClose` gets its name, or nothing if none was added. */
function AddKey({ onClose }: { readonly onClose: (name: string | undefined) => void }) {
  const { sshKeys: words, frame } = useWords();
  const id = useId();
  const changed = useChanged();
  const add = useMutation({
    mutationFn: async (body: { readonly name: string; readonly public_key: string }) =>
      await read(api.POST('/api/portal/sshkeys', { body })),
    onSuccess: async ({ name }) => {
      await changed();
      onClose(name);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!add.isPending) add.mutate({ name: textOf(form, 'name').trim(), public_key: textOf(form, 'key').trim() });
  };
  return (
    <Page title={words.add} isFirst>
      <form className="form" onSubmit={submit}>
        <Field label={words.name} help={words.nameHelp} name="name" maxLength={200} required autoFocus />
        <div className="field">
          <label htmlFor={id}>{words.key}</label>
          <textarea
            id={id}
            className="input"
            name="key"
            rows={5}
            maxLength={20_000}
            required
            spellCheck={false}
            autoCapitalize="none"
            aria-describedby={`${id}-help`}
          />
          <div id={`${id}-help`} className="field-help">
            {words.keyHelp}
          </div>
        </div>
        <Refusal error={add.error} />
        <Submit isBusy={add.isPending}>{words.submit}</Submit>
        <button type="button" className="button" onClick={() => onClose(undefined)}>
          {frame.cancel}
        </button>
      </form>
    </Page>
  );
}

interface RemoveProps {
  readonly sshKey: Key;
  readonly onClose: (isRemoved: boolean) => void;
}

function RemoveKey({ sshKey: { id, name }, onClose }: RemoveProps) {
  const { sshKeys: words } = useWords();
  const changed = useChanged();
  const remove = useMutation({
    mutationFn: () => read(api.DELETE('/api/portal/sshkeys/{id}', { params: { path: { id } } })),
    onSuccess: async () => {
      await changed();
      onClose(true);
    },
  });
  return (
    <Confirm
      title={words.removeTitle(name)}
      help={words.removeHelp}
      action={words.remove}
      error={remove.error}
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate()}
      onClose={() => onClose(false)}
    />
  );
}
