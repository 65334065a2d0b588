import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { api, ApiError, read } from '../../data/client.ts';
import { useChanged, useProfile, type Profile } from '../data/account.ts';
import { useTimes } from '../data/times.ts';
import { CodeField } from '../parts/code-field.tsx';
import { Done, PasswordField, Refusal, Submit, textOf } from '../parts/form.tsx';
import { NewPassword } from '../parts/new-password.tsx';
import { Page } from '../parts/page.tsx';
import { unread } from '../parts/waiting.tsx';
import { useWords } from '../words.tsx';

/** Changes the password. */
export function PasswordPage() {
  const { password: words, frame } = useWords();
  const { since, dateOf } = useTimes();
  const profile = useProfile();
  const { data } = profile;
  if (data === undefined) return <Page title={words.title}>{unread(profile)}</Page>;
  const { password_date: set, password_expiration_date: expires, externally_managed: isManaged, sourceName } = data;
  if (isManaged === true) return <Page title={words.title} lead={words.managed(sourceName ?? words.theSource)} />;
  const leads = [
    ...(typeof set === 'string' ? [words.lead(since(set))] : []),
    ...(typeof expires === 'string' ? [words.expires(dateOf(expires))] : []),
  ];
  return (
    <Page title={words.title} lead={frame.sentences(leads)}>
      <ChangePassword profile={data} />
    </Page>
  );
}

function ChangePassword({ profile }: { readonly profile: Profile }) {
  const { password: words, factor } = useWords();
  const changed = useChanged();
  const rules = useQuery({
    queryKey: ['password-rules'],
    queryFn: ({ signal }) => read(api.GET('/api/portal/password', { signal })),
  });
  const [next, setNext] = useState('');
  const [differs, setDiffers] = useState(false);
  const change = useMutation({
    mutationFn: (body: { currentPassword: string; newPassword: string; totp?: string }) =>
      read(api.POST('/api/portal/password', { body })),
    onSuccess: changed,
  });
  if (change.isSuccess) return <Done>{words.done}</Done>;
  const waiting = unread(rules);
  if (waiting !== undefined) return waiting;
  const hasApp = profile.totp_enabled === true;
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (change.isPending) return;
    const form = event.currentTarget;
    const isDifferent = textOf(form, 'again') !== next;
    setDiffers(isDifferent);
    if (isDifferent) return;
    const totp = textOf(form, 'totp').trim();
    change.mutate({
      currentPassword: textOf(form, 'currentPassword'),
      newPassword: next,
      ...(totp !== '' && { totp }),
    });
  };
  const isPolicy = change.error instanceof ApiError && change.error.code === 'passwordPolicy';
  return (
    <form className="form" onSubmit={submit}>
      <input
        className="hidden"
        name="username"
        autoComplete="username"
        value={profile.username ?? ''}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <PasswordField
        label={words.current}
        name="currentPassword"
        autoComplete="current-password"
        maxLength={1_024}
        required
      />
      <NewPassword
        rules={rules.data?.passwordRules ?? []}
        value={next}
        onValue={setNext}
        error={isPolicy ? change.error?.message : undefined}
      />
      <PasswordField
        label={words.again}
        name="again"
        autoComplete="new-password"
        maxLength={1_024}
        required
        error={differs ? words.differ : undefined}
        onChange={({ target }) => setDiffers(differs && target.value !== next)}
      />
      {hasApp && <CodeField label={factor.anyCode} name="totp" />}
      <Refusal error={isPolicy ? null : change.error} />
      <Submit isBusy={change.isPending}>{words.submit}</Submit>
      <p className="dim small">{words.effect}</p>
    </form>
  );
}
