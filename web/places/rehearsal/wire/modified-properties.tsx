import type { ModifiedProperty } from '#entra/graph-api/client-types.ts';
import { useWords } from '../../../words/words.tsx';
import { AttributePath } from '../../../parts/attribute-path.tsx';
import styles from './wire.module.css';

/** What was written, attribute by attribute, with the value before and after. */
export function ModifiedProperties({ properties }: { readonly properties: readonly ModifiedProperty[] }) {
  const { wire: words } = useWords();
  if (properties.length === 0) return <p className="dim">{words.noModified}</p>;
  return (
    <table className={styles['modified']} aria-label={words.modified}>
      <thead>
        <tr>
          <th scope="col">{words.attribute}</th>
          <th scope="col">{words.before}</th>
          <th scope="col">{words.after}</th>
        </tr>
      </thead>
      <tbody>
        {properties.map(({ displayName, oldValue, newValue }, index) => (
          <tr key={`${displayName} ${index}`}>
            <th scope="row">
              <AttributePath path={displayName} />
            </th>
            <td data-label={words.before}>{oldValue ?? <span className="dimmer">{words.noValue}</span>}</td>
            <td data-label={words.after}>{newValue ?? <span className="dimmer">{words.noValue}</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
