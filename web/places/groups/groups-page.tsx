import { PageHead } from '../../parts/page-head.tsx';
import { usePageTitle } from '../../parts/page-title.ts';
import { useWords } from '../../words/words.tsx';

export function GroupsPage() {
  const words = useWords();
  usePageTitle(words.places.groups);
  return <PageHead title={words.places.groups} />;
}
