import { PageHead } from '../../parts/page-head.tsx';
import { usePageTitle } from '../../parts/page-title.ts';
import { useWords } from '../../words/words.tsx';

export function SourcesPage() {
  const words = useWords();
  usePageTitle(words.places.sources);
  return <PageHead title={words.places.sources} />;
}
