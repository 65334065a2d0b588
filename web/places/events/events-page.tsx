import { PageHead } from '../../parts/page-head.tsx';
import { usePageTitle } from '../../parts/page-title.ts';
import { useWords } from '../../words/words.tsx';

export function EventsPage() {
  const words = useWords();
  usePageTitle(words.places.events);
  return <PageHead title={words.places.events} />;
}
