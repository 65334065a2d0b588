import { useEffect, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useMay } from '../../../data/session.ts';
import { useViewState } from '../../../data/view-state.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { SearchField } from '../../../parts/search-field.tsx';
import { useWords } from '../../../words/words.tsx';
import { useGroups, type Group } from '../objects.ts';
import styles from '../rehearsal.module.css';
import type { TenantTabProps } from '../tenant-page.tsx';
import { GroupDrawer } from './group-drawer.tsx';
import { GroupDialog } from './group-dialog.tsx';

/** The state of the list in the URL. */
const groupsView = { search: '' } as const;

/** The groups of a tenant: list, search, and one group with its members in a drawer. */
export function GroupsTab({ tenant, setActions }: TenantTabProps) {
  const { groups: words, users } = useWords().rehearsal;
  const may = useMay();
  const mayWrite = may('entra.write');
  const [view, setView] = useViewState(groupsView);
  const [isCreating, setCreating] = useState(false);
  const list = useGroups(tenant.id, view.search.trim());
  const total = list.data?.pages[0]?.['@odata.count'];
  const groups = list.data?.pages.flatMap(({ value }) => value) ?? [];
  useEffect(() => {
    if (!mayWrite) return undefined;
    setActions(
      <button type="button" className="button" data-kind="primary" onClick={() => setCreating(true)}>
        {words.create}
      </button>,
    );
    return () => setActions(undefined);
  }, [words, mayWrite, setActions]);
  return (
    <>
      <div className={styles['bar']}>
        <SearchField
          label={words.search}
          placeholder={words.searchPlaceholder}
          value={view.search}
          onChange={(search) => setView({ search }, { replace: true })}
        />
        {total !== undefined && <span className="dim push">{words.total(total)}</span>}
      </div>
      {list.isPending && <Progress />}
      {list.error !== null && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {total === 0 && (
        <section className="sheet">
          <div className="body" role="status">
            <p>{view.search === '' ? words.empty : words.nothing(view.search)}</p>
            {view.search !== '' && (
              <button type="button" className="button" onClick={() => setView({ search: '' })}>
                {users.clear}
              </button>
            )}
          </div>
        </section>
      )}
      {groups.length > 0 && <GroupsTable groups={groups} />}
      {list.hasNextPage && (
        <p className={styles['more']}>
          <button
            type="button"
            className="button"
            disabled={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {users.more}
          </button>
        </p>
      )}
      <GroupDrawer tenant={tenant} />
      {isCreating && <GroupDialog tenant={tenant} close={() => setCreating(false)} />}
    </>
  );
}

function GroupsTable({ groups }: { readonly groups: readonly Group[] }) {
  const { groups: words } = useWords().rehearsal;
  const [parameters] = useSearchParams();
  const linkTo = (id: string) => {
    const changed = new URLSearchParams(parameters);
    changed.set('group', id);
    return `?${changed.toString()}`;
  };
  return (
    <div className={`sheet ${styles['list'] ?? ''}`}>
      <table aria-label={words.list}>
        <thead>
          <tr>
            <th scope="col">{words.column.name}</th>
            <th scope="col" data-column="wide">
              {words.column.description}
            </th>
            <th scope="col">{words.column.membership}</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={group.id}>
              <td>
                <Link to={linkTo(group.id)}>{group.displayName}</Link>
              </td>
              <td data-column="wide" className="dim">
                {typeof group['description'] === 'string' && group['description']}
              </td>
              <td className="dim">{isDynamic(group) ? words.dynamic : words.assigned}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** True for a group whose members follow from a rule. */
export function isDynamic({ membershipRule }: Group): boolean {
  return typeof membershipRule === 'string' && membershipRule !== '';
}
