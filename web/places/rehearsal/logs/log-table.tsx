import { Link, useSearchParams } from 'react-router';
import type { ProvisioningLog } from '#entra/graph-api/client-types.ts';
import { Time } from '../../../parts/time.tsx';
import { useWords, type Words } from '../../../words/words.tsx';
import { StatusChip } from '../wire/status-chip.tsx';
import styles from './logs.module.css';

/** Marks the links of the rows, so that the focus can return to the one that was opened. */
export const ROW = 'data-log';

interface Props {
  readonly entries: readonly ProvisioningLog[];
  readonly isStale: boolean;
}

/** The entries with the columns of Entra's portal. */
export function LogTable({ entries, isStale }: Props) {
  const { provisioningLogs: words } = useWords();
  return (
    <table className={styles['table']} aria-busy={isStale} aria-label={words.label}>
      <thead>
        <tr>
          <th scope="col">{words.column.date}</th>
          <th scope="col">{words.column.identity}</th>
          <th scope="col">{words.column.action}</th>
          <th scope="col" className={styles['system']}>
            {words.column.source}
          </th>
          <th scope="col" className={styles['system']}>
            {words.column.target}
          </th>
          <th scope="col">{words.column.status}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <Row key={entry.id} entry={entry} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ entry }: { readonly entry: ProvisioningLog }) {
  const words = useWords();
  const [parameters] = useSearchParams();
  const opened = new URLSearchParams(parameters);
  opened.set('log', entry.id);
  const action = actionText(entry, words);
  const { status, errorInformation } = entry.provisioningStatusInfo;
  const { displayName, identityType } = entry.sourceIdentity;
  return (
    <tr data-current={parameters.get('log') === entry.id}>
      <td className={styles['date']}>
        <Time at={entry.activityDateTime} />
      </td>
      <td className={styles['identity']}>
        <Link
          to={`?${opened.toString()}`}
          aria-label={words.provisioningLogs.open(displayName, action, words.wire.status[status])}
          {...{ [ROW]: entry.id }}
        >
          {displayName}
        </Link>
        <span className="dimmer small">{typeText(identityType, words)}</span>
        {errorInformation !== null && <span className="dimmer small">{errorInformation.errorCode}</span>}
      </td>
      <td>{action}</td>
      <td className={styles['system']}>{entry.sourceSystem.displayName}</td>
      <td className={styles['system']}>{entry.targetSystem.displayName}</td>
      <td>
        <StatusChip status={status} />
      </td>
    </tr>
  );
}

/** Returns the action in Entra's word. */
export function actionText({ provisioningAction }: ProvisioningLog, { wire }: Words): string {
  const texts: Readonly<Record<string, string>> = wire.action;
  return texts[provisioningAction] ?? provisioningAction;
}

function typeText(type: string, { provisioningLogs }: Words): string {
  const texts: Readonly<Record<string, string>> = provisioningLogs.types;
  return texts[type] ?? type;
}
