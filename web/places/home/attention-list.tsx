import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { rulesPath } from '../../data/rules-path.ts';
import { queryText } from '../../data/query-text.ts';
import { useMay } from '../../data/session.ts';
import { Advice } from '../../parts/advice.tsx';
import { ChangedRules } from '../../parts/changed-rules.tsx';
import { OutcomeMark } from '../../parts/outcome.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.tsx';
import styles from './home.module.css';
import type { AttentionItem } from '../../data/attention.ts';

/** What is wrong, each with what to do. */
export function AttentionList({ items }: { readonly items: readonly AttentionItem[] }) {
  const { home } = useWords();
  // One primary action on a page: the fix of the first item that has one.
  const primary = items.findIndex(
    ({ kind, rule, rulesChanged }) => kind === 'refusals' && rule !== null && !rulesChanged,
  );
  return (
    <section className="sheet" aria-label={home.label}>
      <ul>
        {items.map((item, index) => (
          <Item
            key={`${item.kind} ${item.source?.id} ${item.subject?.id} ${item.reason}`}
            item={item}
            isPrimary={index === primary}
          />
        ))}
      </ul>
    </section>
  );
}

function Item({ item, isPrimary }: { readonly item: AttentionItem; readonly isPrimary: boolean }) {
  return (
    <li className={styles['item']}>
      <OutcomeMark outcome={item.kind === 'refusals' || item.kind === 'failedMail' ? 'refused' : 'waiting'} />
      <div>
        <p className={styles['sentence']}>
          <Sentence item={item} />
        </p>
        <p className="dim">
          {item.rulesChanged ? <ChangedRules fixes={item.fixes} people={item.count} /> : <Advice text={item.advice} />}
        </p>
      </div>
      <div className={styles['actions']}>
        <Actions item={item} isPrimary={isPrimary} />
      </div>
    </li>
  );
}

function Sentence({ item: { kind, sentence, source, at, usualIntervalMinutes } }: { readonly item: AttentionItem }) {
  const { home } = useWords();
  if (kind !== 'silentSource') return sentence.replace(/[.。]$/, '');
  return (
    <>
      {home.silent(source?.name ?? '')} <Time at={at} />
      {usualIntervalMinutes !== null && home.usually(home.minutes(usualIntervalMinutes))}
    </>
  );
}

function Actions({ item, isPrimary }: { readonly item: AttentionItem; readonly isPrimary: boolean }): ReactNode {
  const { home } = useWords();
  const may = useMay();
  const { kind, source, subject, rule, fixes, rulesChanged, reason, count } = item;
  switch (kind) {
    case 'refusals':
      return (
        <>
          <Link className="button" to={`/people?${queryText({ presence: 'refused', source: source?.id, reason })}`}>
            {home.show(count)}
          </Link>
          {source !== null && rule !== null && !rulesChanged && may('integrations.write') && (
            <Link className="button" data-kind={isPrimary ? 'primary' : undefined} to={rulesPath(source.id, fixes)}>
              {home.fix}
            </Link>
          )}
        </>
      );
    case 'silentSource':
      return source === null ? null : (
        <Link className="button" to={`/sources/${source.id}/requests`}>
          {home.openSource(source.name ?? source.id)}
        </Link>
      );
    case 'expiringKey':
      return source === null || !may('integrations.write') ? null : (
        <Link className="button" to={`/sources/${source.id}/keys?${queryText({ key: subject?.id })}`}>
          {home.rotate}
        </Link>
      );
    case 'failedMail':
      return (
        <Link className="button" data-kind="quiet" to="?mail=failed">
          {home.showMail(count)}
        </Link>
      );
    case 'waitingGroup':
      return subject === null ? null : (
        <Link className="button" data-kind="quiet" to={`/groups/${subject.id}`}>
          {home.whoTheyAre}
        </Link>
      );
  }
}
