import { useWords } from '../../words/words.tsx';
import styles from './exchange.module.css';
import type { ExchangeContent } from './exchange-view.tsx';

/** The checks of the credential, with what was expected and received. They are open if one failed. */
export function ExchangeChecks({ checks }: Pick<ExchangeContent, 'checks'>) {
  const { exchange } = useWords();
  const failed = checks.find(({ passed }) => !passed);
  return (
    <details className={styles['part']} open={failed !== undefined}>
      <summary>
        <h3>{exchange.checks}</h3>{' '}
        <span className={failed === undefined ? 'dim small' : 'tone-bad small'}>
          {failed === undefined ? exchange.checksPassed(checks.length) : exchange.checkFailed(failed.check)}
        </span>
      </summary>
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col">{exchange.check}</th>
            <th scope="col">{exchange.expected}</th>
            <th scope="col">{exchange.received}</th>
          </tr>
        </thead>
        <tbody>
          {checks.map(({ check, passed, expected, received }) => (
            <tr key={check}>
              <th scope="row">
                <span
                  className={passed ? 'tone-good' : 'tone-bad'}
                  role="img"
                  aria-label={passed ? exchange.passed : exchange.failed}
                >
                  {passed ? '●' : '▲'}
                </span>{' '}
                {check}
              </th>
              <td>{expected}</td>
              <td>{received}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
