import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, languageOf } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { useViewState } from '../../../data/view-state.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { useWords } from '../../../words/words.tsx';
import { FormDialog } from '../form-dialog.tsx';
import { graph } from '../graph.ts';
import { ObjectDrawer } from '../object-drawer.tsx';
import { usePages, type Group } from '../objects.ts';
import { PrincipalPicker } from '../principal-picker.tsx';
import { REHEARSAL, type Tenant } from '../queries.ts';
import styles from '../rehearsal.module.css';
import { useChange } from '../use-change.ts';
import { GroupDialog } from './group-dialog.tsx';

const groupView = { group: '' } as const;
const PAGE_SIZE = 100;

interface Props {
  readonly tenant: Tenant;
  readonly group: Group;
}

/** One group of the tenant, in the drawer that the URL names with `group=ID`. */
export function GroupDrawer({ tenant }: Pick<Props, 'tenant'>) {
  const { groups: words } = useWords().rehearsal;
  return (
    <ObjectDrawer name="group" title={words.group}>
      {(id) => <LoadedGroup key={id} tenant={tenant} id={id} />}
    </ObjectDrawer>
  );
}

function LoadedGroup({ tenant, id }: { readonly tenant: Tenant; readonly id: string }) {
  const { groups: words, users } = useWords().rehearsal;
  const { data, error, isPending, refetch } = useQuery({
    queryKey: [REHEARSAL, tenant.id, 'group', id],
    queryFn: async ({ signal }) => await graph(tenant.id, signal).groups.get(id),
  });
  if (isPending) return <Progress isPage />;
  if (error instanceof ApiError && error.status === 404) {
    return (
      <section className={styles['part']}>
        <h2>{words.unknown}</h2>
        <p className="dim">{users.unknownHelp}</p>
      </section>
    );
  }
  if (data === undefined) return <ErrorNotice error={error} retry={() => void refetch()} />;
  return (
    <>
      <Head tenant={tenant} group={data} />
      <Members tenant={tenant} group={data} />
    </>
  );
}

function Head({ tenant, group }: Props) {
  const { rehearsal, marks } = useWords();
  const words = rehearsal.groups;
  const may = useMay();
  const [dialog, setDialog] = useState<'edit' | 'delete'>();
  const { description, membershipRule } = group;
  return (
    <section className={styles['part']}>
      <h2>{group.displayName}</h2>
      {typeof description === 'string' && <p className="dim">{description}</p>}
      {typeof membershipRule === 'string' && (
        <p>
          {words.rule}
          {marks.colon}
          <code>{membershipRule}</code>
        </p>
      )}
      {may('entra.write') && (
        <div className="row">
          <button type="button" className="button" onClick={() => setDialog('edit')}>
            {words.edit}
          </button>
          <button type="button" className="button" data-kind="danger" onClick={() => setDialog('delete')}>
            {words.delete}
          </button>
        </div>
      )}
      {dialog === 'edit' && <GroupDialog tenant={tenant} group={group} close={() => setDialog(undefined)} />}
      {dialog === 'delete' && <DeleteDialog tenant={tenant} group={group} close={() => setDialog(undefined)} />}
    </section>
  );
}

function DeleteDialog({ tenant, group, close }: Props & { readonly close: () => void }) {
  const { groups: words } = useWords().rehearsal;
  const [, setView] = useViewState(groupView);
  const remove = useChange(
    async () => await graph(tenant.id).groups.delete(group.id),
    () => {
      close();
      setView({ group: '' }, { replace: true });
    },
  );
  const name = group.displayName ?? group.id;
  return (
    <FormDialog
      title={words.deleteTitle(name)}
      submit={words.deleteSubmit(name)}
      isDangerous
      isPending={remove.isPending}
      error={remove.error}
      onSubmit={() => remove.mutate()}
      close={close}
    >
      <p>{words.deleteHelp}</p>
    </FormDialog>
  );
}

function Members({ tenant, group }: Props) {
  const { groups: words, users } = useWords().rehearsal;
  const may = useMay();
  const isAssigned = typeof group.membershipRule !== 'string';
  const mayChange = isAssigned && may('entra.write');
  const list = usePages([tenant.id, 'members', group.id], tenant.id, async (signal) =>
    graph(tenant.id, signal).groups.members(group.id, { top: PAGE_SIZE, count: true }),
  );
  const remove = useChange(async (id: string) => await graph(tenant.id).groups.removeMember(group.id, id));
  const total = list.data?.pages[0]?.['@odata.count'] ?? 0;
  const members = list.data?.pages.flatMap(({ value }) => value) ?? [];
  return (
    <section className={styles['part']} aria-label={words.members}>
      <h3>
        {words.members} {list.data !== undefined && <span className="dim">{words.memberCount(total)}</span>}
      </h3>
      {!isAssigned && <p className="dim">{words.membersFollow}</p>}
      {mayChange && <AddMember tenant={tenant} group={group} />}
      {list.isPending && <Progress />}
      {list.error !== null && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {remove.error !== null && (
        <p role="alert" className="tone-bad" lang={languageOf(remove.error)}>
          {remove.error.message}
        </p>
      )}
      <ul className={styles['lines']}>
        {members.map(({ id, displayName = id, userPrincipalName }) => (
          <li key={id}>
            <span>
              {displayName}{' '}
              <span className="dim small">
                {typeof userPrincipalName === 'string' ? userPrincipalName : words.isGroup}
              </span>
            </span>
            {mayChange && (
              <button
                type="button"
                className="button"
                data-size="small"
                aria-label={words.removeMember(displayName)}
                disabled={remove.isPending}
                onClick={() => remove.mutate(id)}
              >
                {words.remove}
              </button>
            )}
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <button
          type="button"
          className="button"
          disabled={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {users.more}
        </button>
      )}
    </section>
  );
}

/** Finds a user or a group, and adds the one that is chosen. */
function AddMember({ tenant, group }: Props) {
  const { groups: words } = useWords().rehearsal;
  const [added, setAdded] = useState(0);
  const add = useChange(
    async ({ id }: { readonly id: string; readonly name: string }) =>
      await graph(tenant.id).groups.addMember(group.id, id),
    () => setAdded(added + 1),
  );
  return (
    <>
      <PrincipalPicker
        tenant={tenant.id}
        kinds={['User', 'Group']}
        key={added}
        label={words.add}
        help={words.addHelp}
        picked={null}
        except={group.id}
        onPick={(person) => {
          if (person != null) add.mutate(person);
        }}
      />
      <p role="status" className="dim">
        {add.isSuccess && words.added(add.variables.name)}
      </p>
      {add.error !== null && (
        <p role="alert" className="tone-bad" lang={languageOf(add.error)}>
          {add.error.message}
        </p>
      )}
    </>
  );
}
