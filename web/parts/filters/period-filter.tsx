import { isPeriod, periods, type Period, type PeriodView } from '../../data/period.ts';
import { useWords } from '../../words/words.tsx';
import { ChoiceFilter } from './choice-filter.tsx';

/** Returns a period in words; empty for all time. */
export function usePeriodText({ period, from, to }: PeriodView): string {
  const words = useWords();
  const { names, between } = words.filters.period;
  if (isPeriod(period)) return names[period];
  const time = (text: string, none: string) =>
    text === '' ? none : new Date(text).toLocaleString(words.locale, { dateStyle: 'medium', timeStyle: 'short' });
  return from === '' && to === '' ? '' : between(time(from, words.filters.period.start), time(to, words.time.now));
}

interface Props {
  readonly view: PeriodView;
  readonly onChange: (view: PeriodView) => void;
}

/** A filter by time: one of the named periods, or the one that a link has set. */
export function PeriodFilter({ view, onChange }: Props) {
  const { period: words } = useWords().filters;
  const text = usePeriodText(view);
  return (
    <ChoiceFilter
      label={words.label}
      value={isPeriod(view.period) ? view.period : ''}
      any={words.all}
      shown={text === '' || isPeriod(view.period) ? undefined : text}
      choices={(Object.keys(periods) as Period[]).map((name) => [name, words.names[name]])}
      onChange={(period) => onChange({ period, from: '', to: '' })}
    />
  );
}
