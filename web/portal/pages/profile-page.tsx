import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { api, read } from '../../data/client.ts';
import { useChanged, useProfile, type Profile } from '../data/account.ts';
import { Done, Field, PasswordField, Refusal, Submit, textOf } from '../parts/form.tsx';
import { Page } from '../parts/page.tsx';
import { SourceMark } from '../parts/source-mark.tsx';
import { unread } from '../parts/waiting.tsx';
import { useWords } from '../words.tsx';
import { PhoneNumbers } from './phone-numbers.tsx';

/** The fields with one text, in the order of the page. */
const names = [
  'firstname',
  'middlename',
  'lastname',
  'displayname',
  'username',
  'email',
  'alternateEmail',
  'jobTitle',
  'department',
  'company',
  'location',
  'employeeIdentifier',
  'employeeType',
  'costCenter',
] as const;

type FieldName = (typeof names)[number];

/** What the directory knows about the reader, and what the reader may change. */
export function ProfilePage() {
  const { profile: words } = useWords();
  const profile = useProfile();
  const { data } = profile;
  return (
    <Page title={words.title} lead={words.lead}>
      {unread(profile)}
      {data !== undefined && <Facts profile={data} />}
    </Page>
  );
}

function Facts({ profile }: { readonly profile: Profile }) {
  const { profile: words, frame } = useWords();
  const [said, setSaid] = useState<string>();
  const { sourceName, editableFields, groups } = profile;
  const owned = new Set(profile.restrictedFields?.map(({ field }) => String(field)));
  const shown = names.filter((name) => textIn(profile, name) !== '' || editableFields.includes(name));
  return (
    <>
      {editableFields.length === 0 && <p className="notice">{words.readOnly}</p>}
      {sourceName !== null && owned.size > 0 && <p className="dim">{words.fromHelp(sourceName)}</p>}
      <Done>{said}</Done>
      <dl className="profile">
        {shown.map((name) => (
          <Fact
            key={name}
            name={name}
            profile={profile}
            source={owned.has(name) ? sourceName : null}
            onSaved={() => setSaid(words.saved)}
          />
        ))}
        <PhoneNumbers
          profile={profile}
          source={owned.has('phoneNumbers') ? sourceName : null}
          onSaved={() => setSaid(words.saved)}
        />
        <Addresses profile={profile} source={owned.has('addresses') ? sourceName : null} />
        {groups.length > 0 && (
          <div className="fact">
            <dt>{words.groups}</dt>
            <dd>{frame.names(groups)}</dd>
          </div>
        )}
      </dl>
    </>
  );
}

function textIn(profile: Profile, name: FieldName): string {
  const value = profile[name];
  return typeof value === 'string' ? value : '';
}

interface FactProps {
  readonly name: FieldName;
  readonly profile: Profile;
  /** The name of the source that owns the field; null if none does. */
  readonly source: string | null;
  readonly onSaved: () => void;
}

function Fact({ name, profile, source, onSaved }: FactProps) {
  const { profile: words, frame } = useWords();
  const [isEditing, setEditing] = useState(false);
  const label = words.fields[name];
  const value = textIn(profile, name);
  const isEditable = profile.editableFields.includes(name);
  return (
    <div className="fact">
      <dt>
        <span>{label}</span>
        <SourceMark source={source} />
      </dt>
      <dd>
        {isEditing ? (
          <EditFact
            name={name}
            value={value}
            onClose={(isSaved) => {
              setEditing(false);
              if (isSaved) onSaved();
            }}
          />
        ) : (
          <span className="value">
            {value === '' ? <span className="dim">{words.none}</span> : value}
            {isEditable && (
              <button
                type="button"
                className="link"
                aria-label={frame.of(words.edit, label)}
                onClick={() => setEditing(true)}
              >
                {words.edit}
              </button>
            )}
          </span>
        )}
      </dd>
    </div>
  );
}

interface EditProps {
  readonly name: FieldName;
  readonly value: string;
  readonly onClose: (isSaved: boolean) => void;
}

function EditFact({ name, value, onClose }: EditProps) {
  const { profile: words, frame } = useWords();
  const changed = useChanged();
  const save = useMutation({
    mutationFn: (body: object) => read(api.PUT('/api/portal/me', { body })),
    onSuccess: async () => {
      await changed();
      onClose(true);
    },
  });
  const needsPassword = name === 'alternateEmail';
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (save.isPending) return;
    const form = event.currentTarget;
    save.mutate({
      [name]: textOf(form, name).trim(),
      ...(needsPassword && { currentPassword: textOf(form, 'currentPassword') }),
    });
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field
        label={words.fields[name]}
        name={name}
        type={needsPassword ? 'email' : 'text'}
        defaultValue={value}
        maxLength={1_024}
        autoFocus
      />
      {needsPassword && (
        <PasswordField
          label={words.password}
          help={words.passwordHelp}
          name="currentPassword"
          autoComplete="current-password"
          required
        />
      )}
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

function Addresses({ profile, source }: { readonly profile: Profile; readonly source: string | null }) {
  const { profile: words } = useWords();
  const { addresses = [] } = profile;
  const lines = addresses.map((address) =>
    [address.streetAddress, address.postalCode, address.locality, address.region, address.country]
      .filter((part) => typeof part === 'string' && part !== '')
      .join(', '),
  );
  const shown = lines.filter((line) => line !== '');
  if (shown.length === 0) return null;
  return (
    <div className="fact">
      <dt>
        <span>{words.addresses}</span>
        <SourceMark source={source} />
      </dt>
      {shown.map((line) => (
        <dd key={line}>{line}</dd>
      ))}
    </div>
  );
}
