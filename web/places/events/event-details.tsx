import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { attributePartsOf } from '#audit/attribute-words.ts';
import { describeChange } from '#audit/change-words.ts';
import { useMay } from '../../data/session.ts';
import { Advice } from '../../parts/advice.tsx';
import { ChangedRules, useChangedRules } from '../../parts/changed-rules.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { JsonText } from '../../parts/exchange/json-text.tsx';
import { OutcomeChip } from '../../parts/outcome-chip.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.tsx';
import { outcomeOf } from './event-text.ts';
import styles from './events.module.css';
import type { EventItem } from './use-events.ts';

const SCIM = '/scim/';

/** One event: what happened, why, what changed, and where it came from. */
export function EventDetails({ event }: { readonly event: EventItem }) {
  const { events, exchange, changes: inWords } = useWords();
  const may = useMay();
  const { request, ignored_attributes: ignored = [], changes = [] } = event;
  const { words: _, ...stored } = event;
  const changed = useChangedRules(event.error_message, event.integration?.id);
  return (
    <article>
      <section className={styles['part']}>
        <div className={styles['title']}>
          <h2>{event.words}</h2>
          <OutcomeChip outcome={outcomeOf(event)} />
        </div>
        <p className="dim small">
          <Time at={event.timestamp ?? null} />
        </p>
        {event.error_message !== undefined && (
          <p className={styles['reason']}>
            <Advice text={event.error_message} />
          </p>
        )}
        {changed !== undefined && (
          <p>
            <ChangedRules fixes={changed} />
          </p>
        )}
        {request !== undefined && request.path.startsWith(SCIM) && may('requests.read') && (
          <p>
            <Link className="button" to={`?exchange=${encodeURIComponent(request.id)}`}>
              {events.openRequest}
            </Link>
          </p>
        )}
      </section>
      {changes.length > 0 && <Changes changes={changes} />}
      {ignored.length > 0 && (
        <section className={styles['part']}>
          <h3>{events.ignored}</h3>
          <ul>
            {ignored.map(({ path, reason }) => (
              <li key={path}>
                <span title={path}>{inWords.attribute(attributePartsOf(path))}</span>{' '}
                <span className="dim small">
                  {(exchange.ignoredReasons as Readonly<Record<string, string>>)[reason] ?? reason}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Facts event={event} />
      <details className={styles['part']}>
        <summary>
          <h3>{events.whole}</h3>
        </summary>
        <JsonText text={JSON.stringify(stored)} label={events.whole} />
      </details>
    </article>
  );
}

/** The values before and after. */
function Changes({ changes }: { readonly changes: NonNullable<EventItem['changes']> }) {
  const { events, changes: inWords } = useWords();
  return (
    <section className={styles['part']}>
      <h3>{events.changed}</h3>
      <table className={styles['changes']}>
        <thead>
          <tr>
            <th scope="col">{events.field}</th>
            <th scope="col">{events.before}</th>
            <th scope="col">{events.after}</th>
          </tr>
        </thead>
        <tbody>
          {changes
            .flatMap(({ field, from = null, to = null }) => describeChange({ field, from, to }, new Map(), inWords))
            .map(({ attribute, from, to }, index) => (
              // The members that a group loses and gains are two changes.
              <tr key={`${attribute} ${index}`}>
                <th scope="row">{attribute}</th>
                <td data-label={events.before} className="dim">
                  {from ?? events.nothing}
                </td>
                <td data-label={events.after}>{to ?? <span className="dim">{events.nothing}</span>}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}

function Facts({ event }: { readonly event: EventItem }) {
  const { events } = useWords();
  const { fact } = events;
  const { initiated_by: actor, integration, request, repeated } = event;
  const rows: readonly (readonly [string, ReactNode])[] = [
    [fact.type, events.typeName(event.event_type ?? '')],
    [fact.target, <Target key="target" event={event} />],
    [
      fact.actor,
      actor && (
        <>
          {actor.name ?? actor.id ?? actor.type}
          <Link className={styles['only']} to={`?actor=${encodeURIComponent(actor.id ?? actor.name ?? '')}`}>
            {events.onlyActor}
          </Link>
        </>
      ),
    ],
    [fact.source, integration?.name],
    [fact.client, event.client],
    [fact.address, event.client_ip],
    [fact.agent, event.useragent],
    [fact.request, request && <code key="request">{`${request.method} ${request.path}`}</code>],
    [fact.repeated, repeated && events.repeated(repeated.count)],
    [
      fact.id,
      <>
        <code>{event.id}</code> <CopyButton value={event.id} label={fact.id} isSmall />
      </>,
    ],
  ];
  return (
    <section className={styles['part']}>
      <h3>{events.facts}</h3>
      <dl className={styles['facts']}>
        {rows.map(([label, value]) =>
          value == null || value === '' ? null : (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
    </section>
  );
}

/** Whom or what the event is about, with a link to its page. */
function Target({ event: { resource } }: Pick<Parameters<typeof Facts>[0], 'event'>) {
  const { events } = useWords();
  const may = useMay();
  if (resource === undefined) return null;
  const { type, id } = resource;
  const name = resource.username ?? resource.name ?? resource.email ?? id;
  if (name === null) return null;
  const isLinked = type === 'user' ? may('users.read') : type === 'group' && id !== null && may('groups.read');
  const page = type === 'group' ? `/groups/${id}` : `/people/${encodeURIComponent(id ?? name)}`;
  return (
    <>
      {isLinked ? <Link to={page}>{name}</Link> : name}
      <Link className={styles['only']} to={`?target=${encodeURIComponent(id ?? name)}`}>
        {events.onlyTarget}
      </Link>
    </>
  );
}
