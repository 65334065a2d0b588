import { api, read } from '../../../data/client.ts';
import { ConfirmDialog } from '../../../parts/confirm-dialog.tsx';
import { useWords } from '../../../words/words.tsx';
import {
  nameOf,
  useAdministratorsChanged,
  useKeysOf,
  useSessionsOf,
  type Administrator,
} from './use-administrators.ts';

export type ActionName = 'suspend' | 'activate' | 'link' | 'reset' | 'remove';

interface Props {
  readonly action: ActionName;
  readonly administrator: Administrator;
  /** Called after the administrator was removed. */
  readonly removed: () => void;
  readonly close: () => void;
}

/** Says what an action does with an administrator, then does it. */
export function AdministratorAction({ action, administrator, removed, close }: Props) {
  const words = useWords().settings.administrators;
  const changed = useAdministratorsChanged();
  const name = nameOf(administrator);
  const help = words[`${action}Help`];
  return (
    <ConfirmDialog
      title={words[`${action}Title`](name)}
      submit={words[`${action}Submit`]}
      isDanger={action === 'suspend' || action === 'remove'}
      asksPassword={action !== 'suspend' && action !== 'remove'}
      act={(proof) => send(action, administrator._id, proof)}
      done={async () => {
        if (action === 'remove') removed();
        await changed();
      }}
      close={close}
    >
      <p>{help(action === 'link' ? (administrator.email ?? '') : name)}</p>
      {(action === 'suspend' || action === 'remove') && <WhatStops administrator={administrator} />}
    </ConfirmDialog>
  );
}

async function send(action: ActionName, id: string, proof: { readonly password?: string }): Promise<unknown> {
  const params = { path: { id } };
  if (action === 'suspend') return await read(api.PUT('/api/users/{id}', { params, body: { suspended: true } }));
  if (action === 'remove') return await read(api.DELETE('/api/users/{id}', { params }));
  const body = proof;
  if (action === 'activate') {
    return await read(api.PUT('/api/users/{id}', { params, body: { suspended: false, ...body } }));
  }
  if (action === 'link') return await read(api.POST('/api/users/reactivate/{id}', { params, body }));
  return await read(api.POST('/api/users/resettotp/{id}', { params, body }));
}

/** Names the sessions and the keys that stop. */
function WhatStops({ administrator }: { readonly administrator: Administrator }) {
  const words = useWords().settings.administrators;
  const { data: sessions } = useSessionsOf(administrator._id);
  const keys = useKeysOf(administrator._id);
  if (sessions === undefined) return null;
  return <p>{words.stops(sessions.length, keys.length, keys.map(({ name }) => `“${name}”`).join(', '))}</p>;
}
