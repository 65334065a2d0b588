import { Link } from 'react-router';
import { useMay } from '../../../data/session.ts';
import { useWords } from '../../../words/words.tsx';
import type { TabProps } from '../source-page.tsx';
import { RequestList, type RequestListProps } from './request-list.tsx';

/** The requests of a source as they arrive. */
export function RequestsTab(props: TabProps) {
  return <AllowedRequests {...props} />;
}

/** The requests of a source, or of all callers, for readers whose role includes them. */
export function AllowedRequests(props: RequestListProps) {
  const { log } = useWords().sources;
  const may = useMay();
  if (may('requests.read')) return <RequestList {...props} />;
  return (
    <section className="sheet">
      <div className="body">
        <h2>{log.noAccess}</h2>
        <p className="dim">{log.noAccessHelp}</p>
        <p>
          <Link className="button" to={props.source === undefined ? '/events' : `/events?source=${props.source.id}`}>
            {log.noAccessAction}
          </Link>
        </p>
      </div>
    </section>
  );
}
