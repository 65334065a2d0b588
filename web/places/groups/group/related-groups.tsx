import { Link } from 'react-router';
import { useWords } from '../../../words/words.tsx';
import styles from '../groups.module.css';
import type { GroupDetails } from '../use-groups.ts';

/** The groups that are members of this group, and those that this group is a member of. */
export function RelatedGroups({ group }: { readonly group: GroupDetails }) {
  const words = useWords();
  const { groupsInside, groupsAround, members } = group;
  if (groupsInside.length === 0 && groupsAround.length === 0) return null;
  return (
    <section className="sheet" aria-label={words.places.groups}>
      <div className="body stack">
        {groupsInside.length > 0 && (
          <div className={styles['relation']}>
            <h2>{words.group.groupsInside}</h2>
            <p className="dim small">{words.group.isNested(members.groups)}</p>
            <Chips groups={groupsInside} />
            {groupsInside.length < members.groups && (
              <p className="dim small">{words.group.firstOf(groupsInside.length, members.groups)}</p>
            )}
          </div>
        )}
        {groupsAround.length > 0 && (
          <div className={styles['relation']}>
            <h2>{words.group.groupsAround}</h2>
            <Chips groups={groupsAround} />
          </div>
        )}
      </div>
    </section>
  );
}

function Chips({ groups }: { readonly groups: GroupDetails['groupsInside'] }) {
  return (
    <ul className={styles['related']}>
      {groups.map(({ id, name }) => (
        <li key={id}>
          <Link className="chip" to={`/groups/${id}`} title={name}>
            {name}
          </Link>
        </li>
      ))}
    </ul>
  );
}
