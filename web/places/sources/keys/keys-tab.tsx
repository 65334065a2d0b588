import { useState } from 'react';
import { useMay } from '../../../data/session.ts';
import { useViewState } from '../../../data/view-state.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { Time } from '../../../parts/time.tsx';
import { useWords } from '../../../words/words.tsx';
import { useKeys, type Key } from '../queries.ts';
import type { TabProps } from '../source-page.tsx';
import { useNow } from '../use-now.ts';
import styles from './keys-tab.module.css';
import { NewKeyDialog } from './new-key-dialog.tsx';
import { RevokeDialog } from './revoke-dialog.tsx';

/** A key that expires within this time is marked. */
const SOON_MS = 14 * 86_400_000;

type Open = { readonly action: 'create' } | { readonly action: 'rotate' | 'revoke'; readonly key: Key };

/** A link with the id of a key asks to rotate it. */
const viewDefaults = { key: '' };

/** The keys of a source: what works until when, and who used it last. */
export function KeysTab({ source }: TabProps) {
  const { sources } = useWords();
  const { keys: words } = sources;
  const may = useMay();
  const keys = useKeys(source.id);
  const [{ key: rotatedId }, setView] = useViewState(viewDefaults);
  const [chosen, setOpen] = useState<Open>();
  const close = () => {
    setOpen(undefined);
    setView({ key: '' }, { replace: true });
  };
  if (keys.isPending) return <Progress />;
  if (keys.error !== null) return <ErrorNotice error={keys.error} retry={() => void keys.refetch()} />;
  const mayChange = may('integrations.write');
  const working = keys.data.filter(({ status }) => status === 'valid');
  const rotated = mayChange ? working.find(({ id }) => id === rotatedId) : undefined;
  const open = chosen ?? (rotated && { action: 'rotate', key: rotated });
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
            {words.create}
          </button>
        )}
      </header>
      {keys.data.length === 0 ? (
        <div className="body">
          <h3>{words.empty}</h3>
          <p className="dim">{words.emptyHelp(source.name)}</p>
        </div>
      ) : (
        <KeyTable keys={keys.data} mayChange={mayChange} open={setOpen} />
      )}
      {open?.action === 'create' && <NewKeyDialog source={source} close={close} />}
      {open?.action === 'rotate' && <NewKeyDialog source={source} rotated={open.key} close={close} />}
      {open?.action === 'revoke' && (
        <RevokeDialog
          source={source}
          revoked={open.key}
          others={working.filter(({ id }) => id !== open.key.id).length}
          close={close}
        />
      )}
    </section>
  );
}

interface TableProps {
  readonly keys: readonly Key[];
  readonly mayChange: boolean;
  readonly open: (open: Open) => void;
}

function KeyTable({ keys, mayChange, open }: TableProps) {
  const { sources } = useWords();
  const { column } = sources.keys;
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">{column.name}</th>
          <th scope="col">{column.created}</th>
          <th scope="col">{column.expires}</th>
          <th scope="col">{column.used}</th>
          <th scope="col">{column.addresses}</th>
          {mayChange && (
            <th scope="col">
              <span className="hidden">{column.actions}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <KeyRow key={key.id} row={key} mayChange={mayChange} open={open} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly row: Key;
  readonly mayChange: boolean;
  readonly open: (open: Open) => void;
}

function KeyRow({ row, mayChange, open }: RowProps) {
  const { sources } = useWords();
  const { keys: words } = sources;
  const now = useNow();
  const isValid = row.status === 'valid';
  const isSoon = row.expiresAt !== null && Date.parse(row.expiresAt) - now < SOON_MS;
  return (
    <tr data-ended={!isValid}>
      <th scope="row">
        <span className={styles['name']}>{row.name}</span> <KeyStatus status={row.status} />
        <code className="dim">{row.prefix}…</code>
      </th>
      <td data-label={words.column.created}>
        <Time at={row.createdAt} />
      </td>
      <td data-label={words.column.expires} className={isValid && isSoon ? 'tone-warn' : undefined}>
        {row.expiresAt === null ? words.neverExpires : <Time at={row.expiresAt} />}
      </td>
      <td data-label={words.column.used}>
        <Time at={row.lastUsedAt} />
        {row.lastUsedIp !== null && (
          <span className="dim small">
            {words.usedFrom(row.lastUsedIp)}
            {row.lastUsedClient !== null && ` · ${row.lastUsedClient}`}
          </span>
        )}
      </td>
      <td data-label={words.column.addresses}>{row.allowedIps?.join(', ') ?? words.everywhere}</td>
      {mayChange && (
        <td className={styles['actions']}>
          {isValid && (
            <>
              <button
                type="button"
                className="button"
                aria-label={words.rotateLabel(row.name)}
                onClick={() => open({ action: 'rotate', key: row })}
              >
                {words.rotate}
              </button>
              <button
                type="button"
                className="button"
                data-kind="danger"
                aria-label={words.revokeLabel(row.name)}
                onClick={() => open({ action: 'revoke', key: row })}
              >
                {words.revoke}
              </button>
            </>
          )}
        </td>
      )}
    </tr>
  );
}

function KeyStatus({ status }: { readonly status: Key['status'] }) {
  const { status: words } = useWords().sources.keys;
  if (status === 'valid') {
    return (
      <span className="chip" data-tone="good">
        <span aria-hidden="true">●</span> {words.valid}
      </span>
    );
  }
  const text = status === 'expired' || status === 'revoked' ? words[status] : words.other;
  return (
    <span className="chip" data-tone="bad">
      <span aria-hidden="true">✕</span> {text}
    </span>
  );
}
