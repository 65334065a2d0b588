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
import { useAttention } from '../../data/attention.ts';

/** What needs attention, what arrived, and the sources. */
export function HomePage() {
  const words = useWords();
  usePageTitle(words.places.home);
  const may = useMay();
  const { data, error, refetch } = useAttention();
  const items = data?.results ?? [];
  const isCalm = data !== undefined && items.length === 0;
  const title = isCalm ? words.home.calm : words.home.attention(items.length);
  return (
    <>
      <PageHead
        title={data === undefined ? words.places.home : title}
        below={isCalm ? words.home.calmBelow : undefined}
      />
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
