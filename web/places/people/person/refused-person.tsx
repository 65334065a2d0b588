import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { api, read, type Schemas } from '../../../data/client.ts';
import { rulePath, rulesPath } from '../../../data/rules-path.ts';
import { useMay } from '../../../data/session.ts';
import { Advice } from '../../../parts/advice.tsx';
import { ChangedRules } from '../../../parts/changed-rules.tsx';
import { CopyButton } from '../../../parts/copy-button.tsx';
import { AnsweredBody, SentBody } from '../../../parts/exchange/exchange-bodies.tsx';
import { ExchangeReplay } from '../../../parts/exchange/exchange-replay.tsx';
import { OutcomeMark } from '../../../parts/outcome.tsx';
import { Time } from '../../../parts/time.tsx';
import { useWords } from '../../../words/words.tsx';
import styles from './person.module.css';
import { RequestLink } from './timeline.tsx';
import type { TimelinePage } from './use-person.ts';

function refusalsOf(page: TimelinePage): TimelinePage['entries'] {
  return page.entries.filter(({ refusal }) => refusal !== null);
}

/** How often requests for the person were refused, and when the last one was. */
export function RefusalCount({ page }: { readonly page: TimelinePage }) {
  const { person, marks } = useWords();
  const refusals = refusalsOf(page);
  const [last] = refusals;
  if (last === undefined) return null;
  return (
    <>
      {refusals.length > 1 ? person.refusedTimes(refusals.length) : person.refusedOnce} <Time at={last.time} />
      {marks.stop}
    </>
  );
}

/** Why the last request for a person was refused, what it sent, and what to do. */
export function RefusedPerson({ page }: { readonly page: TimelinePage }) {
  const may = useMay();
  const [entry] = refusalsOf(page);
  const requestId = entry?.request?.id;
  const exchange = useQuery({
    queryKey: ['exchange', requestId],
    queryFn: ({ signal }) => read(api.GET('/api/requests/{id}', { params: { path: { id: requestId ?? '' } }, signal })),
    enabled: requestId !== undefined && may('requests.read'),
  });
  if (entry === undefined || entry.refusal === null) return null;
  const source = entry.actor?.name ?? '';
  return (
    <>
      <section className={styles['why']}>
        <p>
          <OutcomeMark outcome="refused" />{' '}
          <b>
            <Advice text={entry.refusal.text} />
          </b>
        </p>
        <p>
          {entry.refusal.rulesChanged ? (
            <ChangedRules fixes={entry.refusal.fixes} people={1} />
          ) : (
            <Advice text={entry.refusal.advice} />
          )}
        </p>
        <div className="row">
          <RuleLink entry={entry} refusal={entry.refusal} />
          {exchange.data !== undefined && <ExchangeReplay request={exchange.data} />}
        </div>
      </section>
      {exchange.data !== undefined && <Wire exchange={exchange.data} source={source} entry={entry} />}
    </>
  );
}

interface RuleLinkProps {
  readonly entry: TimelinePage['entries'][number];
  readonly refusal: NonNullable<TimelinePage['entries'][number]['refusal']>;
}

/** The way to the rule that refuses the person, with the value that would accept the person unless the rule already has it. */
function RuleLink({ entry: { actor }, refusal: { fixes, rulesChanged } }: RuleLinkProps) {
  const { person, sources } = useWords();
  const may = useMay();
  if (actor?.type !== 'integration' || actor.id === null || !may('integrations.read')) return null;
  const titles: Readonly<Record<string, { readonly name: string }>> = sources.rules.rule;
  const rule = fixes[0]?.rule ?? '';
  const title = titles[rule]?.name;
  if (rulesChanged && title !== undefined) {
    return (
      <Link className="button" to={rulePath(actor.id, rule)}>
        {person.rule(title)}
      </Link>
    );
  }
  const mayChange = may('integrations.write');
  return (
    <Link className="button" data-kind="primary" to={rulesPath(actor.id, fixes)}>
      {title === undefined ? person.rules(actor.name) : mayChange ? person.changeRule(title) : person.rule(title)}
    </Link>
  );
}

interface WireProps {
  readonly exchange: Schemas['requestexchange'];
  readonly source: string;
  readonly entry: TimelinePage['entries'][number];
}

function Wire({ exchange, source, entry }: WireProps) {
  const { person } = useWords();
  const { content } = exchange;
  const { activityId } = exchange.sentIds;
  return (
    <section className="sheet" aria-labelledby="wire">
      <header>
        <h2 id="wire">{person.what}</h2>
        <span className="dim small">
          <Time at={exchange.time} />
          <RequestLink request={entry.request} />
        </span>
        {typeof content?.curl === 'string' && (
          <span className="push">
            <CopyButton value={content.curl} label={person.curl} />
          </span>
        )}
      </header>
      <div className={styles['wire']}>
        <div>
          <h3>{person.sent(source)}</h3>
          {content === null ? (
            <p className="dim">{person.bodyNotKept}</p>
          ) : (
            <SentBody request={exchange} content={content} />
          )}
        </div>
        <div>
          <h3>{person.answered(source)}</h3>
          <p>
            <code>
              {exchange.status} {exchange.reason}
            </code>
          </p>
          {content === null ? (
            <p>
              <Advice text={exchange.reasonText} />
            </p>
          ) : (
            <AnsweredBody request={exchange} content={content} />
          )}
          {content !== null && (
            <>
              <h3>{person.credential}</h3>
              <p className="dim">
                {content.actor.name ?? source} <code>{content.clientIp}</code>
                {activityId !== undefined && (
                  <>
                    {' · '}ActivityId <code>{activityId}</code>
                  </>
                )}
              </p>
            </>
          )}
        </div>
      </div>
    </section>
  );
}
