import { useQuery } from '@tanstack/react-query';
import { api, read, type Schemas } from '../../../data/client.ts';
import { Advice } from '../../../parts/advice.tsx';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { PageHead } from '../../../parts/page-head.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { Time } from '../../../parts/time.tsx';
import { exactTime } from '../../../words/times.ts';
import { useWords } from '../../../words/words.tsx';
import list from '../list.module.css';

type Status = 'fault' | 'warning' | 'ok';
type Finding = Schemas['healthfinding'];
const order: readonly Status[] = ['fault', 'warning', 'ok'];
const marks = {
  ok: { shape: '●', tone: 'good' },
  warning: { shape: '◷', tone: 'warn' },
  fault: { shape: '▲', tone: 'bad' },
} as const;

/** What the server found when it checked itself. */
export function HealthSection() {
  const { settings, marks } = useWords();
  const words = settings.health;
  const { data, error, isPending, isFetching, refetch } = useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => read(api.GET('/api/server/health', { signal })),
    staleTime: Infinity,
  });
  const results = data?.results ?? [];
  const count = (status: Status) => results.filter((one) => one.status === status).length;
  const problems = words.below(count('fault'), count('warning'));
  return (
    <>
      <PageHead
        title={settings.sections.health}
        below={data === undefined ? '' : problems === '' ? words.calm : problems}
        actions={
          <button type="button" className="button" disabled={isFetching} onClick={() => void refetch()}>
            {isFetching && data !== undefined ? words.checking : words.check}
          </button>
        }
      />
      {isPending && <Progress />}
      {error !== null && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data !== undefined && (
        <div className="stack">
          <section className="sheet" aria-label={settings.sections.health}>
            <table className={list['table']}>
              <thead>
                <tr>
                  <th scope="col">{words.column.check}</th>
                  <th scope="col">{words.column.status}</th>
                  <th scope="col">{words.column.detail}</th>
                </tr>
              </thead>
              <tbody>
                {order
                  .flatMap((status) => results.filter((one) => one.status === status))
                  .map((finding, index) => (
                    // oxlint-disable-next-line react/no-array-index-key -- The findings have no id, and keep nothing.
                    <Row key={`${index} ${finding.check}`} finding={finding} />
                  ))}
              </tbody>
            </table>
          </section>
          <p className="dim small">
            {words.checkedAt}
            <Time at={data.checkedAt} />
            {marks.nextSentence}
            {words.scope}
          </p>
        </div>
      )}
    </>
  );
}

function Row({ finding: { check, status, detail } }: { readonly finding: Finding }) {
  const { settings, locale } = useWords();
  const words = settings.health;
  const names: Readonly<Record<string, string>> = words.checks;
  const { shape, tone } = marks[status];
  return (
    <tr>
      <th scope="row">{names[check] ?? check}</th>
      <td>
        <span className="chip" data-tone={tone}>
          <span aria-hidden="true">{shape}</span> {words.status[status]}
        </span>
      </td>
      <td>
        <Advice text={withTimes(asSentence(detail), locale)} />
      </td>
    </tr>
  );
}

/** Returns a finding with a capital letter, unless it begins with a path or with the address of a server. */
function asSentence(detail: string): string {
  return /^[a-z]+ /.test(detail) ? detail.charAt(0).toUpperCase() + detail.slice(1) : detail;
}

/** Returns a finding with its times in the language and the time zone of the reader. */
function withTimes(detail: string, locale: string): string {
  return detail.replaceAll(/\b\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, (time) => exactTime(new Date(time), locale));
}
