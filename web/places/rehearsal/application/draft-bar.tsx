import { languageOf } from '../../../data/client.ts';
import { ChangedMeanwhile } from '../../../parts/changed-meanwhile.tsx';
import { useWords } from '../../../words/words.tsx';
import styles from '../rehearsal.module.css';
import type { SchemaDraft } from './use-schema.ts';

/** Says that there are edits that are not saved, what saving them causes, and saves them. */
export function DraftBar({ draft }: { readonly draft: SchemaDraft }) {
  const { rehearsal, form } = useWords();
  const { mappings: words } = rehearsal;
  if (!draft.isChanged) {
    return (
      <p role="status" className="tone-good">
        {draft.isSaved && words.saved}
      </p>
    );
  }
  return (
    <section className={`sheet ${styles['draft'] ?? ''}`} aria-label={words.unsaved}>
      <header>
        <h2>{words.unsaved}</h2>
        <div className="row push">
          <button type="button" className="button" onClick={draft.discard}>
            {words.discard}
          </button>
          <button type="button" className="button" data-kind="primary" disabled={draft.isSaving} onClick={draft.save}>
            {words.save}
          </button>
        </div>
      </header>
      <div className="body">
        <p>{words.resync}</p>
        <ChangedMeanwhile labels={draft.isOutdated ? [form.mappings] : []} useSaved={draft.discard} />
        {draft.error !== null && (
          <p role="alert" className="tone-bad" lang={languageOf(draft.error)}>
            {draft.error.message}
          </p>
        )}
      </div>
    </section>
  );
}
