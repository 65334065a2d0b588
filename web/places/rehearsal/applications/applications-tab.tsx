import { useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useMay } from '../../../data/session.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { Time } from '../../../parts/time.tsx';
import { useWords } from '../../../words/words.tsx';
import { FormDialog, textOf } from '../form-dialog.tsx';
import { graph } from '../graph.ts';
import { JobChip } from '../job-chip.tsx';
import { useApplications, useJob, type ServicePrincipal, type Tenant } from '../queries.ts';
import styles from '../rehearsal.module.css';
import type { TenantTabProps } from '../tenant-page.tsx';
import { useChange } from '../use-change.ts';

/** The enterprise applications of a tenant, each with the state of its provisioning. */
export function ApplicationsTab({ tenant, setActions }: TenantTabProps) {
  const { applications: words } = useWords().rehearsal;
  const may = useMay();
  const mayWrite = may('entra.write');
  const [isCreating, setCreating] = useState(false);
  const list = useApplications(tenant.id);
  useEffect(() => {
    if (!mayWrite) return undefined;
    setActions(
      <button type="button" className="button" data-kind="primary" onClick={() => setCreating(true)}>
        {words.create}
      </button>,
    );
    return () => setActions(undefined);
  }, [words, mayWrite, setActions]);
  return (
    <>
      {list.isPending && <Progress />}
      {list.error !== null && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {list.data?.length === 0 && (
        <section className="sheet">
          <div className="body">
            <h2>{words.empty}</h2>
            <p>{words.emptyHelp}</p>
          </div>
        </section>
      )}
      {list.data !== undefined && list.data.length > 0 && (
        <div className={`sheet ${styles['list'] ?? ''}`}>
          <table aria-label={words.list}>
            <thead>
              <tr>
                <th scope="col">{words.name}</th>
                <th scope="col" data-column="wide">
                  {words.created}
                </th>
                <th scope="col">{words.provisioning}</th>
              </tr>
            </thead>
            <tbody>
              {list.data.map((application) => (
                <Row key={application.id} tenant={tenant} application={application} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {isCreating && <CreateApplication tenant={tenant} close={() => setCreating(false)} />}
    </>
  );
}

function Row({ tenant, application }: { readonly tenant: Tenant; readonly application: ServicePrincipal }) {
  const { data: job } = useJob(tenant.id, application.id);
  return (
    <tr>
      <td>
        <Link to={`/rehearsal/${tenant.id}/applications/${application.id}`}>{application.displayName}</Link>
      </td>
      <td data-column="wide" className="dim">
        <Time at={application.createdDateTime} />
      </td>
      <td>{job != null && <JobChip job={job} />}</td>
    </tr>
  );
}

/** Creates an application that is not in the gallery, as the portal does, and opens its Admin Credentials. */
function CreateApplication({ tenant, close }: { readonly tenant: Tenant; readonly close: () => void }) {
  const { applications: words } = useWords().rehearsal;
  const navigate = useNavigate();
  const create = useChange(
    async (form: FormData) => {
      const preset = textOf(form, 'preset') === 'entra' ? 'entra' : 'guide';
      return await graph(tenant.id).servicePrincipals.instantiate({ displayName: textOf(form, 'name'), preset });
    },
    ({ servicePrincipal }) => {
      close();
      void navigate(`/rehearsal/${tenant.id}/applications/${servicePrincipal.id}/credentials`);
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
        <span>{words.appName}</span>
        <input className="input" name="name" required maxLength={256} defaultValue="Tanhua" data-autofocus />
      </label>
      <p className="dim">{words.nonGallery}</p>
      <fieldset>
        <legend>{words.mappings}</legend>
        {(['guide', 'entra'] as const).map((preset) => (
          <label key={preset} className={styles['choice']}>
            <input type="radio" name="preset" value={preset} defaultChecked={preset === 'guide'} />
            <span>{words.presets[preset]}</span>
            <small>{words.presetHelp[preset]}</small>
          </label>
        ))}
      </fieldset>
    </FormDialog>
  );
}
