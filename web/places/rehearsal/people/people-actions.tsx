import { Menu } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../../data/session.ts';
import { useWords } from '../../../words/words.tsx';
import type { Tenant } from '../queries.ts';
import { DeleteTenantDialog } from '../delete-tenant.tsx';
import { ChangeDialog, CreateUserDialog, GenerateDialog } from './people-dialogs.tsx';
import { ImportDialog } from './import-dialog.tsx';

type Dialog = 'create' | 'generate' | 'import' | 'change' | 'delete';

/** What can be done with the users of a tenant, and with the tenant. */
export function PeopleActions({ tenant }: { readonly tenant: Tenant }) {
  const { users: words, tenant: tenantWords } = useWords().rehearsal;
  const may = useMay();
  const [dialog, setDialog] = useState<Dialog>();
  if (!may('entra.write')) return null;
  const close = () => setDialog(undefined);
  return (
    <>
      <button type="button" className="button" onClick={() => setDialog('generate')}>
        {words.generate}
      </button>
      <button type="button" className="button" data-kind="primary" onClick={() => setDialog('create')}>
        {words.create}
      </button>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <button type="button" className="button" aria-label={words.moreActions}>
            ⋯
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setDialog('import')}>{words.import}</Menu.Item>
          <Menu.Item onClick={() => setDialog('change')}>{words.change}</Menu.Item>
          <Menu.Item onClick={() => setDialog('delete')}>{tenantWords.delete}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'create' && <CreateUserDialog tenant={tenant} close={close} />}
      {dialog === 'generate' && <GenerateDialog tenant={tenant} close={close} />}
      {dialog === 'import' && <ImportDialog tenant={tenant} close={close} />}
      {dialog === 'change' && <ChangeDialog tenant={tenant} close={close} />}
      {dialog === 'delete' && <DeleteTenantDialog tenant={tenant} close={close} />}
    </>
  );
}
