import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { api, read } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { useExchangeSearch } from '../../../parts/exchange/exchange-search.ts';
import { useWords, type Words } from '../../../words/words.tsx';
import type { Source } from '../../../data/sources.ts';
import type { Rules } from '../../../parts/rules/rule-sections.ts';
import styles from './rules-tab.module.css';

/** The number of people that are named; the others are counted. */
const NAMED_MAX = 8;

/** Says whom the proposed rules would have decided differently, by the requests that are kept. */
export function RulePreview({ source, changed }: { readonly source: Source; readonly changed: Partial<Rules> }) {
  const words = useWords();
  const { rules } = words.sources;
  const may = useMay();
  const isAllowed = may('requests.read') && may('users.read') && may('groups.read');
  const preview = useQuery({
    queryKey: ['sources', source.id, 'preview', source.rules, changed],
    queryFn: ({ signal }) =>
      read(
        api.POST('/api/integrations/{id}/preview', {
          params: { path: { id: source.id } },
          body: { rules: changed },
          signal,
        }),
      ),
    enabled: isAllowed,
    retry: false,
  });
  if (!isAllowed) return <p className="dim">{rules.previewForbidden}</p>;
  if (preview.isPending) {
    return (
      <div role="status">
        <p className="dim">{rules.previewing}</p>
        <Progress />
      </div>
    );
  }
  if (preview.error !== null) return <ErrorNotice error={preview.error} retry={() => void preview.refetch()} />;
  return <Result preview={preview.data} />;
}

type Preview = Awaited<ReturnType<typeof readPreview>>;
const readPreview = (id: string) =>
  read(api.POST('/api/integrations/{id}/preview', { params: { path: { id } }, body: { rules: {} } }));

function Result({ preview }: { readonly preview: Preview }) {
  const words = useWords();
  const { rules } = words.sources;
  const { from, to, evaluated, people, groups, kinds, differences } = preview;
  if (evaluated === 0 || from === null || to === null) return <p role="status">{rules.previewEmpty}</p>;
  const day = (time: string) => new Date(time).toLocaleDateString(words.locale, { day: 'numeric', month: 'long' });
  const period = day(from) === day(to) ? day(from) : rules.period(day(from), day(to));
  const isSome = people + groups > 0;
  return (
    <div role="status">
      <p className={isSome ? styles['some'] : undefined}>
        {isSome
          ? rules.previewSome(people, groups, period, kindsText(kinds, words))
          : rules.previewNone(evaluated, period)}
      </p>
      {isSome && (
        <ul className={styles['differences']}>
          {differences.slice(0, NAMED_MAX).map((difference) => (
            <Difference key={difference.requestId} difference={difference} />
          ))}
        </ul>
      )}
      {people + groups > NAMED_MAX && <p className="dim">{rules.previewMore(people + groups - NAMED_MAX)}</p>}
      {preview.isPartial && <p className="dim small">{rules.previewPartial}</p>}
      {preview.skipped.map(({ text, count }) => (
        <p key={text} className="dim small">
          {rules.previewSkipped(count, text)}
        </p>
      ))}
    </div>
  );
}

/** Says how the decisions differ: "2 accepted instead of refused, 1 refused for another reason". */
function kindsText(kinds: Preview['kinds'], { sources, marks }: Words): string {
  const names = ['accepted', 'refused', 'effect', 'reason'] as const;
  return names
    .filter((name) => kinds[name] > 0)
    .map((name) => sources.rules.kind[name](kinds[name]))
    .join(marks.comma);
}

function Difference({ difference }: { readonly difference: Preview['differences'][number] }) {
  const { sources, marks } = useWords();
  const { rules } = sources;
  const exchangeSearch = useExchangeSearch();
  return (
    <li>
      <Link to={{ search: exchangeSearch(difference.requestId) }}>{difference.name ?? rules.unnamed}</Link>
      <span className="dim">
        {rules.nowDecided}
        {marks.colon}
        {difference.today.sentence}
      </span>
      <span>
        {rules.thenDecided}
        {marks.colon}
        {difference.proposed.sentence}
      </span>
    </li>
  );
}
