import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { api, read } from '../../data/client.ts';
import { useChanged, type Profile } from '../data/account.ts';
import { Field, Refusal, Submit, textOf } from '../parts/form.tsx';
import { SourceMark } from '../parts/source-mark.tsx';
import { useWords, type PortalWords } from '../words.tsx';

interface Phone {
  readonly type?: string | undefined;
  readonly number?: string | undefined;
}

interface Props {
  readonly profile: Profile;
  /** The name of the source that owns the numbers; null if none does. */
  readonly source: string | null;
  readonly onSaved: () => void;
}

/** The phone numbers of the reader. The list is sent as a whole. */
export function PhoneNumbers({ profile, source, onSaved }: Props) {
  const { profile: words, frame } = useWords();
  const [isEditing, setEditing] = useState(false);
  const numbers = (profile.phoneNumbers ?? []) as readonly Phone[];
  const isEditable = profile.editableFields.includes('phoneNumbers');
  if (numbers.length === 0 && !isEditable) return null;
  const close = (isSaved: boolean) => {
    setEditing(false);
    if (isSaved) onSaved();
  };
  return (
    <div className="fact">
      <dt>
        <span>{words.phones}</span>
        <SourceMark source={source} />
      </dt>
      {isEditing ? (
        <dd>
          <EditPhones numbers={numbers} onClose={close} />
        </dd>
      ) : (
        <>
          {numbers.map(({ type, number }) => (
            <dd key={`${type ?? ''} ${number ?? ''}`}>
              {number} <span className="dim">{typeName(words, type)}</span>
            </dd>
          ))}
          {isEditable && (
            <dd className="value">
              {numbers.length === 0 && <span className="dim">{words.none}</span>}
              <button
                type="button"
                className="link"
                aria-label={frame.of(words.edit, words.phones)}
                onClick={() => setEditing(true)}
              >
                {words.edit}
              </button>
            </dd>
          )}
        </>
      )}
    </div>
  );
}

function typeName({ phoneTypes }: PortalWords['profile'], type = 'other'): string {
  const named: Readonly<Record<string, string>> = phoneTypes;
  return named[type] ?? type;
}

/** The name of the field for a further number. */
const NEW = 'new';

/** A number with the name of its field. */
interface ShownPhone extends Phone {
  readonly name: string;
}

interface EditProps {
  readonly numbers: readonly Phone[];
  readonly onClose: (isSaved: boolean) => void;
}

/** A field for each number, and one for a new mobile number. An empty field removes its number. */
function EditPhones({ numbers, onClose }: EditProps) {
  const { profile: words, frame } = useWords();
  const changed = useChanged();
  // The list can be read again while it is edited: each field belongs to the number that it showed first.
  const [shown] = useState<readonly ShownPhone[]>(() => [
    ...numbers.map((phone, index) => ({ ...phone, name: `number${index}` })),
    { type: 'mobile', number: '', name: NEW },
  ]);
  const save = useMutation({
    mutationFn: (phoneNumbers: { type: string; number: string }[]) =>
      read(api.PUT('/api/portal/me', { body: { phoneNumbers } })),
    onSuccess: async () => {
      await changed();
      onClose(true);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (save.isPending) return;
    const form = event.currentTarget;
    const typed = shown.map(({ type = 'other', name }) => ({ type, number: textOf(form, name).trim() }));
    save.mutate(typed.filter(({ number }) => number !== ''));
  };
  return (
    <form className="form" onSubmit={submit}>
      {shown.map(({ type, number, name }, index) => (
        <Field
          key={name}
          label={name === NEW ? words.addPhone : words.phone(typeName(words, type))}
          name={name}
          type="tel"
          autoComplete="tel"
          defaultValue={number}
          maxLength={200}
          autoFocus={index === 0}
        />
      ))}
      <Refusal error={save.error} />
      <p className="row">
        <Submit isBusy={save.isPending}>{words.save}</Submit>
        <button type="button" className="button" onClick={() => onClose(false)}>
          {frame.cancel}
        </button>
      </p>
    </form>
  );
}
