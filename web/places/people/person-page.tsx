import { useParams } from 'react-router';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { usePageTitle } from '../../parts/page-title.ts';
import { Progress } from '../../parts/progress.tsx';
import { AbsentPerson } from './person/absent-person.tsx';
import { PresentPerson } from './person/present-person.tsx';
import { useTimeline, useUser } from './person/use-person.ts';

/** The page of a person, given by an id or any name: also of one who was deleted, refused, or never sent. */
export function PersonPage() {
  const { person: name = '' } = useParams();
  const timeline = useTimeline(name);
  const person = timeline.data?.pages[0]?.person;
  const isPresent = person?.state === 'present' && person.id !== null;
  const user = useUser(isPresent ? (person.id ?? '') : '');
  usePageTitle(person?.name ?? name);
  const error = timeline.data === undefined ? timeline.error : isPresent && user.data === undefined ? user.error : null;
  if (error !== null) {
    return <ErrorNotice error={error} retry={() => void Promise.all([timeline.refetch(), user.refetch()])} />;
  }
  if (person === undefined || (isPresent && user.data === undefined)) return <Progress />;
  return isPresent && user.data !== undefined ? (
    <PresentPerson key={user.data.id} user={user.data} name={person.name} timeline={timeline} />
  ) : (
    <AbsentPerson key={name} name={name} timeline={timeline} />
  );
}
