import { useState } from 'react';
import { Link } from 'react-router';
import { api, read } from '../../../data/client.ts';
import { useMay, useSession } from '../../../data/session.ts';
import { useViewState } from '../../../data/view-state.ts';
import { KeyDialog } from '../../../parts/api-keys/key-dialog.tsx';
import { KeyStart } from '../../../parts/api-keys/key-start.tsx';
import { KeyTable, type Key, type KeyAction } from '../../../parts/api-keys/key-table.tsx';
import { RevokeDialog } from '../../../parts/api-keys/revoke-dialog.tsx';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { PageHead } from '../../../parts/page-head.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { Time } from '../../../parts/time.tsx';
import { useWords } from '../../../words/words.tsx';
import list from '../list.module.css';
import { useAllKeys, useKeysChanged } from './use-keys.ts';
import { WhatKeyStops } from './what-key-stops.tsx';

type Open =
  | { readonly action: 'create' }
  | { readonly action: 'rotate' | 'change'; readonly key: Key }
  | { readonly action: 'revoke'; readonly key: Key };

/** `new=key` asks for a key: the palette links to it. `ended=yes` also shows keys that do not work. */
const viewDefaults = { new: '', ended: '' };

/** The API keys of the organization, and the keys of its sources. */
export function KeysSection() {
  const { settings } = useWords();
  const words = settings.keys;
  const keys = useAllKeys();
  const [view, setView] = useViewState(viewDefaults);
  const [chosen, setOpen] = useState<Open>();
  const open: Open | undefined = chosen ?? (view.new === 'key' ? { action: 'create' } : undefined);
  const close = () => {
    setOpen(undefined);
    setView({ new: '' }, { replace: true });
  };
  const all = keys.data ?? [];
  const working = all.filter(({ status }) => status === 'valid');
  const shown = view.ended === '' ? working : all;
  const ended = all.length - working.length;
  return (
    <>
      <PageHead
        title={settings.sections.keys}
        below={keys.data === undefined ? '' : words.below(working.length)}
        actions={
          <button type="button" className="button" data-kind="primary" onClick={() => setOpen({ action: 'create' })}>
            {words.create}
          </button>
        }
      />
      {keys.isPending && <Progress />}
      {keys.error !== null && <ErrorNotice error={keys.error} retry={() => void keys.refetch()} />}
      {keys.data !== undefined && (
        <div className="stack">
          <OwnKeys keys={shown.filter(({ kind }) => kind !== 'integration')} open={setOpen} />
          <SourceKeys keys={shown.filter(({ kind }) => kind === 'integration')} />
          {ended > 0 && (
            <label className={list['check']}>
              <input
                type="checkbox"
                checked={view.ended !== ''}
                onChange={({ currentTarget }) => setView({ ended: currentTarget.checked ? 'yes' : '' })}
              />
              {words.ended(ended)}
            </label>
          )}
        </div>
      )}
      {open !== undefined && <Dialog open={open} keys={all} close={close} />}
    </>
  );
}

function Dialog({
  open,
  keys,
  close,
}: {
  readonly open: Open;
  readonly keys: readonly Key[];
  readonly close: () => void;
}) {
  const words = useWords().settings.keys;
  const changed = useKeysChanged();
  if (open.action === 'revoke') {
    return (
      <RevokeDialog revoked={open.key} changed={changed} close={close}>
        <WhatKeyStops revoked={open.key} keys={keys} />
      </RevokeDialog>
    );
  }
  return (
    <KeyDialog
      texts={words}
      open={open}
      create={(body) => read(api.POST('/api/keys', { body }))}
      keys={keys}
      changed={changed}
      close={close}
    />
  );
}

interface ListProps {
  readonly keys: readonly Key[];
  readonly open: (open: Open) => void;
}

function OwnKeys({ keys, open }: ListProps) {
  const words = useWords().settings.keys;
  const { data: session } = useSession();
  // Only its owner can rotate or change a key: the new secret has the permissions of the owner.
  const actionsOf = (key: Key): readonly KeyAction[] => {
    if (key.status !== 'valid') return [];
    return key.administratorId === session?.id ? ['change', 'rotate', 'revoke'] : ['revoke'];
  };
  return (
    <section className="sheet" aria-label={words.own}>
      <header>
        <h2>{words.own}</h2>
        <span className="dim">{words.ownHelp}</span>
      </header>
      {keys.length === 0 ? (
        <div className="body">
          <h3>{words.empty}</h3>
          <p className="dim">{words.emptyHelp}</p>
        </div>
      ) : (
        <KeyTable keys={keys} withOwner actionsOf={actionsOf} open={(action, key) => open({ action, key } as Open)} />
      )}
    </section>
  );
}

/** The keys of the sources, for readers who may see them. Each leads to the page that changes it. */
function SourceKeys({ keys }: Pick<ListProps, 'keys'>) {
  const { settings, apiKeys } = useWords();
  const words = settings.keys;
  const may = useMay();
  if (!may('integrations.read') || !(may('keys.all') || may('integrations.write'))) return null;
  return (
    <section className="sheet" aria-label={words.tokens}>
      <header>
        <h2>{words.tokens}</h2>
        <span className="dim">{words.tokensHelp}</span>
      </header>
      {keys.length === 0 ? (
        <p className="body">{words.tokensEmpty}</p>
      ) : (
        <table className={list['table']}>
          <thead>
            <tr>
              <th scope="col">{apiKeys.column.name}</th>
              <th scope="col">{apiKeys.column.expires}</th>
              <th scope="col">{apiKeys.column.used}</th>
              <th scope="col">{words.source}</th>
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => (
              <tr key={key.id} data-ended={key.status !== 'valid'}>
                <th scope="row">
                  {key.name} <KeyStart prefix={key.prefix} />
                </th>
                <td data-label={apiKeys.column.expires}>
                  {key.expiresAt === null ? apiKeys.neverExpires : <Time at={key.expiresAt} />}
                </td>
                <td data-label={apiKeys.column.used}>
                  <Time at={key.lastUsedAt} />
                </td>
                <td data-label={words.source}>
                  <Link to={`/sources/${key.integrationId ?? ''}/keys`}>{words.manage(key.owner)}</Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
