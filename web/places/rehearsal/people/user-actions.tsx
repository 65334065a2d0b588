import { useState } from 'react';
import { languageOf } from '../../../data/client.ts';
import { useViewState } from '../../../data/view-state.ts';
import { useWords } from '../../../words/words.tsx';
import { FormDialog } from '../form-dialog.tsx';
import { graph } from '../graph.ts';
import type { User } from '../objects.ts';
import type { Tenant } from '../queries.ts';
import { useChange } from '../use-change.ts';

type Action = 'disable' | 'delete' | 'purge';
const userView = { user: '' } as const;

interface Props {
  readonly tenant: Tenant;
  readonly user: User;
  readonly isDeleted: boolean;
}

/** What can be done with a user. What ends an access says first what provisioning will do. */
export function UserActions({ tenant, user, isDeleted }: Props) {
  const { users: words } = useWords().rehearsal;
  const [action, setAction] = useState<Action>();
  const { users, deletedUsers } = graph(tenant.id);
  const undo = useChange(async () => {
    await (isDeleted ? deletedUsers.restore(user.id) : users.update(user.id, { accountEnabled: true }));
  });
  return (
    <>
      <div className="row">
        {isDeleted || user.accountEnabled !== true ? (
          <button type="button" className="button" disabled={undo.isPending} onClick={() => undo.mutate()}>
            {isDeleted ? words.restore : words.enable}
          </button>
        ) : (
          <button type="button" className="button" onClick={() => setAction('disable')}>
            {words.action.disable}
          </button>
        )}
        <button
          type="button"
          className="button"
          data-kind="danger"
          onClick={() => setAction(isDeleted ? 'purge' : 'delete')}
        >
          {words.action[isDeleted ? 'purge' : 'delete']}
        </button>
      </div>
      {undo.error !== null && (
        <p role="alert" className="tone-bad" lang={languageOf(undo.error)}>
          {undo.error.message}
        </p>
      )}
      {action !== undefined && (
        <ActionDialog tenant={tenant} user={user} action={action} close={() => setAction(undefined)} />
      )}
    </>
  );
}

interface DialogProps {
  readonly tenant: Tenant;
  readonly user: User;
  readonly action: Action;
  readonly close: () => void;
}

function ActionDialog({ tenant, user, action, close }: DialogProps) {
  const { users: words } = useWords().rehearsal;
  const [, setView] = useViewState(userView);
  const name = user.displayName ?? user.id;
  const work = useChange(
    async () => {
      const { users, deletedUsers } = graph(tenant.id);
      if (action === 'disable') await users.update(user.id, { accountEnabled: false });
      else await (action === 'delete' ? users : { delete: deletedUsers.purge }).delete(user.id);
    },
    () => {
      close();
      if (action === 'purge') setView({ user: '' }, { replace: true });
    },
  );
  return (
    <FormDialog
      title={words.actionTitle[action](name)}
      submit={words.actionSubmit[action](name)}
      isDangerous
      isPending={work.isPending}
      error={work.error}
      onSubmit={() => work.mutate()}
      close={close}
    >
      <p>{words.actionHelp[action]}</p>
    </FormDialog>
  );
}
