import { useState } from 'react';
import { Link } from 'react-router';
import { AttributePath } from '../../../parts/attribute-path.tsx';
import { Time } from '../../../parts/time.tsx';
import { useWords } from '../../../words/words.tsx';
import { DirectoryLink } from '../on-demand/on-demand-result.tsx';
import { causeOf, type ComparedObject, type Difference } from './compared-objects.ts';
import styles from './compare.module.css';
import { StandInText } from '../stand-in-text.tsx';

/** Objects that are shown at once. More are shown when the list is filtered. */
const SHOWN_MAX = 200;

/** The objects that are not equal, each with its attributes, the reason and what to do. */
export function Differences({ objects, base }: { readonly objects: readonly ComparedObject[]; readonly base: string }) {
  const { comparison: words } = useWords();
  return (
    <section className="sheet" aria-label={words.list}>
      <ul className={styles['objects']}>
        {objects.slice(0, SHOWN_MAX).map((object) => (
          <li key={object.key}>
            <ObjectDifference object={object} base={base} />
          </li>
        ))}
      </ul>
      {objects.length > SHOWN_MAX && (
        <p className={`dim ${styles['more'] ?? ''}`}>{words.listed(SHOWN_MAX, objects.length)}</p>
      )}
    </section>
  );
}

const tones = { differs: 'warn', missing: 'bad', extra: undefined } as const;
const shapes = { differs: '≠', missing: '▲', extra: '+' } as const;

function ObjectDifference({ object, base }: { readonly object: ComparedObject; readonly base: string }) {
  const { comparison: words } = useWords();
  const { name, kind, type, differences } = object;
  const [isOpen, setOpen] = useState(false);
  const attributes = differences.filter(({ attribute }) => attribute !== null);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <strong>{name}</strong>
        <span className="dimmer small">{words.one[type]}</span>
        {attributes.length > 0 && (
          <span className="dim small">
            {[...new Set(attributes.map(({ attribute }) => attribute))].slice(0, 4).join(', ')}
          </span>
        )}
        <span className="chip push" data-tone={tones[kind]}>
          <span aria-hidden="true">{shapes[kind]}</span>
          {words.kinds[kind]}
        </span>
      </summary>
      {isOpen && (
        <div className={styles['inside']}>
          {attributes.length > 0 && <Attributes name={name} differences={attributes} />}
          <Cause object={object} base={base} />
        </div>
      )}
    </details>
  );
}

function Attributes({ name, differences }: { readonly name: string; readonly differences: readonly Difference[] }) {
  const { comparison: words } = useWords();
  return (
    <table className={styles['attributes']} aria-label={words.attributes(name)}>
      <thead>
        <tr>
          <th scope="col">{words.attribute}</th>
          <th scope="col">{words.expected}</th>
          <th scope="col">{words.actual}</th>
        </tr>
      </thead>
      <tbody>
        {differences.map(({ attribute, expected, actual, memberName }) => (
          <tr key={`${attribute} ${expected} ${actual}`}>
            <th scope="row">
              <AttributePath path={attribute ?? ''} />
            </th>
            <td data-label={words.expected}>
              <Value value={expected} memberName={memberName} />
            </td>
            <td data-label={words.actual}>
              <Value value={actual} memberName={memberName} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Value({ value, memberName }: { readonly value: string | null; readonly memberName: string | null }) {
  const { comparison: words } = useWords();
  if (value === null) return <span className="dimmer">{words.noValue}</span>;
  return memberName === null ? value : <span title={value}>{memberName}</span>;
}

function Cause({ object, base }: { readonly object: ComparedObject; readonly base: string }) {
  const { comparison: words } = useWords();
  const { escrow, name, type, sourceId, targetId } = object;
  const cause = causeOf(object);
  const reason =
    cause === 'failed' ? words.reason.failed(escrow?.errorCode ?? '', escrow?.attempts ?? 1) : words.reason[cause];
  return (
    <>
      <dl className={styles['facts']}>
        <div>
          <dt>{words.why}</dt>
          <dd>
            {reason} {escrow?.reason !== undefined && <StandInText text={escrow.reason} />}
          </dd>
        </div>
        {escrow !== undefined && (
          <div>
            <dt>{words.nextAttempt}</dt>
            <dd>{object.isDue ? words.nextCycle : <Time at={escrow.nextDateTime} />}</dd>
          </div>
        )}
        <div>
          <dt>{words.fix}</dt>
          <dd>{words.advice[cause]}</dd>
        </div>
      </dl>
      <p className="row">
        {sourceId !== null && (
          <>
            <Link to={`${base}/on-demand?type=${type}&object=${sourceId}`}>{words.onDemand(name)}</Link>
            <Link to={`${base}/logs?identity=${sourceId}`}>{words.logs(name)}</Link>
          </>
        )}
        {cause === 'vanished' && <Link to={`${base}/status`}>{words.restart}</Link>}
        <DirectoryLink type={type} id={targetId ?? ''} />
      </p>
    </>
  );
}
