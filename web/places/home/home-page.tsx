import { PageHead } from '../../parts/page-head.tsx';
import { usePageTitle } from '../../parts/page-title.ts';
import { useWords } from '../../words/words.tsx';

export function HomePage() {
  const words = useWords();
  usePageTitle(words.places.home);
  return <PageHead title={words.places.home} />;
}
