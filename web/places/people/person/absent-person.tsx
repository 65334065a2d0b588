import { useMutation } from '@tanstack/react-query';
import { Link } from 'react-router';
import { api, read } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { PageHead } from '../../../parts/page-head.tsx';
import { Time } from '../../../parts/time.tsx';
import { useWords } from '../../../words/words.tsx';
import styles from './person.module.css';
import { RefusalCount, RefusedPerson } from './refused-person.tsx';
import { Timeline } from './timeline.tsx';
import { useChanged, type Timeline as TimelineQuery, type TimelinePage } from './use-person.ts';

interface Props {
  /** The name in the URL. */
  readonly name: string;
  readonly timeline: TimelineQuery;
}

/** The page of a person who is not in the directory: deleted, refused, or never sent. */
export function AbsentPerson({ name, timeline }: Props) {
  const { person: words } = useWords();
  const page = timeline.data?.pages[0];
  if (page === undefined) return null;
  const { person } = page;
  const shownName = person.displayName ?? person.name;
  const title =
    person.state === 'deleted'
      ? words.deleted(shownName)
      : person.state === 'purged'
        ? words.purged(shownName)
        : words.notHere(shownName);
  return (
    <>
      <PageHead
        title={title}
        below={
          person.state === 'refused' ? (
            <RefusalCount page={page} />
          ) : person.state === 'unknown' ? (
            words.neverSent
          ) : person.state === 'purged' ? (
            words.purgedHelp
          ) : (
            <>
              {words.deletedAt} <Time at={person.deletedAt} />
            </>
          )
        }
      />
      <div className="stack">
        {person.state === 'deleted' && person.id !== null && <Restore person={person} name={shownName} />}
        {person.state === 'refused' && <RefusedPerson page={page} />}
        {person.state === 'unknown' && <Checks />}
        {(person.state === 'unknown' || person.state === 'refused') && <OtherNames page={page} name={name} />}
        {person.state !== 'unknown' && <Timeline timeline={timeline} />}
      </div>
    </>
  );
}

function Restore({ person, name }: { readonly person: TimelinePage['person']; readonly name: string }) {
  const { person: words } = useWords();
  const may = useMay();
  const changed = useChanged();
  const restore = useMutation({
    mutationFn: () =>
      read(api.POST('/api/systemusers/{id}/restore', { params: { path: { id: person.id ?? '' } }, body: {} })),
    onSuccess: changed,
  });
  if (person.restorableUntil === null) return null;
  return (
    <div className={styles['why']} data-tone="warn">
      <p>
        {words.restorableUntil} <Time at={person.restorableUntil} />
      </p>
      {may('users.write') && (
        <button
          type="button"
          className="button"
          data-kind="primary"
          disabled={restore.isPending}
          onClick={() => restore.mutate()}
        >
          {words.restore(name)}
        </button>
      )}
      <p role="alert" className="tone-bad">
        {restore.error?.message}
      </p>
    </div>
  );
}

function Checks() {
  const { person } = useWords();
  return (
    <section className="sheet" aria-labelledby="checks">
      <header>
        <h2 id="checks">{person.checks}</h2>
      </header>
      <ol className={styles['checks']}>
        {Object.entries(person.check).map(([name, text]) => (
          <li key={name}>{text}</li>
        ))}
      </ol>
    </section>
  );
}

function OtherNames({ page, name }: { readonly page: TimelinePage; readonly name: string }) {
  const { person } = useWords();
  const others = [...page.namesakes, ...page.similar].filter(({ id, name: other }) => id !== null || other !== name);
  return (
    <section className="sheet" aria-labelledby="others">
      <header>
        <h2 id="others">{person.other}</h2>
        <Link className="push" to={`/people?search=${encodeURIComponent(name)}`}>
          {person.searchInstead}
        </Link>
      </header>
      <div className="body">
        {others.length === 0 ? (
          <p className="dim">{person.noOther}</p>
        ) : (
          <ul>
            {others.map((other) => (
              <li key={other.id ?? other.name}>
                <Link to={`/people/${other.id ?? encodeURIComponent(other.userName ?? other.name)}`}>{other.name}</Link>{' '}
                <span className="dim">{other.email ?? other.userName}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}
