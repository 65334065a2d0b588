import { attributePartsOf } from '#audit/attribute-words.ts';
import { Link } from 'react-router';
import type { Schemas } from '../../data/client.ts';
import { useMay } from '../../data/session.ts';
import { useWords, type Words } from '../../words/words.tsx';
import { Advice } from '../advice.tsx';
import { ChangedRules, useChangedRules } from '../changed-rules.tsx';
import { CopyButton } from '../copy-button.tsx';
import { OutcomeChip } from '../outcome-chip.tsx';
import { Time } from '../time.tsx';
import { EventLines } from './event-lines.tsx';
import { AnsweredBody, SentBody } from './exchange-bodies.tsx';
import { ExchangeChecks } from './exchange-checks.tsx';
import styles from './exchange.module.css';
import { ExchangeHeaders } from './exchange-headers.tsx';
import { ExchangeIds } from './exchange-ids.tsx';
import { ExchangeReplay } from './exchange-replay.tsx';
import { ExchangeRule } from './exchange-rule.tsx';
import { JsonText } from './json-text.tsx';

export type Exchange = Schemas['requestexchange'];
export type ExchangeContent = NonNullable<Exchange['content']>;

/** Everything that is kept of one request. */
export function ExchangeView({ request }: { readonly request: Exchange }) {
  const { exchange } = useWords();
  const { content } = request;
  return (
    <article className={styles['exchange']}>
      <Summary request={request} />
      {content === null ? (
        <p className={styles['part']}>
          {request.count > 1 && exchange.count(request.count)} {exchange.onlyCounted}
        </p>
      ) : (
        <Content request={request} content={content} />
      )}
      <section className={styles['part']}>
        <h3>{exchange.events}</h3>
        {request.events.length === 0 ? (
          <p className="dim">{exchange.noEvents}</p>
        ) : (
          <EventLines events={request.events} />
        )}
      </section>
      <ExchangeIds request={request} />
    </article>
  );
}

/** What happened, in words, with what can be done about it. */
function Summary({ request }: { readonly request: Exchange }) {
  const words = useWords();
  const { exchange } = words;
  const { content } = request;
  const changed = useChangedRules(request.reasonText, request.source?.id);
  return (
    <section className={styles['part']}>
      <div className={styles['title']}>
        <h2>{request.sentence}</h2>
        <OutcomeChip outcome={request.outcome} />
      </div>
      <p className="dim small">
        {[
          <Time key="time" at={request.time} />,
          exchange.status(request.status),
          request.durationMs === null ? undefined : exchange.duration(request.durationMs),
          exchange.from(sender(request, words)),
          request.client ?? undefined,
          content?.clientIp,
        ]
          .filter((part) => part !== undefined)
          .map((part, index) => (
            <span key={index}>
              {index > 0 && ' · '}
              {part}
            </span>
          ))}
      </p>
      {request.reasonText !== null && (
        <p className={styles['reason']}>
          <Advice text={request.reasonText} />
        </p>
      )}
      {changed !== undefined && (
        <p>
          <ChangedRules fixes={changed} />
        </p>
      )}
      {content?.rules.map((rule) => (
        <ExchangeRule key={rule.name} rule={rule} source={request.source} />
      ))}
      <div className={styles['actions']}>
        <ExchangeReplay request={request} />
        {content?.curl && (
          <CopyButton value={content.curl} label={exchange.curlLabel}>
            {exchange.curl}
          </CopyButton>
        )}
        <TargetLink request={request} />
      </div>
    </section>
  );
}

function sender({ source, content }: Exchange, { exchange }: Words): string {
  if (source !== null) return source.name ?? exchange.deletedSource;
  const actor = content?.actor;
  return actor === undefined ? '' : exchange.byActor(actor.type, actor.name ?? actor.id ?? '');
}

/** The page of whom the request is about, also of a person who was refused. */
function TargetLink({ request: { resourceType, targetId, name } }: { readonly request: Exchange }) {
  const { exchange } = useWords();
  const may = useMay();
  const label = name ?? targetId;
  if (label === null) return null;
  if (resourceType === 'Group') {
    if (targetId === null || !may('groups.read')) return null;
    return <Link to={`/groups/${targetId}`}>{exchange.group(label)}</Link>;
  }
  if (resourceType !== 'User' || !may('users.read')) return null;
  return <Link to={`/people/${encodeURIComponent(targetId ?? label)}`}>{exchange.person(label)}</Link>;
}

function Content({ request, content }: { readonly request: Exchange; readonly content: ExchangeContent }) {
  const words = useWords();
  const { exchange } = words;
  const query = content.query === null ? '' : `?${content.query}`;
  return (
    <>
      <section className={styles['part']}>
        <h3>
          {exchange.sent(sender(request, words))}{' '}
          <code>
            {request.method} {request.path}
            {query}
          </code>
        </h3>
        <SentBody request={request} content={content} />
      </section>
      <Reading content={content} />
      <section className={styles['part']}>
        <h3>
          {exchange.answered}{' '}
          <code>
            {request.status} {request.reason}
          </code>
        </h3>
        <AnsweredBody request={request} content={content} />
      </section>
      <ExchangeChecks checks={content.checks} />
      <ExchangeHeaders content={content} />
    </>
  );
}

/** What the directory read in the body, and what it ignored. */
function Reading({ content: { dialect, ignored } }: { readonly content: ExchangeContent }) {
  const { exchange, changes } = useWords();
  const reasons: Readonly<Record<string, string>> = exchange.ignoredReasons;
  return (
    <>
      {dialect !== null && (
        <section className={styles['part']}>
          <h3>{exchange.dialect}</h3>
          <p className="dim small">{dialect.differs ? exchange.dialectHelp : exchange.dialectSame}</p>
          {dialect.differs && <JsonText text={JSON.stringify(dialect.operations)} label={exchange.dialect} />}
        </section>
      )}
      {ignored.length > 0 && (
        <section className={styles['part']}>
          <h3>{exchange.ignored}</h3>
          <ul>
            {ignored.map(({ path, reason }) => (
              <li key={path}>
                <span title={path}>{changes.attribute(attributePartsOf(path))}</span>{' '}
                <span className="dim small">{reasons[reason] ?? reason}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
