import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { KeyValue } from '#entra/graph-api/client-types.ts';
import { languageOf } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { useSources } from '../../../data/sources.ts';
import { useTyped } from '../../../data/use-typed.ts';
import { ChangedMeanwhile } from '../../../parts/changed-meanwhile.tsx';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { useWords } from '../../../words/words.tsx';
import type { ApplicationTabProps } from '../application-page.tsx';
import { graph } from '../graph.ts';
import { REHEARSAL } from '../queries.ts';
import styles from '../rehearsal.module.css';
import { useChange } from '../use-change.ts';
import { connectionOf, pairsOf, type Connection } from './connection-pairs.ts';
import { TestResult } from './test-result.tsx';

/** Admin Credentials: where and how the application connects, with Test Connection. */
export function CredentialsTab(props: ApplicationTabProps) {
  const { tenant, application } = props;
  const saved = useQuery({
    queryKey: [REHEARSAL, tenant.id, 'secrets', application.id],
    queryFn: async ({ signal }) => (await graph(tenant.id, signal).servicePrincipals.secrets(application.id)).value,
  });
  if (saved.isPending) return <Progress />;
  if (saved.data === undefined) return <ErrorNotice error={saved.error} retry={() => void saved.refetch()} />;
  return <CredentialsForm {...props} saved={saved.data} />;
}

/** The name of the label of each field that is shown as it is saved. */
const labels = {
  authentication: 'method',
  tenantUrl: 'tenantUrl',
  tokenEndpoint: 'tokenEndpoint',
  clientId: 'clientId',
  location: 'location',
} as const satisfies Partial<Record<keyof Connection, string>>;

type FormProps = ApplicationTabProps & { readonly saved: readonly KeyValue[] };

function CredentialsForm({ tenant, application, job, saved }: FormProps) {
  const { credentials: words } = useWords().rehearsal;
  const may = useMay();
  const before = connectionOf(saved);
  const form = useTyped(before);
  const { values: entered, set } = form;
  const save = useChange(
    async ({ connection }: { readonly connection: Connection; readonly changes: Partial<Connection> }) =>
      await graph(tenant.id).servicePrincipals.saveSecrets(application.id, pairsOf(connection)),
    (_saved, { changes }) => form.sent(changes),
  );
  const isOauth = entered.authentication === 'OAuth2ClientCredentialsGrant';
  const test = useChange(async () => {
    await graph(tenant.id).job(application.id, job.id).validateCredentials(pairsOf(entered));
  });
  const mayWrite = may('entra.write');
  return (
    <div className={`stack ${styles['narrow'] ?? ''}`}>
      <p className="dim">{words.help}</p>
      <form
        className="sheet"
        aria-label={words.title}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({ connection: entered, changes: form.changes });
        }}
      >
        <fieldset className={styles['part']} disabled={!mayWrite}>
          <label className="field">
            <span>{words.method}</span>
            <select
              className="input"
              value={entered.authentication}
              onChange={(event) => set('authentication', event.currentTarget.value as Connection['authentication'])}
            >
              <option value="AuthenticationToken">{words.bearer}</option>
              <option value="OAuth2ClientCredentialsGrant">{words.oauth}</option>
            </select>
          </label>
          <TenantUrl value={entered.tenantUrl} onChange={(tenantUrl) => set('tenantUrl', tenantUrl)} />
          {isOauth ? (
            <OauthFields entered={entered} set={set} />
          ) : (
            <Secret
              label={words.token}
              help={words.tokenHelp}
              isSaved={before.hasToken}
              value={entered.secretToken}
              onChange={(secretToken) => set('secretToken', secretToken)}
            />
          )}
          <ChangedMeanwhile
            labels={form.meanwhile.map((name) => words[labels[name as keyof typeof labels]])}
            useSaved={() => form.discard(form.meanwhile)}
          />
          {mayWrite ? (
            <div className="row">
              <button
                type="button"
                className="button"
                disabled={test.isPending || entered.tenantUrl.trim() === ''}
                onClick={() => test.mutate()}
              >
                {words.test}
              </button>
              <button type="submit" className="button" data-kind="primary" disabled={save.isPending}>
                {words.save}
              </button>
              <span role="status" className="dim">
                {test.isPending ? words.testing : save.isSuccess && !form.isChanged && words.saved}
              </span>
            </div>
          ) : (
            <p className="dim">{words.readOnly}</p>
          )}
          {save.error !== null && (
            <p role="alert" className="tone-bad" lang={languageOf(save.error)}>
              {save.error.message}
            </p>
          )}
        </fieldset>
      </form>
      {!test.isPending && (test.isSuccess || test.error !== null) && <TestResult error={test.error} />}
    </div>
  );
}

function TenantUrl({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const { credentials: words } = useWords().rehearsal;
  const may = useMay();
  const { data: sources = [] } = useSources();
  const [own] = sources;
  return (
    <div className="field">
      <label className="field">
        <span>{words.tenantUrl}</span>
        <input
          className="input mono"
          required
          maxLength={2_048}
          spellCheck={false}
          placeholder="https://HOST/scim/v2/?aadOptscim062020"
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      </label>
      <small className="dim">
        {words.tenantUrlHelp}{' '}
        {own !== undefined && own.tenantUrl !== value && (
          <button type="button" className="button" data-kind="quiet" onClick={() => onChange(own.tenantUrl)}>
            {words.useOwn}
          </button>
        )}
        {own !== undefined && may('integrations.read') && (
          <Link to={`/sources/${own.id}/keys`}>{words.newToken(own.name)}</Link>
        )}
      </small>
    </div>
  );
}

interface SecretProps {
  readonly label: string;
  readonly help?: string;
  /** True if the application has one, which is never shown again. */
  readonly isSaved: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Secret({ label, help, isSaved, value, onChange }: SecretProps) {
  const { credentials: words } = useWords().rehearsal;
  return (
    <label className="field">
      <span>{label}</span>
      <input
        className="input mono"
        type="password"
        autoComplete="off"
        maxLength={8_192}
        placeholder={isSaved ? words.keepSecret : ''}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {help !== undefined && <small>{help}</small>}
    </label>
  );
}

interface OauthProps {
  readonly entered: Connection;
  readonly set: ReturnType<typeof useTyped<Connection>>['set'];
}

function OauthFields({ entered, set }: OauthProps) {
  const { credentials: words } = useWords().rehearsal;
  return (
    <>
      <label className="field">
        <span>{words.tokenEndpoint}</span>
        <input
          className="input mono"
          maxLength={2_048}
          spellCheck={false}
          value={entered.tokenEndpoint}
          onChange={(event) => set('tokenEndpoint', event.currentTarget.value)}
        />
      </label>
      <label className="field">
        <span>{words.clientId}</span>
        <input
          className="input mono"
          maxLength={8_192}
          spellCheck={false}
          value={entered.clientId}
          onChange={(event) => set('clientId', event.currentTarget.value)}
        />
      </label>
      <Secret
        label={words.clientSecret}
        isSaved={entered.hasClientSecret}
        value={entered.clientSecret}
        onChange={(clientSecret) => set('clientSecret', clientSecret)}
      />
      <label className="field">
        <span>{words.location}</span>
        <select
          className="input"
          value={entered.location}
          onChange={(event) => set('location', event.currentTarget.value === 'Body' ? 'Body' : 'Header')}
        >
          <option value="Header">{words.inHeader}</option>
          <option value="Body">{words.inBody}</option>
        </select>
      </label>
    </>
  );
}
