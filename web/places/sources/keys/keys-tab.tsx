import { useState } from 'react';
import { useMay } from '../../../data/session.ts';
import type { Source } from '../../../data/sources.ts';
import { useViewState } from '../../../data/view-state.ts';
import { KeyTable, type KeyAction } from '../../../parts/api-keys/key-table.tsx';
import { RevokeDialog } from '../../../parts/api-keys/revoke-dialog.tsx';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { useWords } from '../../../words/words.tsx';
import { useKeys, useProduct, useSourcesChanged, type Key } from '../queries.ts';
import type { TabProps } from '../source-page.tsx';
import { NewKeyDialog } from './new-key-dialog.tsx';

type Open =
  | { readonly action: 'create' }
  | { readonly action: 'rotate' | 'change'; readonly key: Key }
  | { readonly action: 'revoke'; readonly key: Key };

/** A link with the id of a key asks to rotate it. */
const viewDefaults = { key: '' };
const actions: readonly KeyAction[] = ['change', 'rotate', 'revoke'];

/** The keys of a source: what works until when, and who used it last. */
export function KeysTab({ source }: TabProps) {
  const { sources, apiKeys } = useWords();
  const { keys: words } = sources;
  const may = useMay();
  const changed = useSourcesChanged();
  const keys = useKeys(source.id);
  const [{ key: rotatedId }, setView] = useViewState(viewDefaults);
  const [chosen, setOpen] = useState<Open>();
  const close = () => {
    setOpen(undefined);
    setView({ key: '' }, { replace: true });
  };
  if (keys.isPending) return <Progress />;
  if (keys.data === undefined) return <ErrorNotice error={keys.error} retry={() => void keys.refetch()} />;
  const mayChange = may('integrations.write');
  const working = keys.data.filter(({ status }) => status === 'valid');
  const rotated = mayChange ? working.find(({ id }) => id === rotatedId) : undefined;
  const open: Open | undefined = chosen ?? (rotated && { action: 'rotate', key: rotated });
  return (
    <section className="sheet" aria-label={words.title}>
      <header>
        <h2>{words.title}</h2>
        <span className="dim">{words.help}</span>
        {mayChange && (
          <button
            type="button"
            className="button push"
            data-kind="primary"
            onClick={() => setOpen({ action: 'create' })}
          >
            {apiKeys.create}
          </button>
        )}
      </header>
      {keys.data.length === 0 ? (
        <div className="body">
          <h3>{words.empty}</h3>
          <p className="dim">{words.emptyHelp(source.name)}</p>
        </div>
      ) : (
        <KeyTable
          keys={keys.data}
          actionsOf={({ status }) => (mayChange && status === 'valid' ? actions : [])}
          open={(action, key) => setOpen({ action, key } as Open)}
        />
      )}
      {open?.action === 'revoke' && (
        <RevokeDialog revoked={open.key} changed={changed} close={close}>
          <WhatStops source={source} others={working.filter(({ id }) => id !== open.key.id).length} />
        </RevokeDialog>
      )}
      {open !== undefined && open.action !== 'revoke' && <NewKeyDialog source={source} open={open} close={close} />}
    </section>
  );
}

/** Says what stops with a key, and how many other keys of the source still work. */
function WhatStops({ source, others }: { readonly source: Source; readonly others: number }) {
  const { keys: words } = useWords().sources;
  const product = useProduct(source);
  return <p>{words.revokeHelp(source.name, others, product === 'entra')}</p>;
}
