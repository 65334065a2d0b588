import { PageHead } from '../../parts/page-head.tsx';
import { usePageTitle } from '../../parts/page-title.ts';
import { useWords } from '../../words/words.tsx';

export function PeoplePage() {
  const words = useWords();
  usePageTitle(words.places.people);
  return <PageHead title={words.places.people} />;
}
