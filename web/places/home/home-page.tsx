import { Link } from 'react-router';
import { useMay } from '../../data/session.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { usePageTitle } from '../../parts/page-title.ts';
import { Progress } from '../../parts/progress.tsx';
import { useWords } from '../../words/words.tsx';
import { Arrived } from './arrived.tsx';
import { AttentionList } from './attention-list.tsx';
import { FailedMailDrawer } from './failed-mail-drawer.tsx';
import { ServerLine } from './server-line.tsx';
import { SourcesAtAGlance } from './sources-at-a-glance.tsx';
import { useAttention, type AttentionItem } from '../../data/attention.ts';
import { useActivity, type Activity } from '../../data/sources.ts';

const ACTIVITY_MS = 60_000;

/** What needs attention, what arrived, and the sources. */
export function HomePage() {
  const words = useWords();
  usePageTitle(words.places.home);
  const may = useMay();
  const { data, error, refetch } = useAttention();
  const items = data?.results ?? [];
  return (
    <>
      <Head items={data?.results} />
      {data === undefined && error === null && may('events.read') && <Progress isPage />}
      <div className="stack">
        {error !== null && <ErrorNotice error={error} retry={() => void refetch()} />}
        {items.length > 0 && <AttentionList items={items} />}
        {may('events.read') && <Arrived />}
        {may('integrations.read') && <SourcesAtAGlance />}
        {may('organizations.create') && may('organization.read') && <ServerLine />}
      </div>
      {may('mail.read') && <FailedMailDrawer />}
    </>
  );
}

/** Says how many things need attention; without one, what to do first, or that all is well. */
function Head({ items }: { readonly items: readonly AttentionItem[] | undefined }) {
  const { home, places } = useWords();
  const activity = useActivity(ACTIVITY_MS);
  const unconnected = unconnectedOf(activity.data?.results);
  if (items === undefined) return <PageHead title={places.home} />;
  if (items.length > 0) return <PageHead title={home.attention(items.length)} />;
  if (activity.isLoading) return <PageHead title={places.home} below="" />;
  const title = unconnected === undefined ? home.calm : home.unconnected;
  return <PageHead title={title} below={<Calm unconnected={unconnected} />} />;
}

/** Returns the sources if there are some and none of them has ever sent a request; else, or if they are not known, undefined. */
function unconnectedOf(sources: readonly Activity[] | undefined): readonly Activity[] | undefined {
  const isUnconnected = sources?.every(({ lastRequestAt }) => lastRequestAt === null) === true && sources.length > 0;
  return isUnconnected ? sources : undefined;
}

/** Says that nothing is wrong; where no source has sent anything yet, where to connect one. */
function Calm({ unconnected }: { readonly unconnected: readonly Activity[] | undefined }) {
  const { home, marks } = useWords();
  if (unconnected === undefined) return home.calmBelow;
  return (
    <>
      {home.unconnectedBelow}{' '}
      {unconnected.map(({ id, name }, index) => (
        <span key={id}>
          {index > 0 && marks.comma}
          <Link to={`/sources/${id}/setup`}>{home.setUp(name)}</Link>
        </span>
      ))}
    </>
  );
}
