import { useWords } from '../../words/words.tsx';
import { CopyButton } from '../copy-button.tsx';
import styles from './exchange.module.css';
import type { Exchange } from './exchange-view.tsx';

/** The ids by which others find this request: in the answer, in Entra ID's logs, in the client's logs. */
export function ExchangeIds({ request: { requestId, sentIds, content } }: { readonly request: Exchange }) {
  const { exchange } = useWords();
  const ids = [
    [exchange.requestId, requestId],
    [exchange.activityId, sentIds.activityId],
    [exchange.clientRequestId, sentIds.clientRequestId],
    [exchange.xRequestId, sentIds.xRequestId],
    [exchange.keyId, content?.credential.keyId],
  ] as const;
  return (
    <section className={styles['part']}>
      <h3>{exchange.ids}</h3>
      <dl className={styles['ids']}>
        {ids.map(([label, id]) =>
          id == null ? null : (
            <div key={label}>
              <dt className="dim">{label}</dt>
              <dd>
                <code>{id}</code>
                <CopyButton value={id} label={label} isSmall />
              </dd>
            </div>
          ),
        )}
      </dl>
    </section>
  );
}
