import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import type { RoleAssignment } from '#entra/graph-api/client-types.ts';
import { languageOf } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import type { Picked } from '../../../parts/picker.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { useWords } from '../../../words/words.tsx';
import type { ApplicationTabProps } from '../application-page.tsx';
import { FormDialog, textOf } from '../form-dialog.tsx';
import { graph } from '../graph.ts';
import { usePages } from '../objects.ts';
import { PrincipalPicker } from '../principal-picker.tsx';
import styles from '../rehearsal.module.css';
import { useChange } from '../use-change.ts';
import { useSettings } from './use-settings.ts';

const PAGE_SIZE = 100;

/** Users and groups: who is assigned to the application, each with a role. */
export function AssignmentsTab(props: ApplicationTabProps) {
  const { tenant, application, setActions } = props;
  const { assignments: words, users } = useWords().rehearsal;
  const mayWrite = useMay()('entra.write');
  const [isAdding, setAdding] = useState(false);
  const { data: settings } = useSettings(props);
  const list = usePages<RoleAssignment>([tenant.id, 'assignments', application.id], tenant.id, async (signal) =>
    graph(tenant.id, signal).assignments.list(application.id, { top: PAGE_SIZE, count: true }),
  );
  const total = list.data?.pages[0]?.['@odata.count'];
  const assignments = list.data?.pages.flatMap(({ value }) => value) ?? [];
  useEffect(() => {
    if (!mayWrite) return undefined;
    setActions(
      <button type="button" className="button" data-kind="primary" onClick={() => setAdding(true)}>
        {words.add}
      </button>,
    );
    return () => setActions(undefined);
  }, [words, mayWrite, setActions]);
  const all = `/rehearsal/${tenant.id}/applications/${application.id}/scope`;
  return (
    <>
      {settings?.scope === 'all' && (
        <p className={styles['note']}>
          {words.allAreInScope} <Link to={all}>{words.toScope}</Link>
        </p>
      )}
      {list.isPending && <Progress />}
      {list.error !== null && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {total === 0 && (
        <section className="sheet">
          <div className="body">
            <h2>{words.empty}</h2>
            <p>{words.emptyHelp}</p>
          </div>
        </section>
      )}
      {assignments.length > 0 && (
        <AssignmentsTable tenant={tenant} application={application} assignments={assignments} />
      )}
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
      {isAdding && <AddAssignment {...props} close={() => setAdding(false)} />}
    </>
  );
}

interface TableProps extends Pick<ApplicationTabProps, 'tenant' | 'application'> {
  readonly assignments: readonly RoleAssignment[];
}

function AssignmentsTable({ tenant, application, assignments }: TableProps) {
  const { assignments: words } = useWords().rehearsal;
  const mayWrite = useMay()('entra.write');
  const remove = useChange(async (id: string) => await graph(tenant.id).assignments.delete(application.id, id));
  return (
    <>
      {remove.error !== null && (
        <p role="alert" className="tone-bad" lang={languageOf(remove.error)}>
          {remove.error.message}
        </p>
      )}
      <div className={`sheet ${styles['list'] ?? ''}`}>
        <table aria-label={words.list}>
          <thead>
            <tr>
              <th scope="col">{words.column.name}</th>
              <th scope="col" data-column="medium">
                {words.column.type}
              </th>
              <th scope="col">{words.column.role}</th>
              {mayWrite && (
                <th scope="col">
                  <span className="hidden">{words.column.remove}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {assignments.map(({ id, principalDisplayName, principalId, principalType, appRoleValue }) => (
              <tr key={id}>
                <td>
                  <Link to={pageOf(tenant.id, principalType, principalId)}>{principalDisplayName ?? principalId}</Link>
                </td>
                <td data-column="medium" className="dim">
                  {words.type[principalType]}
                </td>
                <td className="dim">{appRoleValue}</td>
                {mayWrite && (
                  <td className="number">
                    <button
                      type="button"
                      className="button"
                      data-size="small"
                      aria-label={words.removeOne(principalDisplayName ?? principalId)}
                      disabled={remove.isPending}
                      onClick={() => remove.mutate(id)}
                    >
                      {words.remove}
                    </button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function pageOf(tenant: string, type: 'User' | 'Group', id: string): string {
  return type === 'User' ? `/rehearsal/${tenant}/people?user=${id}` : `/rehearsal/${tenant}/groups?group=${id}`;
}

/** Assigns a user or a group, with a role of the application or a new one. The dialog stays open for the next one. */
function AddAssignment({ tenant, application, close }: ApplicationTabProps & { readonly close: () => void }) {
  const { assignments: words } = useWords().rehearsal;
  const [picked, setPicked] = useState<Picked | null>();
  const [position, setPosition] = useState(0);
  const [role, setRole] = useState('');
  const add = useChange(
    async (form: FormData) => {
      const principalId = picked?.id ?? '';
      const newRole = textOf(form, 'newRole');
      const given = role === 'new' ? { appRoleValue: newRole } : role === '' ? {} : { appRoleId: role };
      return await graph(tenant.id).assignments.create(application.id, { principalId, ...given });
    },
    () => {
      setPicked(undefined);
      setPosition(position + 1);
    },
  );
  return (
    <FormDialog
      title={words.addTitle}
      submit={words.addSubmit}
      isPending={add.isPending}
      isDisabled={picked == null}
      error={add.error}
      onSubmit={add.mutate}
      close={close}
    >
      <PrincipalPicker
        key={position}
        tenant={tenant.id}
        kinds={['User', 'Group']}
        label={words.principal}
        help={words.nested}
        picked={picked}
        isFirst
        onPick={setPicked}
      />
      <label className="field">
        <span>{words.role}</span>
        <select className="input" value={role} onChange={(event) => setRole(event.currentTarget.value)}>
          <option value="">{words.defaultRole}</option>
          {application.appRoles.map(({ id, displayName }) => (
            <option key={id} value={id}>
              {displayName}
            </option>
          ))}
          <option value="new">{words.newRole}</option>
        </select>
      </label>
      {role === 'new' && (
        <label className="field">
          <span>{words.roleValue}</span>
          <input className="input" name="newRole" required maxLength={120} spellCheck={false} />
        </label>
      )}
      <p role="status" className="dim">
        {add.isSuccess && words.added(add.data.principalDisplayName ?? add.data.principalId)}
      </p>
    </FormDialog>
  );
}
