import { useState } from 'react';
import { SearchField } from '../../../parts/search-field.tsx';
import { useWords } from '../../../words/words.tsx';
import type { EditorHandle } from './expression-editor.tsx';
import styles from './expressions.module.css';
import { useKnown, type ExpressionPlace } from './use-explanation.ts';

interface Props {
  readonly place: ExpressionPlace;
  readonly handle: EditorHandle | undefined;
}

/** The functions of the language with their syntax and what they return. Choosing one inserts it. */
export function FunctionList({ place, handle }: Props) {
  const { expressions: words } = useWords();
  const [search, setSearch] = useState('');
  const { functions } = useKnown(place);
  const wanted = search.trim().toLowerCase();
  const shown = functions.filter(({ name, '@tanhua.summary': summary }) =>
    `${name} ${summary}`.toLowerCase().includes(wanted),
  );
  return (
    <section className="sheet" aria-label={words.functions}>
      <header>
        <h2>{words.functions}</h2>
      </header>
      <div className={styles['search']}>
        <p className="dim small">{words.functionsHelp(functions.length)}</p>
        <SearchField
          label={words.searchFunctions}
          placeholder={words.searchFunctions}
          value={search}
          onChange={setSearch}
        />
      </div>
      {wanted !== '' && shown.length === 0 && (
        <p role="status" className={`dim ${styles['search'] ?? ''}`}>
          {words.noFunction(search.trim())}
        </p>
      )}
      <ul className={`${styles['list'] ?? ''} ${styles['functions'] ?? ''}`}>
        {shown.map(({ name, parameters, '@tanhua.signature': signature, '@tanhua.summary': summary }) => (
          <li key={name}>
            <button
              type="button"
              title={words.insert(name)}
              onClick={() => handle?.insert(`${name}()`, parameters.length === 0 ? 0 : 1)}
            >
              <code>{signature}</code>
              <span className="dim small">{summary}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
