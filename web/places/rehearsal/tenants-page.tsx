import { useState } from 'react';
import { Link, Navigate, useNavigate, useSearchParams } from 'react-router';
import { useMay } from '../../data/session.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.tsx';
import { DeleteTenantDialog } from './delete-tenant.tsx';
import { FormDialog, textOf } from './form-dialog.tsx';
import { graph } from './graph.ts';
import { useTenant, useTenants } from './queries.ts';
import styles from './rehearsal.module.css';
import { useChange } from './use-change.ts';

const USERS_DEFAULT = 50;
const GROUPS_DEFAULT = 5;
const USERS_MAX = 10_000;
const GROUPS_MAX = 2_000;

/** The tenants of the stand-in. If there is only one, it opens at once, unless the address asks for the list. */
export function TenantsPage() {
  const words = useWords();
  const { tenants: texts } = words.rehearsal;
  const may = useMay();
  const [parameters] = useSearchParams();
  const { data: tenants = [] } = useTenants();
  const [isCreating, setCreating] = useState(false);
  const [only] = tenants;
  if (only !== undefined && tenants.length === 1 && parameters.get('tenants') !== 'all') {
    return <Navigate replace to={`/rehearsal/${only.id}/people`} />;
  }
  return (
    <>
      <PageHead
        title={words.places.rehearsal}
        below={words.rehearsal.about}
        actions={
          may('entra.write') && (
            <button type="button" className="button" data-kind="primary" onClick={() => setCreating(true)}>
              {texts.create}
            </button>
          )
        }
      />
      {tenants.length === 0 ? (
        <section className="sheet">
          <div className="body">
            <h2>{texts.empty}</h2>
            <p>{may('entra.write') ? texts.emptyHelp : texts.emptyReader}</p>
          </div>
        </section>
      ) : (
        <ul className={styles['cards']} aria-label={texts.list}>
          {tenants.map(({ id }) => (
            <TenantCard key={id} id={id} />
          ))}
        </ul>
      )}
      {isCreating && <CreateTenantDialog close={() => setCreating(false)} />}
    </>
  );
}

/** A tenant with its numbers, each of which opens what it counts. */
function TenantCard({ id }: { readonly id: string }) {
  const { tenants: texts, tenant: words } = useWords().rehearsal;
  const may = useMay();
  const [isDeleting, setDeleting] = useState(false);
  const { data: tenant } = useTenant(id);
  if (tenant == null) return <li className="sheet" />;
  return (
    <li className="sheet">
      <header>
        <h2>
          <Link to={`/rehearsal/${id}/people`}>{tenant.displayName}</Link>
        </h2>
      </header>
      <div className="body">
        <p className="dim">{tenant.domain}</p>
        <p>
          <Link className="quiet-link" to={`/rehearsal/${id}/people`}>
            {texts.users(tenant.users ?? 0)}
          </Link>
          {' · '}
          <Link className="quiet-link" to={`/rehearsal/${id}/groups`}>
            {texts.groups(tenant.groups ?? 0)}
          </Link>
        </p>
        <p className="dim small">
          {texts.created} <Time at={tenant.createdDateTime} />
        </p>
        {may('entra.write') && (
          <button type="button" className="button" data-kind="danger" onClick={() => setDeleting(true)}>
            {words.delete}
          </button>
        )}
      </div>
      {isDeleting && <DeleteTenantDialog tenant={tenant} close={() => setDeleting(false)} />}
    </li>
  );
}

/** Creates a tenant, with generated users and groups unless the reader wants none, and opens it. */
function CreateTenantDialog({ close }: { readonly close: () => void }) {
  const { tenants: texts } = useWords().rehearsal;
  const navigate = useNavigate();
  const create = useChange(
    async (form: FormData) => {
      const domain = textOf(form, 'domain');
      return await graph(undefined).tenants.create({
        displayName: textOf(form, 'displayName'),
        ...(domain !== '' && { domain }),
        sample: { users: Number(textOf(form, 'users')), groups: Number(textOf(form, 'groups')) },
      });
    },
    ({ id }) => {
      close();
      void navigate(`/rehearsal/${id}/people`);
    },
  );
  return (
    <FormDialog
      title={texts.createTitle}
      submit={texts.createSubmit}
      isPending={create.isPending}
      error={create.error}
      onSubmit={create.mutate}
      close={close}
    >
      <label className="field">
        <span>{texts.name}</span>
        <input className="input" name="displayName" required maxLength={256} defaultValue="Contoso" data-autofocus />
      </label>
      <label className="field">
        <span>{texts.domain}</span>
        <input className="input" name="domain" maxLength={253} placeholder="contoso.example" spellCheck={false} />
        <small>{texts.domainHelp}</small>
      </label>
      <div className={styles['fields']}>
        <label className="field">
          <span>{texts.userNumber}</span>
          <input
            className="input"
            name="users"
            type="number"
            required
            min={0}
            max={USERS_MAX}
            defaultValue={USERS_DEFAULT}
          />
        </label>
        <label className="field">
          <span>{texts.groupNumber}</span>
          <input
            className="input"
            name="groups"
            type="number"
            required
            min={0}
            max={GROUPS_MAX}
            defaultValue={GROUPS_DEFAULT}
          />
        </label>
      </div>
      <p className="dim">{texts.createHelp}</p>
    </FormDialog>
  );
}
