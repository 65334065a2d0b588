import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { Settings } from '#entra/graph-api/client-types.ts';
import { languageOf } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { useTyped } from '../../../data/use-typed.ts';
import { ChangedMeanwhile } from '../../../parts/changed-meanwhile.tsx';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { useWords } from '../../../words/words.tsx';
import type { ApplicationTabProps } from '../application-page.tsx';
import { FormDialog, textOf } from '../form-dialog.tsx';
import { graph } from '../graph.ts';
import styles from '../rehearsal.module.css';
import { useChange } from '../use-change.ts';
import { minutesOf } from './interval.ts';
import { useSettings } from './use-settings.ts';

const THRESHOLD_DEFAULT = 500;
const THRESHOLD_MAX = 1_000_000;
const MINUTES_MAX = 1_440;
const NAME_MAX = 256;

/** Settings: the email when a failure occurs, accidental deletions, and what the stand-in can change besides. */
export function SettingsTab(props: ApplicationTabProps) {
  const settings = useSettings(props);
  if (settings.isPending) return <Progress />;
  if (settings.data === undefined) return <ErrorNotice error={settings.error} retry={() => void settings.refetch()} />;
  return (
    <div className={`stack ${styles['narrow'] ?? ''}`}>
      <PortalSettings {...props} settings={settings.data} />
      <StandInSettings {...props} settings={settings.data} />
      <ApplicationActions {...props} />
    </div>
  );
}

type FormProps = ApplicationTabProps & { readonly settings: Settings };

/** Returns the form of the settings of Entra's portal. What is not changed is not sent. */
function usePortalForm({ tenant, application, job, settings }: FormProps) {
  const { notificationEmail, accidentalDeletionThreshold } = settings;
  const form = useTyped({
    hasMail: notificationEmail !== null,
    email: notificationEmail ?? '',
    hasThreshold: accidentalDeletionThreshold !== null,
    threshold: String(accidentalDeletionThreshold ?? THRESHOLD_DEFAULT),
  });
  const { hasMail, email, hasThreshold, threshold } = form.values;
  const save = useChange(
    async (changes: typeof form.changes) => {
      const change = {
        ...(('hasMail' in changes || 'email' in changes) && { notificationEmail: hasMail ? email.trim() : null }),
        ...(('hasThreshold' in changes || 'threshold' in changes) && {
          accidentalDeletionThreshold: hasThreshold ? Number(threshold) : null,
        }),
      };
      if (Object.keys(change).length > 0) await graph(tenant.id).job(application.id, job.id).saveSettings(change);
    },
    (_saved, sent) => form.sent(sent),
  );
  return { form, save };
}

function PortalSettings(props: FormProps) {
  const { settings: words } = useWords().rehearsal;
  const mayWrite = useMay()('entra.write');
  const { form, save } = usePortalForm(props);
  const { hasMail, email, hasThreshold, threshold } = form.values;
  const labels = { hasMail: words.mail, email: words.email, hasThreshold: words.deletions, threshold: words.threshold };
  return (
    <form
      className="sheet"
      aria-label={words.title}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(form.changes);
      }}
    >
      <header>
        <h2>{words.title}</h2>
      </header>
      <fieldset className={styles['part']} disabled={!mayWrite}>
        <label className={styles['choice']}>
          <input
            type="checkbox"
            checked={hasMail}
            onChange={(event) => form.set('hasMail', event.currentTarget.checked)}
          />
          <span>{words.mail}</span>
          <small>{words.mailHelp}</small>
        </label>
        {hasMail && (
          <label className="field">
            <span>{words.email}</span>
            <input
              className="input"
              type="email"
              required
              maxLength={254}
              value={email}
              onChange={(event) => form.set('email', event.currentTarget.value)}
            />
          </label>
        )}
        <label className={styles['choice']}>
          <input
            type="checkbox"
            checked={hasThreshold}
            onChange={(event) => form.set('hasThreshold', event.currentTarget.checked)}
          />
          <span>{words.deletions}</span>
          <small>{words.deletionsHelp}</small>
        </label>
        {hasThreshold && (
          <label className="field">
            <span>{words.threshold}</span>
            <input
              className="input"
              type="number"
              required
              min={1}
              max={THRESHOLD_MAX}
              value={threshold}
              onChange={(event) => form.set('threshold', event.currentTarget.value)}
            />
          </label>
        )}
        <ChangedMeanwhile
          labels={form.meanwhile.map((name) => labels[name])}
          useSaved={() => form.discard(form.meanwhile)}
        />
        <SaveRow
          isChanged={form.isChanged}
          isSaved={save.isSuccess && !form.isChanged}
          isPending={save.isPending}
          error={save.error}
        />
      </fieldset>
    </form>
  );
}

