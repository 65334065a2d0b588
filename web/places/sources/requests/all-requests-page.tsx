import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { PageHead } from '../../../parts/page-head.tsx';
import { usePageTitle } from '../../../parts/page-title.ts';
import { useWords } from '../../../words/words.tsx';
import { AllowedRequests } from './requests-tab.tsx';

/** The requests of all sources, and of callers that are not a source: what the chart on Home counts. */
export function AllRequestsPage() {
  const words = useWords();
  const [actions, setActions] = useState<ReactNode>();
  usePageTitle(words.sources.log.allTitle);
  return (
    <>
      <PageHead
        title={words.sources.log.allTitle}
        below={<Link to="/sources">{words.sources.backToList}</Link>}
        actions={actions}
      />
      <AllowedRequests source={undefined} setActions={setActions} />
    </>
  );
}
