import { lazy, Suspense, useState, type ReactNode } from 'react';
import { Link, Navigate, NavLink, useParams } from 'react-router';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { usePageTitle } from '../../parts/page-title.ts';
import { Progress } from '../../parts/progress.tsx';
import tabStyles from '../../parts/tabs.module.css';
import { useWords } from '../../words/words.tsx';
import { HeartbeatChip } from './heartbeat-chip.tsx';
import { useActivity, useSources, type Source } from '../../data/sources.ts';
import { ACTIVITY_INTERVAL_MS } from './queries.ts';

const tabs = ['setup', 'requests', 'rules', 'attributes', 'keys'] as const;
type Tab = (typeof tabs)[number];

/** Each tab is a chunk of its own. */
const pages = {
  setup: lazy(async () => ({ default: (await import('./setup/setup-tab.tsx')).SetupTab })),
  requests: lazy(async () => ({ default: (await import('./requests/requests-tab.tsx')).RequestsTab })),
  rules: lazy(async () => ({ default: (await import('./rules/rules-tab.tsx')).RulesTab })),
  attributes: lazy(async () => ({ default: (await import('./attributes-tab.tsx')).AttributesTab })),
  keys: lazy(async () => ({ default: (await import('./keys/keys-tab.tsx')).KeysTab })),
};

/** What a tab of a source receives. It can put its action at the head of the page. */
export interface TabProps {
  readonly source: Source;
  readonly setActions: (actions: ReactNode) => void;
}

/** A source with its tabs. */
export function SourcePage() {
  const words = useWords();
  const { source: id = '', tab: wanted } = useParams();
  const list = useSources();
  const source = list.data?.find((one) => one.id === id || one.name === id);
  usePageTitle(source?.name ?? words.sources.title);
  if (list.isPending) return <Progress isPage />;
  if (list.data === undefined) return <ErrorNotice error={list.error} retry={() => void list.refetch()} />;
  if (source === undefined) {
    return (
      <div className="stack">
        <h1>{words.sources.unknown}</h1>
        <p>
          {words.sources.unknownHelp} <Link to="/sources">{words.sources.backToList}</Link>
        </p>
      </div>
    );
  }
  const tab = tabs.find((one) => one === wanted);
  if (tab === undefined) {
    // A source that has connected before is opened for what it sends. The tab is in the URL, so that it stays when the first request arrives.
    const start: Tab = source.lastRequestAt === null ? 'setup' : 'requests';
    return <Navigate replace to={`/sources/${source.id}/${start}`} />;
  }
  return <Tabs key={source.id} source={source} tab={tab} />;
}

function Tabs({ source, tab }: { readonly source: Source; readonly tab: Tab }) {
  const words = useWords();
  const [actions, setActions] = useState<ReactNode>();
  const { data: activity } = useActivity(ACTIVITY_INTERVAL_MS);
  const Page = pages[tab];
  return (
    <>
      <PageHead
        title={source.name}
        tabs={
          <nav aria-label={words.sources.tabsLabel(source.name)} className={tabStyles['tabs']}>
            {tabs.map((one) => (
              <NavLink key={one} to={`/sources/${source.id}/${one}`}>
                {words.sources.tabs[one]}
              </NavLink>
            ))}
          </nav>
        }
        actions={
          <>
            {actions}
            <HeartbeatChip source={activity?.results.find(({ id }) => id === source.id) ?? source} />
          </>
        }
      />
      <Suspense fallback={<Progress />}>
        <Page source={source} setActions={setActions} />
      </Suspense>
    </>
  );
}
