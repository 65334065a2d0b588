import { useWords } from '../../words/words.tsx';
import styles from './exchange.module.css';
import type { ExchangeContent } from './exchange-view.tsx';

/** The headers that are kept. None of them has a credential. */
export function ExchangeHeaders({ content }: { readonly content: ExchangeContent }) {
  const { exchange } = useWords();
  const { requestHeaders, answerHeaders } = content;
  return (
    <details className={styles['part']}>
      <summary>
        <h3>{exchange.headers}</h3>
      </summary>
      <Headers label={exchange.requestHeaders} headers={requestHeaders} />
      <Headers label={exchange.answerHeaders} headers={answerHeaders} />
    </details>
  );
}

function Headers({ label, headers }: { readonly label: string; readonly headers: Readonly<Record<string, string>> }) {
  const { exchange } = useWords();
  const entries = Object.entries(headers);
  if (entries.length === 0) return null;
  return (
    <table className={styles['table']}>
      <caption>{label}</caption>
      <thead className="hidden">
        <tr>
          <th scope="col">{exchange.header}</th>
          <th scope="col">{exchange.value}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td>
              <code>{value}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
