import { Suspense, useState, type ReactNode } from 'react';
import { Link, Navigate, NavLink, useParams } from 'react-router';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { usePageTitle } from '../../parts/page-title.ts';
import { Progress } from '../../parts/progress.tsx';
import tabStyles from '../../parts/tabs.module.css';
import { useWords } from '../../words/words.tsx';
import { applicationPages, applicationTabs, type ApplicationTab } from './application-tabs.ts';
import { JobChip } from './job-chip.tsx';
import { useApplication, useJob, useTenant, type Job, type ServicePrincipal, type Tenant } from './queries.ts';
import { UnknownTenant } from './tenant-page.tsx';

/** What a tab of an application receives. It can put its actions at the head of the page. */
export interface ApplicationTabProps {
  readonly tenant: Tenant;
  readonly application: ServicePrincipal;
  readonly job: Job;
  readonly setActions: (actions: ReactNode) => void;
}

/** An enterprise application of a tenant, with the tabs of its provisioning in the order in which Entra's portal leads through them. */
export function ApplicationPage() {
  const words = useWords();
  const { tenant: tenantId = '', application: id = '', tab: wanted } = useParams();
  const tenant = useTenant(tenantId);
  const application = useApplication(tenantId, id);
  const job = useJob(tenantId, application.data?.id ?? id);
  usePageTitle(application.data?.displayName ?? words.places.rehearsal);
  if (tenant.data === null) return <UnknownTenant />;
  if (application.data === null || job.data === null) return <UnknownApplication tenant={tenantId} />;
  const error = tenant.error ?? application.error ?? job.error;
  if (tenant.data === undefined || application.data === undefined || job.data === undefined) {
    if (error === null) return <Progress isPage />;
    const retry = () => void Promise.all([tenant, application, job].map(async (query) => await query.refetch()));
    return <ErrorNotice error={error} retry={retry} />;
  }
  const tab = applicationTabs.find((one) => one === wanted);
  if (tab === undefined) {
    const start: ApplicationTab = job.data.status.code === 'NotConfigured' ? 'credentials' : 'status';
    return <Navigate replace to={`/rehearsal/${tenant.data.id}/applications/${application.data.id}/${start}`} />;
  }
  return (
    <Tabs key={application.data.id} tenant={tenant.data} application={application.data} job={job.data} tab={tab} />
  );
}

interface TabsProps {
  readonly tenant: Tenant;
  readonly application: ServicePrincipal;
  readonly job: Job;
  readonly tab: ApplicationTab;
}

function Tabs({ tenant, application, job, tab }: TabsProps) {
  const { rehearsal } = useWords();
  const [actions, setActions] = useState<ReactNode>();
  const Page = applicationPages[tab];
  return (
    <>
      <PageHead
        title={application.displayName}
        below={
          <>
            <Link to={`/rehearsal/${tenant.id}/applications`}>{tenant.displayName}</Link> ·{' '}
            {rehearsal.application.below}
          </>
        }
        tabs={
          <nav aria-label={rehearsal.application.tabsLabel(application.displayName)} className={tabStyles['tabs']}>
            {applicationTabs.map((one) => (
              <NavLink key={one} to={`/rehearsal/${tenant.id}/applications/${application.id}/${one}`}>
                {rehearsal.application.tabs[one]}
              </NavLink>
            ))}
          </nav>
        }
        actions={
          <>
            {actions}
            <JobChip job={job} />
          </>
        }
      />
      <Suspense fallback={<Progress />}>
        <Page tenant={tenant} application={application} job={job} setActions={setActions} />
      </Suspense>
    </>
  );
}

function UnknownApplication({ tenant }: { readonly tenant: string }) {
  const { rehearsal } = useWords();
  return (
    <div className="stack">
      <h1>{rehearsal.unknownApplication}</h1>
      <p>
        {rehearsal.unknownHelp} <Link to={`/rehearsal/${tenant}/applications`}>{rehearsal.toApplications}</Link>
      </p>
    </div>
  );
}
