import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'react-router';
import type { WireExchange } from '#entra/graph-api/client-types.ts';
import { api, read } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { JsonText } from '../../../parts/exchange/json-text.tsx';
import { useWords } from '../../../words/words.tsx';
import styles from './wire.module.css';
import { StandInText } from '../stand-in-text.tsx';

/** The requests to the application with their answers, secrets masked. Each opens in place. */
export function ExchangeList({ exchanges }: { readonly exchanges: readonly WireExchange[] }) {
  return (
    <ol className={styles['exchanges']}>
      {exchanges.map((exchange, index) => (
        <li key={`${exchange.at} ${index}`}>
          <Exchange exchange={exchange} />
        </li>
      ))}
    </ol>
  );
}

function Exchange({ exchange }: { readonly exchange: WireExchange }) {
  const { wire: words } = useWords();
  const [isOpen, setOpen] = useState(false);
  const { request, response, durationMs } = exchange;
  const tone = response === null || response.status >= 400 ? 'bad' : 'good';
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <code className={styles['line']}>
          <b>{request.method}</b> {request.url}
        </code>
        <span className={`tone-${tone}`}>{response === null ? words.noAnswer : response.status}</span>
        <span className="dimmer small">{words.duration(durationMs)}</span>
      </summary>
      {isOpen && <ExchangeContent exchange={exchange} />}
    </details>
  );
}

function ExchangeContent({ exchange: { request, response, error } }: { readonly exchange: WireExchange }) {
  const { wire: words } = useWords();
  return (
    <div className={styles['content']}>
      <KeptLink activity={activityOf(request.headers)} />
      <p className={styles['heading']}>{words.request}</p>
      <Headers headers={request.headers} label={words.request} />
      <p className="dimmer small">{words.masked}</p>
      {request.body === null ? (
        <p className="dim small">{words.emptyBody}</p>
      ) : (
        <JsonText text={request.body} label={words.body('request')} />
      )}
      {request.truncated === true && <p className="small tone-warn">◷ {words.cutRequest}</p>}
      <p className={styles['heading']}>{words.answer}</p>
      {response === null ? (
        <p className="tone-bad">
          ▲ <StandInText text={error ?? ''} />
        </p>
      ) : (
        <>
          <Headers headers={response.headers} label={words.answer} />
          {response.body === '' ? (
            <p className="dim small">{words.emptyBody}</p>
          ) : (
            <JsonText text={response.body} label={words.body('answer')} />
          )}
          {response.truncated && <p className="small dim">{words.cutAnswer}</p>}
        </>
      )}
    </div>
  );
}

function Headers({ headers, label }: { readonly headers: Readonly<Record<string, string>>; readonly label: string }) {
  const { wire: words, marks } = useWords();
  const entries = Object.entries(headers);
  if (entries.length === 0) return null;
  return (
    <table className={styles['table']} aria-label={`${words.headers}${marks.colon}${label}`}>
      <thead className="hidden">
        <tr>
          <th scope="col">{words.header}</th>
          <th scope="col">{words.detailValue}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td>
              <code>{value}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The ActivityId, which is different for every request of Entra ID and of the stand-in. */
function activityOf(headers: Readonly<Record<string, string>>): string | undefined {
  const version = Object.entries(headers).find(([name]) => name.toLowerCase() === 'adscimversion')?.[1] ?? '';
  return /ActivityId:\s*([^\s,;]+)/i.exec(version)?.[1];
}

/** A link to the request in this directory's own log, if the application is this directory and the request is kept. */
function KeptLink({ activity }: { readonly activity: string | undefined }) {
  const { wire: words } = useWords();
  const isAllowed = useMay()('requests.read');
  const { search } = useLocation();
  const { data } = useQuery({
    queryKey: ['exchange', 'of-activity', activity],
    queryFn: async ({ signal }) => {
      const query = { id: activity ?? '', limit: 1 };
      return (await read(api.GET('/api/requests', { params: { query }, signal }))).results[0]?.id ?? null;
    },
    enabled: isAllowed && activity !== undefined,
    staleTime: 60_000,
    retry: false,
  });
  if (data === undefined || data === null) return null;
  const parameters = new URLSearchParams(search);
  parameters.set('exchange', data);
  return (
    <p>
      <Link to={`?${parameters.toString()}`}>{words.kept}</Link>
    </p>
  );
}
