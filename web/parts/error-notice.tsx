import { ApiError, languageOf } from '../data/client.ts';
import { useWords } from '../words/words.tsx';

/** Says what could not be loaded or done, in the words of the server, with the id to ask about. */
export function ErrorNotice({ error, retry }: { readonly error: unknown; readonly retry?: (() => void) | undefined }) {
  const words = useWords();
  const requestId = error instanceof ApiError ? error.requestId : undefined;
  return (
    <section className="sheet" role="alert">
      <div className="body">
        <h2>{words.frame.error}</h2>
        <p lang={languageOf(error)}>{error instanceof Error ? error.message : String(error)}</p>
        {requestId !== undefined && (
          <p className="dim small">
            <code>{words.frame.requestId(requestId)}</code>
          </p>
        )}
        {retry !== undefined && (
          <p>
            <button type="button" className="button" onClick={retry}>
              {words.frame.retry}
            </button>
          </p>
        )}
      </div>
    </section>
  );
}
