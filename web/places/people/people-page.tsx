import { PageHead } from '../../parts/page-head.tsx';
import { usePageTitle } from '../../parts/page-title.ts';
import { PeopleList } from '../../parts/people-list/people-list.tsx';
import { useWords } from '../../words/words.tsx';

export function PeoplePage() {
  const words = useWords();
  usePageTitle(words.places.people);
  return (
    <>
      <PageHead title={words.places.people} />
      <PeopleList actions={() => null} />
    </>
  );
}
