import { useEffect } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useViewState } from '../../../data/view-state.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { ChoiceFilter } from '../../../parts/filters/choice-filter.tsx';
import { FilterRow } from '../../../parts/filters/filter-row.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { SearchField } from '../../../parts/search-field.tsx';
import { Time } from '../../../parts/time.tsx';
import { useWords } from '../../../words/words.tsx';
import { useUsers, type User } from '../objects.ts';
import styles from '../rehearsal.module.css';
import type { TenantTabProps } from '../tenant-page.tsx';
import { PeopleActions } from './people-actions.tsx';
import { UserDrawer } from './user-drawer.tsx';

/** The state of the list in the URL. */
const usersView = { search: '', show: '' } as const;

/** The users of a tenant: list, search, and one user in a drawer. */
export function PeopleTab({ tenant, setActions }: TenantTabProps) {
  const { users: words } = useWords().rehearsal;
  const [view, setView] = useViewState(usersView);
  const isDeleted = view.show === 'deleted';
  const list = useUsers(tenant.id, { search: view.search.trim(), isDeleted });
  const total = list.data?.pages[0]?.['@odata.count'];
  const users = list.data?.pages.flatMap(({ value }) => value) ?? [];
  useEffect(() => {
    setActions(<PeopleActions tenant={tenant} />);
    return () => setActions(undefined);
  }, [tenant, setActions]);
  return (
    <>
      <div className={styles['bar']}>
        <SearchField
          label={words.search}
          placeholder={words.searchPlaceholder}
          value={view.search}
          onChange={(search) => setView({ search }, { replace: true })}
        />
        <FilterRow>
          <ChoiceFilter
            label={words.show}
            value={view.show}
            any={words.existing}
            choices={[['deleted', words.deleted(tenant.deletedUsers ?? 0)]]}
            onChange={(show) => setView({ show })}
          />
        </FilterRow>
        {total !== undefined && <span className="dim push">{words.total(total)}</span>}
      </div>
      {list.isPending && <Progress />}
      {list.error !== null && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {total === 0 && <Nobody search={view.search.trim()} isDeleted={isDeleted} clear={() => setView(usersView)} />}
      {users.length > 0 && <UsersTable users={users} isDeleted={isDeleted} />}
      {list.hasNextPage && (
        <p className={styles['more']}>
          <button
            type="button"
            className="button"
            disabled={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {words.more}
          </button>
        </p>
      )}
      <UserDrawer tenant={tenant} />
    </>
  );
}

function UsersTable({ users, isDeleted }: { readonly users: readonly User[]; readonly isDeleted: boolean }) {
  const { users: words } = useWords().rehearsal;
  const [parameters] = useSearchParams();
  const linkTo = (id: string) => {
    const changed = new URLSearchParams(parameters);
    changed.set('user', id);
    return `?${changed.toString()}`;
  };
  return (
    <div className={`sheet ${styles['list'] ?? ''}`}>
      <table aria-label={words.list}>
        <thead>
          <tr>
            <th scope="col">{words.column.name}</th>
            <th scope="col">{words.column.upn}</th>
            <th scope="col" data-column="wide">
              {words.column.title}
            </th>
            <th scope="col" data-column="wide">
              {words.column.department}
            </th>
            <th scope="col">{isDeleted ? words.column.deleted : words.column.state}</th>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <tr key={user.id}>
              <td>
                <Link to={linkTo(user.id)}>{user.displayName}</Link>
              </td>
              <td>{user.userPrincipalName}</td>
              <td data-column="wide" className="dim">
                {textOf(user['jobTitle'])}
              </td>
              <td data-column="wide" className="dim">
                {textOf(user['department'])}
              </td>
              <td>
                <State user={user} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function State({ user }: { readonly user: User }) {
  const { users: words } = useWords().rehearsal;
  const { deletedDateTime: deleted } = user;
  if (typeof deleted === 'string') return <Time at={deleted} />;
  return (
    <span className="chip" data-tone={user.accountEnabled === true ? 'good' : undefined}>
      {user.accountEnabled === true ? words.enabled : words.disabled}
    </span>
  );
}

interface NobodyProps {
  readonly search: string;
  readonly isDeleted: boolean;
  readonly clear: () => void;
}

/** Says why the list is empty, and what to do. */
function Nobody({ search, isDeleted, clear }: NobodyProps) {
  const { users: words } = useWords().rehearsal;
  if (search === '' && !isDeleted) {
    return (
      <section className="sheet">
        <div className="body">
          <h2>{words.empty}</h2>
          <p>{words.emptyHelp}</p>
        </div>
      </section>
    );
  }
  return (
    <section className="sheet">
      <div className="body" role="status">
        <p>{search === '' ? words.noneDeleted : words.nothing(search)}</p>
        <button type="button" className="button" onClick={clear}>
          {words.clear}
        </button>
      </div>
    </section>
  );
}
