import { Menu, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, read } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { useSourceName } from '../../../data/sources.ts';
import { useWords } from '../../../words/words.tsx';
import { hasEmail } from './access.ts';
import styles from './person.module.css';
import { GROUPS_MAX, useChanged, useGroupsOf, type User } from './use-person.ts';

type Action = 'activate' | 'suspend' | 'unlock' | 'expire' | 'mail' | 'reset' | 'factor' | 'delete';

/** Returns what can be done with a user, the most likely first. */
function actionsFor(user: User, may: (permission: string) => boolean): readonly Action[] {
  const isActive = user.state === 'ACTIVATED';
  const hasPassword = user.passwordStatus === 'Active' || user.passwordStatus === 'Locked';
  const canHelp = may('users.help') || may('users.write');
  const mail = user.passwordStatus === 'Password Pending' ? 'mail' : 'reset';
  const urgent: readonly Action[] = [
    ...(user.account_locked === true ? (['unlock'] as const) : []),
    ...(user.externally_managed !== true && isActive && hasEmail(user) ? ([mail] as const) : []),
  ];
  const rare: readonly Action[] = [
    ...(hasPassword ? (['expire'] as const) : []),
    ...(user.totp_enabled === true ? (['factor'] as const) : []),
  ];
  return [
    ...(canHelp ? urgent : []),
    ...(may('users.write') ? ([isActive ? 'suspend' : 'activate'] as const) : []),
    ...(canHelp ? rare : []),
    ...(may('users.write') ? (['delete'] as const) : []),
  ];
}

const BUTTONS = 2;

/** The actions on a user. Each one first says what it does. */
export function Actions({ user, name }: { readonly user: User; readonly name: string }) {
  const { person } = useWords();
  const may = useMay();
  const [action, setAction] = useState<Action>();
  const actions = actionsFor(user, may);
  const buttons: readonly Action[] = actions.filter((one) => one !== 'delete').slice(0, BUTTONS);
  const rest = actions.filter((one) => !buttons.includes(one));
  return (
    <>
      {buttons.map((one) => (
        <button key={one} type="button" className="button" onClick={() => setAction(one)}>
          {person.action[one]}
        </button>
      ))}
      {rest.length > 0 && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <button type="button" className="button" aria-label={person.more}>
              ⋯
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {rest.map((one) => (
              <Menu.Item key={one} onClick={() => setAction(one)}>
                {person.action[one]}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {action !== undefined && (
        <ActionDialog user={user} name={name} action={action} close={() => setAction(undefined)} />
      )}
    </>
  );
}

/** Does it. Returns what the reader has to know; undefined if all went as announced. */
async function perform(action: Action, user: User): Promise<string | undefined> {
  const params = { path: { id: user.id } };
  switch (action) {
    case 'suspend':
      await read(api.PUT('/api/systemusers/{id}', { params, body: { suspended: true } }));
      break;
    case 'activate':
      await read(
        user.state === 'STAGED'
          ? api.POST('/api/systemusers/{id}/state/activate', { params, body: {} })
          : api.PUT('/api/systemusers/{id}', { params, body: { suspended: false } }),
      );
      break;
    case 'unlock':
      await read(api.POST('/api/systemusers/{id}/unlock', { params, body: {} }));
      break;
    case 'expire':
      await read(api.POST('/api/systemusers/{id}/expire', { params, body: {} }));
      break;
    case 'factor':
      await read(api.POST('/api/systemusers/{id}/resetmfa', { params, body: {} }));
      break;
    case 'delete':
      await read(api.DELETE('/api/systemusers/{id}', { params }));
      break;
    case 'mail':
    case 'reset': {
      const { skipped } = await read(api.POST('/api/systemusers/reactivate', { body: { models: [{ _id: user.id }] } }));
      return skipped[0]?.reason;
    }
  }
  return undefined;
}

function ActionDialog({
  user,
  name,
  action,
  close,
}: {
  readonly user: User;
  readonly name: string;
  readonly action: Action;
  readonly close: () => void;
}) {
  const { person, frame } = useWords();
  const changed = useChanged();
  const sourceName = useSourceName();
  const source = sourceName(user.restrictedFields?.[0]?.id);
  const may = useMay();
  const groups = useGroupsOf(user.id, action === 'delete' && may('groups.read'));
  const isCounted = groups.data !== undefined && groups.data.length < GROUPS_MAX;
  const left = isCounted ? groups.data.filter(({ direct }) => direct).length : undefined;
  const email = user.email ?? '';
  const what =
    action === 'delete' ? person.actionWhat.delete(name, email, left) : person.actionWhat[action](name, email);
  const work = useMutation({
    mutationFn: () => perform(action, user),
    onSuccess: async (skipped) => {
      await changed();
      if (skipped === undefined) close();
    },
  });
  const isSourceAffected = action === 'suspend' || action === 'activate' || action === 'delete';
  return (
    <Modal
      opened
      onClose={close}
      title={person.actionTitle[action](name)}
      closeButtonProps={{ 'aria-label': frame.close }}
    >
      <div className={styles['form']}>
        <p>{what}</p>
        {source !== undefined && isSourceAffected && <p className="dim">{person.sourceWillSend(source)}</p>}
        <p role="alert" className="tone-bad">
          {work.error?.message ?? (work.data === undefined ? '' : person.skipped(work.data))}
        </p>
        <div className="row">
          <button
            type="button"
            className="button"
            data-kind={action === 'delete' ? 'danger' : 'primary'}
            data-autofocus
            disabled={work.isPending}
            onClick={() => work.mutate()}
          >
            {person.actionDo[action](name)}
          </button>
          <button type="button" className="button" onClick={close}>
            {person.cancel}
          </button>
        </div>
      </div>
    </Modal>
  );
}
