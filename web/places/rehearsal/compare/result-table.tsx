import type { Comparison } from '#entra/graph-api/client-types.ts';
import { useWords } from '../../../words/words.tsx';
import styles from './compare.module.css';

interface Props {
  readonly comparison: Comparison;
  /** Lists the objects of a number. */
  readonly show: (kind: string, type: string) => void;
}

/** The numbers of both sides. Each number of a difference opens the list that it counts. */
export function ResultTable({ comparison, show }: Props) {
  const { comparison: words } = useWords();
  const { compared, found, objects, total } = comparison;
  return (
    <section className="sheet" aria-label={words.result}>
      {total === 0 && (
        <header>
          <h2 className="tone-good" role="status">
            <span aria-hidden="true">● </span>
            {words.equal}
          </h2>
        </header>
      )}
      <table className={styles['numbers']}>
        <thead>
          <tr>
            <th scope="col">{words.type}</th>
            {Object.entries(words.counts).map(([name, text]) => (
              <th key={name} scope="col" className="number">
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(['User', 'Group'] as const).map((type) => (
            <tr key={type}>
              <th scope="row">{words.types[type]}</th>
              <td className="number" data-label={words.counts.compared}>
                {words.number(compared[type])}
              </td>
              <td className="number" data-label={words.counts.found}>
                {words.number(found[type])}
              </td>
              <td className="number" data-label={words.counts.equal}>
                {words.number(objects[type].equal)}
              </td>
              {(['differs', 'missing', 'extra'] as const).map((kind) => (
                <td key={kind} className="number" data-label={words.counts[kind]}>
                  {objects[type][kind] === 0 ? (
                    '0'
                  ) : (
                    <button
                      type="button"
                      className={styles['count']}
                      aria-label={words.show(words.kinds[kind], objects[type][kind], words.types[type])}
                      onClick={() => show(kind, type)}
                    >
                      {words.number(objects[type][kind])}
                    </button>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
