import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { languageOf } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { useWords } from '../../../words/words.tsx';
import type { ApplicationTabProps } from '../application-page.tsx';
import { graph } from '../graph.ts';
import { REHEARSAL, useRehearsalChanged } from '../queries.ts';
import { FaultCard } from './fault-card.tsx';
import { faultNames, isOn, noFaults, type Faults } from './fault-list.ts';
import styles from './faults.module.css';

/** What the stand-in does to the connection on purpose, each with what the administrator will observe. */
export function FaultsTab({ tenant, application, job }: ApplicationTabProps) {
  const { faults: words } = useWords();
  const mayChange = useMay()('entra.write');
  const client = graph(tenant.id).job(application.id, job.id);
  const changed = useRehearsalChanged();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: [REHEARSAL, tenant.id, 'faults', job.id],
    queryFn: async ({ signal }) => (await graph(tenant.id, signal).job(application.id, job.id).settings()).faults,
  });
  const save = useMutation({
    mutationFn: async (change: Partial<Faults>) => await client.saveSettings({ faults: change }),
    onSuccess: () => changed(),
  });
  if (isPending) return <Progress />;
  if (data === undefined) return <ErrorNotice error={error} retry={() => void refetch()} />;
  const on = faultNames.filter((name) => isOn(data, name)).length;
  return (
    <div className="stack">
      <p className="dim">{mayChange ? words.help : words.readOnly}</p>
      <p className="row">
        <span className="chip" data-tone={on > 0 ? 'warn' : undefined}>
          {on === 0 ? words.noneOn : words.someOn(on)}
        </span>
        {mayChange && on > 0 && (
          <button type="button" className="button" disabled={save.isPending} onClick={() => save.mutate(noFaults)}>
            {words.allOff}
          </button>
        )}
        <span role="status" className="dim">
          {save.isSuccess && (save.data['@tanhua.consequence'] === 'resync' ? words.resync : words.saved)}
        </span>
      </p>
      {save.error !== null && (
        <p role="alert" className="tone-bad" lang={languageOf(save.error)}>
          ▲ {save.error.message}
        </p>
      )}
      <ul className={styles['cards']}>
        {faultNames.map((name) => (
          <li key={name}>
            <FaultCard
              name={name}
              faults={data}
              change={mayChange ? (change) => save.mutate(change) : undefined}
              isSaving={save.isPending}
            />
          </li>
        ))}
      </ul>
      <Others base={`/rehearsal/${tenant.id}/applications/${application.id}`} />
    </div>
  );
}

/** Failures that need no switch. */
function Others({ base }: { readonly base: string }) {
  const { faults: words } = useWords();
  const { token, deletes, tokenLink, deletesLink } = words.others;
  return (
    <section className="sheet" aria-label={words.more}>
      <header>
        <h2>{words.more}</h2>
      </header>
      <ul className="body">
        <li>
          {token} <Link to={`${base}/credentials`}>{tokenLink}</Link>
        </li>
        <li>
          {deletes} <Link to={`${base}/settings`}>{deletesLink}</Link>
        </li>
      </ul>
    </section>
  );
}
