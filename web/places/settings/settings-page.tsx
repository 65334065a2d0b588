import { lazy, Suspense } from 'react';
import { Navigate, NavLink, useParams } from 'react-router';
import { useMay } from '../../data/session.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { usePageTitle } from '../../parts/page-title.ts';
import { Progress } from '../../parts/progress.tsx';
import { UnknownPage } from '../../parts/unknown-page.tsx';
import { useWords } from '../../words/words.tsx';
import { sections, type SectionName } from '../../parts/setting-sections.ts';
import styles from './settings.module.css';

/** Each section is a chunk of its own. */
const pages: Readonly<Record<SectionName, ReturnType<typeof lazy>>> = {
  organization: lazy(async () => ({
    default: (await import('./organization/organization-section.tsx')).OrganizationSection,
  })),
  administrators: lazy(async () => ({
    default: (await import('./administrators/administrators-section.tsx')).AdministratorsSection,
  })),
  roles: lazy(async () => ({ default: (await import('./roles/roles-section.tsx')).RolesSection })),
  keys: lazy(async () => ({ default: (await import('./keys/keys-section.tsx')).KeysSection })),
  mail: lazy(async () => ({ default: (await import('./mail/mail-section.tsx')).MailSection })),
  rules: lazy(async () => ({ default: (await import('./rules/rules-section.tsx')).RulesSection })),
  schemas: lazy(async () => ({ default: (await import('./schemas/schemas-section.tsx')).SchemasSection })),
  health: lazy(async () => ({ default: (await import('./health/health-section.tsx')).HealthSection })),
  about: lazy(async () => ({ default: (await import('./about/about-section.tsx')).AboutSection })),
  account: lazy(async () => ({ default: (await import('./account/account-section.tsx')).AccountSection })),
};

/** The settings: one section at an address, and the list of the sections that the role includes. */
export function SettingsPage() {
  const { settings } = useWords();
  const may = useMay();
  const { section: wanted } = useParams();
  const allowed = sections.filter(({ permission }) => permission === undefined || may(permission));
  const section = sections.find(({ name }) => name === wanted);
  usePageTitle(section === undefined ? settings.title : settings.sections[section.name]);
  if (wanted === undefined) return <Navigate replace to={`/settings/${allowed[0]?.name ?? 'account'}`} />;
  if (section === undefined) return <UnknownPage />;
  return (
    <div className={styles['layout']}>
      <nav aria-label={settings.navigation} className={styles['sections']}>
        {allowed.map(({ name }) => (
          <NavLink key={name} to={`/settings/${name}`}>
            {settings.sections[name]}
          </NavLink>
        ))}
      </nav>
      <div className={styles['section']}>
        {allowed.includes(section) ? <Section name={section.name} /> : <Forbidden name={section.name} />}
      </div>
    </div>
  );
}

function Section({ name }: { readonly name: SectionName }) {
  const Page = pages[name];
  return (
    <Suspense fallback={<Progress isPage />}>
      <Page />
    </Suspense>
  );
}

function Forbidden({ name }: { readonly name: SectionName }) {
  const { settings, frame } = useWords();
  const title = settings.sections[name];
  return (
    <>
      <PageHead title={title} />
      <p>{name === 'health' ? settings.health.forbidden : frame.forbidden(title)}</p>
    </>
  );
}
