import type { SubmitEvent } from 'react';
import { ApiError } from '../../../data/client.ts';
import { useMay, useOrganization } from '../../../data/session.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { passwordOf } from '../../../parts/form-text.ts';
import { PageHead } from '../../../parts/page-head.tsx';
import { PasswordField } from '../../../parts/password-field.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { useWords } from '../../../words/words.tsx';
import list from '../list.module.css';
import { SettingField, type Setting, type SettingValue } from './setting-field.tsx';
import { groupNames, settingGroups, type SettingName } from './setting-groups.ts';
import { faultOf, shownFaults, useDraft, useOrganizationSettings } from './use-organization-settings.ts';

/** The code of the error of a change that needs the password of the reader. */
const NEEDS_PASSWORD: ReadonlySet<string> = new Set(['passwordConfirmation', 'signInFailed']);

/** Every setting of the organization, in groups. */
export function OrganizationSection() {
  const { settings } = useWords();
  const words = settings.organization;
  const mayWrite = useMay()('organization.write');
  const { data, error, isPending, refetch } = useOrganizationSettings();
  const draft = useDraft();
  const { save, typed, setTyped } = draft;
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(passwordOf(new FormData(event.currentTarget)));
  };
  const change = (setting: Setting, value: SettingValue) => {
    const { [setting.name]: _before, ...others } = typed;
    setTyped(String(value) === String(setting.value) ? others : { ...others, [setting.name]: value });
  };
  const changes = Object.keys(typed).length + (draft.name === undefined ? 0 : 1);
  const byName = new Map(data?.results.map((setting) => [setting.name, setting]));
  return (
    <>
      <PageHead title={settings.sections.organization} below={words.below} />
      {isPending && <Progress />}
      {error !== null && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data !== undefined && (
        <form className="stack" onSubmit={submit} noValidate>
          {!mayWrite && <p className="dim">{words.mayChange}</p>}
          {groupNames.map((group) => (
            <section key={group} className="sheet" aria-label={words.groups[group]}>
              <header>
                <h2>{words.groups[group]}</h2>
              </header>
              {group === 'organization' && <NameField draft={draft} isEditable={mayWrite} />}
              {settingGroups[group].map((name) => {
                const setting = byName.get(name);
                if (setting === undefined) return null;
                return (
                  <SettingField
                    key={name}
                    setting={setting}
                    value={valueOf(typed, setting)}
                    fault={faultOf(save.error, name)}
                    isEditable={mayWrite}
                    onChange={(value) => change(setting, value)}
                  />
                );
              })}
            </section>
          ))}
          {mayWrite && <SaveBar draft={draft} changes={changes} />}
        </form>
      )}
    </>
  );
}

function valueOf(typed: Readonly<Partial<Record<SettingName, SettingValue>>>, { name, value }: Setting): SettingValue {
  return typed[name] ?? value;
}

type Draft = ReturnType<typeof useDraft>;

function NameField({ draft, isEditable }: { readonly draft: Draft; readonly isEditable: boolean }) {
  const { name: words } = useWords().settings.organization;
  const { data: organization } = useOrganization();
  const saved = organization?.displayName ?? '';
  const fault = faultOf(draft.save.error, 'displayName');
  return (
    <div className={list['field']}>
      <div>
        <p>
          <b id="organization-name">{words.label}</b>
        </p>
        <p className="dim small">{words.help}</p>
      </div>
      <div className={list['value']}>
        {isEditable ? (
          <input
            className="input"
            aria-labelledby="organization-name"
            aria-invalid={fault !== undefined}
            maxLength={200}
            value={draft.name ?? saved}
            onChange={({ currentTarget: { value } }) => draft.setName(value === saved ? undefined : value)}
          />
        ) : (
          <p>{saved}</p>
        )}
      </div>
      {fault !== undefined && <p className={`tone-bad ${list['fault'] ?? ''}`}>{fault}</p>}
    </div>
  );
}

/** What is not saved, with the password if the server asks for it. It stays in sight. */
function SaveBar({ draft: { save, discard }, changes }: { readonly draft: Draft; readonly changes: number }) {
  const words = useWords().settings.organization;
  const faults = shownFaults(save.error);
  const needsPassword = save.error instanceof ApiError && NEEDS_PASSWORD.has(save.error.code);
  if (changes === 0) return <p role="status">{save.isSuccess && words.saved}</p>;
  return (
    <div className="selection-bar">
      <span className="push">{words.changed(changes)}</span>
      {needsPassword && <PasswordField isInvalid={save.error?.message !== undefined} help={words.confirm} />}
      {save.error !== null && (
        <p role="alert" className="tone-bad">
          {faults > 0 ? words.faults(faults) : save.error.message}
        </p>
      )}
      <button type="submit" className="button" data-kind="primary" disabled={save.isPending}>
        {words.save}
      </button>
      <button type="button" className="button" onClick={discard}>
        {words.discard}
      </button>
    </div>
  );
}
