import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { useWords } from '../../../words/words.tsx';
import { GraphError } from '../graph.ts';
import { ExchangeList } from '../wire/exchange-list.tsx';
import { StandInText } from '../stand-in-text.tsx';

/** Says why nothing could be provisioned, with the requests that failed, if any were sent. */
export function FailedConnection({ error }: { readonly error: Error }) {
  const { onDemand: words } = useWords();
  if (!(error instanceof GraphError) || error.exchanges.length === 0) return <ErrorNotice error={error} />;
  return (
    <section className="sheet" role="alert" aria-label={words.connectionFailed}>
      <header>
        <h2>{words.connectionFailed}</h2>
        {error.targetCode !== undefined && <code className="dim">{error.targetCode}</code>}
      </header>
      <div className="body">
        <p>
          <StandInText text={error.message} />
        </p>
        <ExchangeList exchanges={error.exchanges} />
      </div>
    </section>
  );
}
