import { Link } from 'react-router';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.tsx';
import styles from './groups.module.css';
import { sortOf, type GroupSort, type ListedGroup } from './use-groups.ts';

interface Props {
  readonly groups: readonly ListedGroup[];
  readonly view: { readonly sort: string; readonly order: string };
  readonly isStale: boolean;
  readonly onSort: (sort: { readonly sort: GroupSort; readonly order: 'asc' | 'desc' }) => void;
}

const columns = ['name', 'members', 'source', 'created', 'lastChanged'] as const;
/** The columns whose largest value is more interesting. */
const newestFirst: ReadonlySet<string> = new Set(['created', 'lastChanged']);

export function GroupsTable({ groups, view, isStale, onSort }: Props) {
  const words = useWords();
  return (
    <div className={`sheet ${styles['list'] ?? ''}`} data-stale={isStale}>
      <table aria-label={words.groups.list}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column} column={column} view={view} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <Row key={group.id} group={group} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head({
  column,
  view,
  onSort,
}: Pick<Props, 'view' | 'onSort'> & { readonly column: (typeof columns)[number] }) {
  const { groups } = useWords();
  const isSortable = column !== 'members' && column !== 'source';
  if (!isSortable) {
    return (
      <th scope="col" data-column={column} className={column === 'members' ? 'number' : undefined}>
        {groups.column[column]}
      </th>
    );
  }
  const isSorted = sortOf(view.sort) === column;
  const isDescending = view.order === 'desc';
  const first = newestFirst.has(column) ? 'desc' : 'asc';
  const next = isSorted ? (isDescending ? 'asc' : 'desc') : first;
  return (
    <th
      scope="col"
      data-column={column}
      aria-sort={isSorted ? (isDescending ? 'descending' : 'ascending') : undefined}
      className={newestFirst.has(column) ? 'number' : undefined}
    >
      <button type="button" onClick={() => onSort({ sort: column, order: next })}>
        {groups.column[column]}
        {isSorted && <span aria-hidden="true">{isDescending ? ' ↓' : ' ↑'}</span>}
      </button>
    </th>
  );
}

function Row({ group }: { readonly group: ListedGroup }) {
  const { groups } = useWords();
  const { users, groups: inside, awaited } = group.members;
  return (
    <tr>
      <td>
        <Link to={`/groups/${group.id}`}>{group.name}</Link>
      </td>
      <td className="number">
        <Link to={`/groups/${group.id}`} aria-label={groups.membersOf(group.name, groups.members(users, inside))}>
          {groups.members(users, inside)}
        </Link>
        {awaited > 0 && (
          <>
            {' · '}
            <Link to={`/groups/${group.id}#waiting`} className="tone-warn">
              {groups.waiting(awaited)}
            </Link>
          </>
        )}
      </td>
      <td data-column="source" className="dim">
        {group.source === null ? groups.here : (group.source.name ?? groups.removedSource)}
      </td>
      <td data-column="created" className="number dim">
        <Time at={group.created} />
      </td>
      <td className="number dim">
        <Time at={group.lastChanged} />
      </td>
    </tr>
  );
}
