import { useNavigate } from 'react-router';
import { useWords } from '../../words/words.tsx';
import { FormDialog } from './form-dialog.tsx';
import { graph } from './graph.ts';
import type { Tenant } from './queries.ts';
import { useChange } from './use-change.ts';

/** Says what is deleted with a tenant, and deletes it. */
export function DeleteTenantDialog({ tenant, close }: { readonly tenant: Tenant; readonly close: () => void }) {
  const { tenant: words } = useWords().rehearsal;
  const navigate = useNavigate();
  const remove = useChange(
    async () => await graph(undefined).tenants.delete(tenant.id),
    () => {
      close();
      void navigate('/rehearsal');
    },
  );
  return (
    <FormDialog
      title={words.deleteTitle(tenant.displayName)}
      submit={words.deleteSubmit(tenant.displayName)}
      isDangerous
      isPending={remove.isPending}
      error={remove.error}
      onSubmit={() => remove.mutate()}
      close={close}
    >
      <p>{words.deleteHelp(tenant.users ?? 0, tenant.groups ?? 0)}</p>
      <p>{words.deleteTarget}</p>
    </FormDialog>
  );
}
