import { Drawer } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, read } from '../../../data/client.ts';
import { useMay, useSession } from '../../../data/session.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { Time } from '../../../parts/time.tsx';
import { useWords } from '../../../words/words.tsx';
import list from '../list.module.css';
import { Sessions } from '../sessions.tsx';
import { AdministratorAction, type ActionName } from './administrator-action.tsx';
import { AdministratorDialog } from './administrator-dialog.tsx';
import { AdministratorState, factorOf } from './administrator-state.tsx';
import { nameOf, useAdministratorsChanged, useSessionsOf, type Administrator } from './use-administrators.ts';

interface Props {
  /** Undefined if there is none with the id of the address. */
  readonly administrator: Administrator | undefined;
  readonly close: () => void;
}

/** One administrator: facts, sessions, and what can be done. */
export function AdministratorDrawer({ administrator, close }: Props) {
  const { settings, frame } = useWords();
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      title={administrator === undefined ? settings.sections.administrators : nameOf(administrator)}
      size="min(560px, 100%)"
      padding={0}
      closeButtonProps={{ 'aria-label': frame.close }}
    >
      {administrator === undefined ? (
        <p className={list['part']}>{settings.administrators.unknown}</p>
      ) : (
        <>
          <Facts administrator={administrator} />
          <Actions administrator={administrator} closeDrawer={close} />
          <SessionPart administrator={administrator} />
        </>
      )}
    </Drawer>
  );
}

function Facts({ administrator }: { readonly administrator: Administrator }) {
  const { settings, roleName: nameOfRole } = useWords();
  const words = settings.administrators;
  const { email, roleName, lastLogin = null, passwordUpdatedAt = null, created = null } = administrator;
  return (
    <section className={list['part']} aria-label={words.facts}>
      <dl className={list['facts']}>
        <dt>{words.column.state}</dt>
        <dd>
          <AdministratorState administrator={administrator} />
        </dd>
        <dt>{words.email}</dt>
        <dd>{email}</dd>
        <dt>{words.column.role}</dt>
        <dd>{nameOfRole(roleName ?? '')}</dd>
        <dt>{words.column.factor}</dt>
        <dd>{words.factors[factorOf(administrator)]}</dd>
        <dt>{words.column.signedIn}</dt>
        <dd>
          <Time at={lastLogin} />
        </dd>
        <dt>{words.passwordSet}</dt>
        <dd>{administrator.passwordSet === true ? <Time at={passwordUpdatedAt} /> : words.passwordNever}</dd>
        <dt>{words.apiKeys}</dt>
        <dd>{administrator.apiKeyAllowed === true ? words.apiKeysAllowed : words.apiKeysForbidden}</dd>
        <dt>{words.created}</dt>
        <dd>
          <Time at={created} />
        </dd>
      </dl>
    </section>
  );
}

function Actions({
  administrator,
  closeDrawer,
}: {
  readonly administrator: Administrator;
  readonly closeDrawer: () => void;
}) {
  const words = useWords().settings.administrators;
  const mayWrite = useMay()('administrators.write');
  const { data: session } = useSession();
  const [open, setOpen] = useState<ActionName | 'change'>();
  if (!mayWrite) return null;
  const close = () => setOpen(undefined);
  const isSelf = administrator._id === session?.id;
  const actions: readonly ActionName[] = isSelf
    ? []
    : [
        ...(administrator.suspended === true ? (['activate'] as const) : (['link', 'suspend'] as const)),
        ...(administrator.totpEnrolled === true ? (['reset'] as const) : []),
        'remove',
      ];
  return (
    <section className={`${list['part'] ?? ''} row`}>
      {(['change', ...actions] as const).map((name) => (
        <button
          key={name}
          type="button"
          className="button"
          data-kind={name === 'remove' || name === 'suspend' ? 'danger' : undefined}
          onClick={() => setOpen(name)}
        >
          {words[name]}
        </button>
      ))}
      {open === 'change' && <AdministratorDialog administrator={administrator} close={close} />}
      {open !== undefined && open !== 'change' && (
        <AdministratorAction action={open} administrator={administrator} removed={closeDrawer} close={close} />
      )}
    </section>
  );
}

function SessionPart({ administrator }: { readonly administrator: Administrator }) {
  const { settings } = useWords();
  const { sessions: words } = settings;
  const id = administrator._id;
  const may = useMay();
  const sessions = useSessionsOf(id);
  const changed = useAdministratorsChanged();
  const { data: session } = useSession();
  const end = useMutation({
    mutationFn: (sessionId: string) =>
      sessionId === ''
        ? read(api.DELETE('/api/users/{id}/sessions', { params: { path: { id } } }))
        : read(api.DELETE('/api/users/{id}/sessions/{sessionId}', { params: { path: { id, sessionId } } })),
    onSuccess: changed,
  });
  // The own sessions are under Your account, which knows which one this is.
  if (!may('keys.all') || session?.id === id) return null;
  return (
    <section className={list['part']} aria-label={words.title}>
      <h2>{words.title}</h2>
      {sessions.error !== null && <ErrorNotice error={sessions.error} retry={() => void sessions.refetch()} />}
      {end.error !== null && <ErrorNotice error={end.error} />}
      {sessions.data !== undefined && (
        <Sessions sessions={sessions.data} isBusy={end.isPending} end={(one) => end.mutate(one)} />
      )}
      {(sessions.data ?? []).length > 1 && (
        <button type="button" className="button" disabled={end.isPending} onClick={() => end.mutate('')}>
          {words.endAll}
        </button>
      )}
    </section>
  );
}
