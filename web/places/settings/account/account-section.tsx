import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, read } from '../../../data/client.ts';
import { useSession } from '../../../data/session.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { PageHead } from '../../../parts/page-head.tsx';
import { useWords } from '../../../words/words.tsx';
import { Sessions } from '../sessions.tsx';
import { AppDialog, RemoveAppDialog } from './app-dialog.tsx';
import { PasskeyPart, usePasskeys } from './passkey-part.tsx';
import { PasswordDialog } from './password-dialog.tsx';

/** How the reader signs in, and where. */
export function AccountSection() {
  const { settings, roleName } = useWords();
  const words = settings.account;
  const { data: session } = useSession();
  const [open, setOpen] = useState<'password' | 'app' | 'removeApp'>();
  const close = () => setOpen(undefined);
  const hasApp = session?.totpEnrolled === true;
  const hasPasskey = (usePasskeys().data ?? []).length > 0;
  return (
    <>
      <PageHead
        title={settings.sections.account}
        below={session === undefined ? '' : words.below(session.email, roleName(session.roleName ?? ''))}
      />
      <div className="stack">
        <section className="sheet" aria-label={words.password}>
          <header>
            <h2>{words.password}</h2>
            <span className="dim">{words.passwordHelp}</span>
            <button type="button" className="button push" onClick={() => setOpen('password')}>
              {words.change}
            </button>
          </header>
        </section>
        <section className="sheet" aria-label={words.app}>
          <header>
            <h2>{words.app}</h2>
            <span className="dim">{hasApp ? words.appSet : hasPasskey ? words.appPasskey : words.appNone}</span>
            <button type="button" className="button push" onClick={() => setOpen('app')}>
              {hasApp ? words.appReplace : words.appStart}
            </button>
            {hasApp && (
              <button type="button" className="button" data-kind="danger" onClick={() => setOpen('removeApp')}>
                {words.appRemove}
              </button>
            )}
          </header>
        </section>
        <PasskeyPart />
        <SessionPart />
      </div>
      {open === 'password' && <PasswordDialog needsCode={hasApp} close={close} />}
      {open === 'app' && <AppDialog isReplaced={hasApp} close={close} />}
      {open === 'removeApp' && <RemoveAppDialog close={close} />}
    </>
  );
}

function SessionPart() {
  const { sessions: words } = useWords().settings;
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['own-sessions'],
    queryFn: ({ signal }) => read(api.GET('/api/auth/sessions', { signal })),
  });
  const end = useMutation({
    mutationFn: (id: string) =>
      id === ''
        ? read(api.DELETE('/api/auth/sessions'))
        : read(api.DELETE('/api/auth/sessions/{id}', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['own-sessions'] }),
  });
  return (
    <section className="sheet" aria-label={words.title}>
      <header>
        <h2>{words.title}</h2>
        {(data ?? []).length > 1 && (
          <button type="button" className="button push" disabled={end.isPending} onClick={() => end.mutate('')}>
            {words.endOthers}
          </button>
        )}
      </header>
      <div className="body">
        {error !== null && <ErrorNotice error={error} retry={() => void refetch()} />}
        {end.error !== null && <ErrorNotice error={end.error} />}
        {data !== undefined && <Sessions sessions={data} isBusy={end.isPending} end={(id) => end.mutate(id)} />}
      </div>
    </section>
  );
}
