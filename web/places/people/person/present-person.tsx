import { useMutation } from '@tanstack/react-query';
import { api, read } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { PageHead } from '../../../parts/page-head.tsx';
import { StateChip } from '../../../parts/state-chip.tsx';
import { useSourceName } from '../../../data/sources.ts';
import { useWords } from '../../../words/words.tsx';
import { accessOf } from './access.ts';
import { Actions } from './actions.tsx';
import { Facts } from './facts.tsx';
import styles from './person.module.css';
import { Timeline } from './timeline.tsx';
import { useChanged, type Timeline as TimelineQuery, type User } from './use-person.ts';

interface Props {
  readonly user: User;
  readonly name: string;
  readonly timeline: TimelineQuery;
}

/** The page of a user of the directory. */
export function PresentPerson({ user, name, timeline }: Props) {
  const words = useWords();
  const readAt = timeline.dataUpdatedAt;
  return (
    <>
      <PageHead
        title={name}
        below={
          <span className={styles['access']}>
            <StateChip state={user.state ?? 'STAGED'} /> {accessOf(user, words, new Date(readAt))}
          </span>
        }
        actions={<Actions user={user} name={name} />}
      />
      {user.adoptionUnconfirmed === true && <Adoption user={user} />}
      <div className={styles['two']}>
        <Facts user={user} name={name} />
        <Timeline timeline={timeline} />
      </div>
    </>
  );
}

/** Asks whether the user that a source adopted is the person that the source means. */
function Adoption({ user }: { readonly user: User }) {
  const { person } = useWords();
  const may = useMay();
  const sourceName = useSourceName();
  const changed = useChanged();
  const confirm = useMutation({
    mutationFn: () => read(api.POST('/api/systemusers/{id}/adopt', { params: { path: { id: user.id } }, body: {} })),
    onSuccess: changed,
  });
  return (
    <div className={styles['why']} data-tone="warn">
      <p>{person.adopted(sourceName(user.restrictedFields?.[0]?.id) ?? person.here)}</p>
      {may('users.write') && (
        <button type="button" className="button" disabled={confirm.isPending} onClick={() => confirm.mutate()}>
          {person.confirmAdoption}
        </button>
      )}
      <p role="alert" className="tone-bad">
        {confirm.error?.message}
      </p>
    </div>
  );
}
