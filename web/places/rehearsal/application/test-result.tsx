import { languageOf } from '../../../data/client.ts';
import { OutcomeMark } from '../../../parts/outcome.tsx';
import { useWords } from '../../../words/words.tsx';
import { GraphError } from '../graph.ts';
import { StandInText } from '../stand-in-text.tsx';
import { ExchangeList } from '../wire/exchange-list.tsx';

/** The result of Test Connection in the words of Entra's portal, with the requests that it sent if it failed. */
export function TestResult({ error }: { readonly error: Error | null }) {
  const { credentials: words } = useWords().rehearsal;
  if (error === null) {
    return (
      <section className="sheet" role="status">
        <div className="body">
          <p>
            <OutcomeMark outcome="accepted" /> <b>{words.authorized}</b>
          </p>
        </div>
      </section>
    );
  }
  const exchanges = error instanceof GraphError ? error.exchanges : [];
  const code = error instanceof GraphError ? error.targetCode : undefined;
  return (
    <section className="sheet" role="alert">
      <header>
        <h2>
          <OutcomeMark outcome="refused" /> {words.failed}
        </h2>
      </header>
      <div className="body">
        {code !== undefined && (
          <p>
            <code>{code}</code>
          </p>
        )}
        {code === undefined ? (
          <pre lang={languageOf(error)}>{error.message}</pre>
        ) : (
          <pre>
            <StandInText text={error.message} />
          </pre>
        )}
        {exchanges.length > 0 && (
          <>
            <h3>{words.requests}</h3>
            <ExchangeList exchanges={exchanges} />
          </>
        )}
      </div>
    </section>
  );
}
