import { Link } from 'react-router';
import { useState } from 'react';
import { useMay } from '../../../data/session.ts';
import { languageOf } from '../../../data/client.ts';
import { OutcomeMark } from '../../../parts/outcome.tsx';
import { Time } from '../../../parts/time.tsx';
import { useWords } from '../../../words/words.tsx';
import type { ApplicationTabProps } from '../application-page.tsx';
import { graph } from '../graph.ts';
import { useChange } from '../use-change.ts';
import { RestartDialog } from './restart-dialog.tsx';
import { StandInText } from '../stand-in-text.tsx';

/** Why the job is in quarantine, when it is tried again, and what ends the quarantine. */
export function QuarantineNotice(props: ApplicationTabProps) {
  const { tenant, application, job } = props;
  const { rehearsal, marks } = useWords();
  const words = rehearsal.status;
  const mayWrite = useMay()('entra.write');
  const [isRestarting, setRestarting] = useState(false);
  const allow = useChange(async () => await graph(tenant.id).job(application.id, job.id).allowDeletes());
  const { quarantine } = job.status;
  if (quarantine === null) return null;
  const isDeletes = quarantine.reason === 'TooManyDeletes';
  const base = `/rehearsal/${tenant.id}/applications/${application.id}`;
  return (
    <section className="sheet" role="alert" aria-label={words.quarantine}>
      <header>
        <h2>
          <OutcomeMark outcome="refused" /> {words.quarantine}
        </h2>
        <code className="dim">{quarantine.reason}</code>
        <span className="dim push">
          {words.since} <Time at={quarantine.seriesBegan} />
        </span>
      </header>
      <div className="body">
        <p>{words.quarantineReason[quarantine.reason]}</p>
        {quarantine.error !== null && (
          <>
            <p>
              <code>{quarantine.error.code}</code>
            </p>
            <pre>
              <StandInText text={quarantine.error.message} />
            </pre>
          </>
        )}
        <h3>{words.whatClears}</h3>
        <p>{words.clears[isDeletes ? 'deletes' : quarantine.error === null ? 'failures' : 'endpoint']}</p>
        <p className="dim">
          {words.tries(quarantine.seriesCount)} {words.nextTry} <Time at={quarantine.nextAttempt} />
          {marks.stop}
        </p>
        {allow.error !== null && (
          <p className="tone-bad" lang={languageOf(allow.error)}>
            {allow.error.message}
          </p>
        )}
        <div className="row">
          {mayWrite && isDeletes && (
            <button type="button" className="button" disabled={allow.isPending} onClick={() => allow.mutate()}>
              {words.allowDeletes}
            </button>
          )}
          {mayWrite && (
            <button type="button" className="button" onClick={() => setRestarting(true)}>
              {words.restart}
            </button>
          )}
          <Link className="button" to={isDeletes ? `${base}/scope` : `${base}/credentials`}>
            {isDeletes ? words.toScope : words.toCredentials}
          </Link>
        </div>
      </div>
      {isRestarting && (
        <RestartDialog
          tenant={tenant}
          application={application}
          job={job}
          isQuarantine={!isDeletes}
          close={() => setRestarting(false)}
        />
      )}
    </section>
  );
}
