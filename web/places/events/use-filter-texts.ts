import { useSourceName } from '../../data/sources.ts';
import { usePeriodText } from '../../parts/filters/period-filter.tsx';
import { useWords } from '../../words/words.tsx';
import { useEventsView, type View } from './event-filter.ts';

interface FilterText {
  readonly label: string;
  readonly value: string;
  /** The change of the view that removes the filter. */
  readonly without: Partial<View>;
}

/** The filters that are set, in words. */
export function useFilterTexts(): readonly FilterText[] {
  const words = useWords();
  const { events } = words;
  const [view] = useEventsView();
  const sourceName = useSourceName();
  const { target, type, source, outcome, reason, actor, request } = view;
  const period = usePeriodText(view);
  const texts: FilterText[] = [
    { label: events.named, value: target === '' ? '' : `“${target}”`, without: { target: '' } },
    { label: events.filter.type, value: events.typeName(type), without: { type: '' } },
    {
      label: events.filter.source,
      value: sourceName(source) ?? source,
      without: { source: '' },
    },
    {
      label: events.filter.outcome,
      value: outcome === 'accepted' || outcome === 'refused' ? events.outcome[outcome] : '',
      without: { outcome: '' },
    },
    { label: events.filter.reason, value: reason, without: { reason: '' } },
    { label: events.filter.actor, value: actor, without: { actor: '' } },
    { label: events.filter.request, value: request, without: { request: '' } },
    { label: words.filters.period.label, value: period, without: { period: '', from: '', to: '' } },
  ];
  return texts.filter(({ value }) => value !== '');
}
