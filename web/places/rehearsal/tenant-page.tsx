import { lazy, Suspense, useState, type ReactNode } from 'react';
import { Link, Navigate, NavLink, useParams } from 'react-router';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { usePageTitle } from '../../parts/page-title.ts';
import { Progress } from '../../parts/progress.tsx';
import tabStyles from '../../parts/tabs.module.css';
import { useWords } from '../../words/words.tsx';
import { useTenant, type Tenant } from './queries.ts';

const tabs = ['people', 'groups', 'applications'] as const;
type Tab = (typeof tabs)[number];

/** Each tab is a chunk of its own. */
const pages = {
  people: lazy(async () => ({ default: (await import('./people/people-tab.tsx')).PeopleTab })),
  groups: lazy(async () => ({ default: (await import('./groups/groups-tab.tsx')).GroupsTab })),
  applications: lazy(async () => ({ default: (await import('./applications/applications-tab.tsx')).ApplicationsTab })),
};

/** What a tab of a tenant receives. It can put its actions at the head of the page. */
export interface TenantTabProps {
  readonly tenant: Tenant;
  readonly setActions: (actions: ReactNode) => void;
}

/** A tenant of the stand-in: its people, its groups and its enterprise applications. */
export function TenantPage() {
  const words = useWords();
  const { tenant: id = '', tab: wanted } = useParams();
  const tenant = useTenant(id);
  usePageTitle(tenant.data?.displayName ?? words.places.rehearsal);
  if (tenant.isPending) return <Progress isPage />;
  if (tenant.data === null) return <UnknownTenant />;
  if (tenant.data === undefined) return <ErrorNotice error={tenant.error} retry={() => void tenant.refetch()} />;
  const tab = tabs.find((one) => one === wanted);
  if (tab === undefined) return <Navigate replace to={`/rehearsal/${tenant.data.id}/people`} />;
  return <Tabs key={tenant.data.id} tenant={tenant.data} tab={tab} />;
}

function Tabs({ tenant, tab }: { readonly tenant: Tenant; readonly tab: Tab }) {
  const { rehearsal, places } = useWords();
  const [actions, setActions] = useState<ReactNode>();
  const Page = pages[tab];
  return (
    <>
      <PageHead
        title={tenant.displayName}
        below={
          <>
            <Link to="/rehearsal?tenants=all">{places.rehearsal}</Link> · {rehearsal.tenant.below(tenant.domain)}
          </>
        }
        actions={actions}
        tabs={
          <nav aria-label={rehearsal.tenant.tabsLabel(tenant.displayName)} className={tabStyles['tabs']}>
            {tabs.map((one) => (
              <NavLink key={one} to={`/rehearsal/${tenant.id}/${one}`}>
                {rehearsal.tenant.tabs[one]}
              </NavLink>
            ))}
          </nav>
        }
      />
      <Suspense fallback={<Progress />}>
        <Page tenant={tenant} setActions={setActions} />
      </Suspense>
    </>
  );
}

/** Says that the tenant of the address does not exist. */
export function UnknownTenant() {
  const { rehearsal } = useWords();
  return (
    <div className="stack">
      <h1>{rehearsal.unknownTenant}</h1>
      <p>
        {rehearsal.unknownHelp} <Link to="/rehearsal?tenants=all">{rehearsal.toTenants}</Link>
      </p>
    </div>
  );
}