/** What Entra ID has only in Microsoft Graph, or not at all. */
function StandInSettings({ tenant, application, job, settings }: FormProps) {
  const { settings: words } = useWords().rehearsal;
  const mayWrite = useMay()('entra.write');
  const form = useTyped({
    minutes: String(minutesOf(job.schedule.interval)),
    isSkipped: settings.skipOutOfScopeDeletions,
  });
  const { minutes, isSkipped } = form.values;
  const save = useChange(
    async (changes: typeof form.changes) => {
      const client = graph(tenant.id).job(application.id, job.id);
      if (changes.minutes !== undefined) await client.update({ schedule: { interval: `PT${changes.minutes}M` } });
      if (changes.isSkipped !== undefined) await client.saveSettings({ skipOutOfScopeDeletions: changes.isSkipped });
    },
    (_saved, sent) => form.sent(sent),
  );
  const labels = { minutes: words.interval, isSkipped: words.skip };
  return (
    <form
      className="sheet"
      aria-label={words.more}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(form.changes);
      }}
    >
      <header>
        <h2>{words.more}</h2>
      </header>
      <fieldset className={styles['part']} disabled={!mayWrite}>
        <label className="field">
          <span>{words.interval}</span>
          <input
            className="input"
            type="number"
            required
            min={1}
            max={MINUTES_MAX}
            value={minutes}
            onChange={(event) => form.set('minutes', event.currentTarget.value)}
          />
          <small>{words.intervalHelp}</small>
        </label>
        <label className={styles['choice']}>
          <input
            type="checkbox"
            checked={isSkipped}
            onChange={(event) => form.set('isSkipped', event.currentTarget.checked)}
          />
          <span>{words.skip}</span>
          <small>{words.skipHelp}</small>
        </label>
        <ChangedMeanwhile
          labels={form.meanwhile.map((name) => labels[name])}
          useSaved={() => form.discard(form.meanwhile)}
        />
        <SaveRow
          isChanged={form.isChanged}
          isSaved={save.isSuccess && !form.isChanged}
          isPending={save.isPending}
          error={save.error}
        />
      </fieldset>
    </form>
  );
}

interface SaveProps {
  readonly isChanged: boolean;
  readonly isSaved: boolean;
  readonly isPending: boolean;
  readonly error: Error | null;
}

/** The button stands out once its form has changes, so that only one of the forms of the page asks for attention. */
function SaveRow({ isChanged, isSaved, isPending, error }: SaveProps) {
  const { settings: words, credentials } = useWords().rehearsal;
  const mayWrite = useMay()('entra.write');
  if (!mayWrite) return <p className="dim">{credentials.readOnly}</p>;
  return (
    <>
      {error !== null && (
        <p role="alert" className="tone-bad" lang={languageOf(error)}>
          {error.message}
        </p>
      )}
      <div className="row">
        <button type="submit" className="button" data-kind={isChanged ? 'primary' : undefined} disabled={isPending}>
          {words.save}
        </button>
        <span role="status" className="dim">
          {isSaved && words.saved}
        </span>
      </div>
    </>
  );
}

function ApplicationActions({ tenant, application }: ApplicationTabProps) {
  const { settings: words } = useWords().rehearsal;
  const mayWrite = useMay()('entra.write');
  const navigate = useNavigate();
  const [open, setOpen] = useState<'rename' | 'delete'>();
  const close = () => setOpen(undefined);
  const rename = useChange(
    async (displayName: string) => await graph(tenant.id).servicePrincipals.update(application.id, { displayName }),
    close,
  );
  const remove = useChange(
    async () => await graph(tenant.id).servicePrincipals.delete(application.id),
    () => void navigate(`/rehearsal/${tenant.id}/applications`),
  );
  if (!mayWrite) return null;
  return (
    <p className="row">
      <button type="button" className="button" onClick={() => setOpen('rename')}>
        {words.rename}
      </button>
      <button type="button" className="button" data-kind="danger" onClick={() => setOpen('delete')}>
        {words.delete}
      </button>
      {open === 'rename' && (
        <FormDialog
          title={words.renameTitle(application.displayName)}
          submit={words.renameSubmit}
          isPending={rename.isPending}
          error={rename.error}
          onSubmit={(form) => rename.mutate(textOf(form, 'name'))}
          close={close}
        >
          <label className="field">
            <span>{words.name}</span>
            <input
              className="input"
              name="name"
              required
              maxLength={NAME_MAX}
              defaultValue={application.displayName}
              data-autofocus
            />
          </label>
        </FormDialog>
      )}
      {open === 'delete' && (
        <FormDialog
          title={words.deleteTitle(application.displayName)}
          submit={words.deleteSubmit(application.displayName)}
          isDangerous
          isPending={remove.isPending}
          error={remove.error}
          onSubmit={() => remove.mutate()}
          close={close}
        >
          <p>{words.deleteHelp}</p>
        </FormDialog>
      )}
    </p>
  );
}
