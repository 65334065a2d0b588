import { useViewState } from '../../data/view-state.ts';
import { AttributePath } from '../../parts/attribute-path.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { useWords } from '../../words/words.tsx';
import { attributeRows } from './attribute-contract.ts';
import styles from './attributes-tab.module.css';

const defaults = { search: '' };

/** The guide's table of attributes. */
export function AttributesTab() {
  const { sources } = useWords();
  const { attributes } = sources;
  const [{ search }, setView] = useViewState(defaults);
  const rows = attributeRows.map((row) => ({
    ...row,
    label: attributes.labels[row.label],
    rule: attributes.rules[row.rule],
  }));
  const wanted = search.trim().toLocaleLowerCase();
  const shown = rows.filter(({ entra, scim, property, label, rule }) =>
    [entra ?? '', scim, property, label, rule].some((text) => text.toLocaleLowerCase().includes(wanted)),
  );
  const { column } = attributes;
  const copied = [
    [column.entra, column.scim, column.property, column.label, column.rule],
    ...shown.map(({ entra, scim, property, label, rule }) => [entra ?? '', scim, property, label, rule]),
  ]
    .map((cells) => cells.join('\t'))
    .join('\n');
  return (
    <section className="sheet" aria-label={attributes.title}>
      <header>
        <h2>{attributes.title}</h2>
        <span className="dim">{attributes.help}</span>
      </header>
      <div className={styles['bar']}>
        <input
          type="search"
          className="input"
          aria-label={attributes.search}
          placeholder={attributes.placeholder}
          value={search}
          onChange={(event) => setView({ search: event.currentTarget.value }, { replace: true })}
        />
        <CopyButton value={copied} label={attributes.copy} />
      </div>
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col">{column.entra}</th>
            <th scope="col">{column.scim}</th>
            <th scope="col">{column.property}</th>
            <th scope="col">{column.label}</th>
            <th scope="col">{column.rule}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ entra, scim, property, label, rule }) => (
            <tr key={scim}>
              <td data-label={column.entra}>
                {entra === null ? <span className="dim">{attributes.unmapped}</span> : <code>{entra}</code>}
              </td>
              <td data-label={column.scim}>
                <AttributePath path={scim} />
              </td>
              <td data-label={column.property}>
                <code>{property}</code>
              </td>
              <td data-label={column.label}>{label}</td>
              <td className="dim">{rule}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length === 0 && (
        <p className={`body ${styles['nothing'] ?? ''}`} role="status">
          {attributes.nothing(search)}{' '}
          <button type="button" className="button" data-kind="quiet" onClick={() => setView({ search: '' })}>
            {attributes.clear}
          </button>
        </p>
      )}
    </section>
  );
}
