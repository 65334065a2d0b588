import { useState } from 'react';
import { api, read } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { ConfirmDialog } from '../../../parts/confirm-dialog.tsx';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { PageHead } from '../../../parts/page-head.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { useWords } from '../../../words/words.tsx';
import {
  nameOf,
  useAdministrators,
  useAdministratorsChanged,
  useRoles,
  type Administrator,
  type Role,
} from '../administrators/use-administrators.ts';
import { RoleDialog } from './role-dialog.tsx';
import { RoleMatrix } from './role-matrix.tsx';

export type OpenRole = { readonly action: 'create' } | { readonly action: 'change' | 'remove'; readonly role: Role };

/** What each role may do, and the roles of the organization. */
export function RolesSection() {
  const { settings } = useWords();
  const words = settings.roles;
  const mayWrite = useMay()('administrators.write');
  const { data, error, isPending, refetch } = useRoles();
  const administrators = useAdministrators();
  const [open, setOpen] = useState<OpenRole>();
  const roles = data?.results ?? [];
  const builtIn = roles.filter((role) => role.builtIn).length;
  const holders = (role: Role) => (administrators.data?.results ?? []).filter((one) => one.role === role.id);
  const close = () => setOpen(undefined);
  return (
    <>
      <PageHead
        title={settings.sections.roles}
        below={data === undefined ? '' : words.below(builtIn, roles.length - builtIn)}
        actions={
          mayWrite && (
            <button type="button" className="button" data-kind="primary" onClick={() => setOpen({ action: 'create' })}>
              {words.create}
            </button>
          )
        }
      />
      {isPending && <Progress />}
      {error !== null && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data !== undefined && (
        <div className="stack">
          <RoleMatrix roles={roles} holders={holders} open={mayWrite ? setOpen : undefined} />
          <p className="dim">{words.fixed}</p>
        </div>
      )}
      {open?.action === 'create' && <RoleDialog holders={[]} close={close} />}
      {open?.action === 'change' && <RoleDialog role={open.role} holders={holders(open.role)} close={close} />}
      {open?.action === 'remove' && <RemoveRole role={open.role} holders={holders(open.role)} close={close} />}
    </>
  );
}

interface RemoveProps {
  readonly role: Role;
  readonly holders: readonly Administrator[];
  readonly close: () => void;
}

function RemoveRole({ role, holders, close }: RemoveProps) {
  const words = useWords().settings.roles;
  const changed = useAdministratorsChanged();
  return (
    <ConfirmDialog
      title={words.removeTitle(role.name)}
      submit={words.removeSubmit}
      isDanger
      act={() => read(api.DELETE('/api/v2/roles/{id}', { params: { path: { id: role.id } } }))}
      done={changed}
      close={close}
    >
      <p>
        {holders.length === 0 ? words.removeHelp : words.removeHeld(holders.length, holders.map(nameOf).join(', '))}
      </p>
    </ConfirmDialog>
  );
}
