import type { Schemas } from '../../data/client.ts';
import { useWords } from '../../words/words.tsx';
import { Time } from '../time.tsx';
import { useNow } from '../use-now.ts';
import { KeyStart } from './key-start.tsx';
import styles from './key-table.module.css';

export type Key = Schemas['key'];
export type KeyAction = 'change' | 'rotate' | 'revoke';

/** A key that expires within this time is marked. */
const SOON_MS = 14 * 86_400_000;

interface Props {
  readonly keys: readonly Key[];
  /** Whether to name the owner of each key. */
  readonly withOwner?: boolean;
  /** The actions that the reader may take with a key. */
  readonly actionsOf: (key: Key) => readonly KeyAction[];
  readonly open: (action: KeyAction, key: Key) => void;
}

/** Keys with what works until when, and who used it last. */
export function KeyTable({ keys, withOwner = false, actionsOf, open }: Props) {
  const { column } = useWords().apiKeys;
  const hasActions = keys.some((key) => actionsOf(key).length > 0);
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">{column.name}</th>
          {withOwner && <th scope="col">{column.owner}</th>}
          <th scope="col">{column.created}</th>
          <th scope="col">{column.expires}</th>
          <th scope="col">{column.used}</th>
          <th scope="col">{column.addresses}</th>
          {hasActions && (
            <th scope="col">
              <span className="hidden">{column.actions}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <tr key={key.id} data-ended={key.status !== 'valid'}>
            <KeyFacts row={key} withOwner={withOwner} />
            {hasActions && (
              <td className={styles['actions']}>
                <KeyActions row={key} actions={actionsOf(key)} open={open} />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function KeyFacts({ row, withOwner }: { readonly row: Key; readonly withOwner: boolean }) {
  const { apiKeys: words, roleName } = useWords();
  const now = useNow();
  const isSoon = row.status === 'valid' && row.expiresAt !== null && Date.parse(row.expiresAt) - now < SOON_MS;
  return (
    <>
      <th scope="row">
        <span className={styles['name']}>{row.name}</span> <KeyStatus status={row.status} />
        <KeyStart prefix={row.prefix} />
      </th>
      {withOwner && (
        <td data-label={words.column.owner}>
          {row.owner}
          {row.role !== null && <span className="dim small">{roleName(row.role)}</span>}
        </td>
      )}
      <td data-label={words.column.created}>
        <Time at={row.createdAt} />
      </td>
      <td data-label={words.column.expires} className={isSoon ? 'tone-warn' : undefined}>
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
    </>
  );
}

interface ActionsProps extends Pick<Props, 'open'> {
  readonly row: Key;
  readonly actions: readonly KeyAction[];
}

function KeyActions({ row, actions, open }: ActionsProps) {
  const { apiKeys: words } = useWords();
  const labels = { change: words.changeLabel, rotate: words.rotateLabel, revoke: words.revokeLabel } as const;
  return actions.map((action) => (
    <button
      key={action}
      type="button"
      className="button"
      data-size="small"
      data-kind={action === 'revoke' ? 'danger' : undefined}
      aria-label={labels[action](row.name)}
      onClick={() => open(action, row)}
    >
      {words[action]}
    </button>
  ));
}

function KeyStatus({ status }: { readonly status: Key['status'] }) {
  const { status: words } = useWords().apiKeys;
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
