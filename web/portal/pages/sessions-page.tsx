import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, read } from '../../data/client.ts';
import { useChanged } from '../data/account.ts';
import { useTimes } from '../data/times.ts';
import { deviceIn } from '../data/user-agent.ts';
import { Done, Refusal } from '../parts/form.tsx';
import { Page } from '../parts/page.tsx';
import { unread } from '../parts/waiting.tsx';
import { useWords } from '../words.tsx';

/** Lists where the reader is signed in, and ends sessions. */
export function SessionsPage() {
  const { sessions: words } = useWords();
  const { since } = useTimes();
  const changed = useChanged();
  const [said, setSaid] = useState<string>();
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => read(api.GET('/api/portal/sessions', { signal })),
  });
  const end = useMutation({
    mutationFn: (id: string | undefined) =>
      id === undefined
        ? read(api.DELETE('/api/portal/sessions'))
        : read(api.DELETE('/api/portal/sessions/{id}', { params: { path: { id } } })),
    onSuccess: async (_answer, id) => {
      setSaid(id === undefined ? words.endedOthers : words.ended);
      await changed();
    },
  });
  const { data = [] } = sessions;
  // The current session first, then the one that was used last.
  const shown = data.toSorted(
    (one, other) => Number(other.current) - Number(one.current) || other.lastUsedAt.localeCompare(one.lastUsedAt),
  );
  return (
    <Page title={words.title} lead={words.lead}>
      <Done>{said}</Done>
      <Refusal error={end.error} />
      {unread(sessions)}
      {shown.length > 0 && (
        <ul className="things">
          {shown.map(({ id, userAgent, clientIp, createdAt, lastUsedAt, current }) => {
            const name = deviceIn(userAgent, words) ?? words.unknown;
            return (
              <li key={id}>
                <span className="thing">
                  <strong>{name}</strong>
                  <span className="dim">
                    {[clientIp, words.since(since(createdAt)), words.used(since(lastUsedAt))]
                      .filter((part) => part !== null)
                      .join(' · ')}
                  </span>
                </span>
                {current ? (
                  <span className="chip" data-tone="good">
                    {words.current}
                  </span>
                ) : (
                  <button
                    type="button"
                    className="button"
                    aria-label={words.endNamed(name)}
                    onClick={() => end.mutate(id)}
                  >
                    {words.end}
                  </button>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {shown.length > 1 && (
        <div className="form">
          <button type="button" className="button" data-kind="danger" onClick={() => end.mutate(undefined)}>
            {words.endOthers}
          </button>
        </div>
      )}
      {shown.length === 1 && <p className="dim after-list">{words.onlyThis}</p>}
    </Page>
  );
}
