import { useMemo } from 'react';
import type { paths } from '../../contracts/api.ts';
import { spanOf } from '../../data/period.ts';
import { useViewState } from '../../data/view-state.ts';

/** The state of the page, which is in the URL. */
export const viewDefaults = {
  target: '',
  type: '',
  source: '',
  outcome: '',
  reason: '',
  actor: '',
  request: '',
  period: '',
  from: '',
  to: '',
  event: '',
};

export type View = { readonly [Name in keyof typeof viewDefaults]: string };
export type EventQuery = NonNullable<paths['/api/events']['get']['parameters']['query']>;

export function useEventsView() {
  return useViewState(viewDefaults);
}

/** The names of the filters, without the open event and the period. */
export const filterNames = ['target', 'type', 'source', 'outcome', 'reason', 'actor', 'request'] as const;

/** Returns the query of the list for a view. */
export function queryOf(view: View, now: Date): EventQuery {
  // The server lists the events of a target or those of a request.
  const target = view.request === '' ? view.target : '';
  const values = { ...view, target, ...spanOf(view, now) };
  const sent = [...filterNames, 'from', 'to'] as const;
  return Object.fromEntries(sent.flatMap((name) => (values[name] === '' ? [] : [[name, values[name]]])));
}

/** Returns the query for a view, which stays the same until the view changes. */
export function useEventQuery(view: View): EventQuery {
  // The key has what the query depends on; the open event does not matter.
  const key = [...filterNames, 'period', 'from', 'to'].map((name) => view[name as keyof View]).join('\0');
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  return useMemo(() => queryOf(view, new Date()), [key]);
}

/** Returns the conditions of a query on the fields of an event, without those on its time and its target. */
export function termsOf({ type, source, outcome, actor, request, reason }: EventQuery): readonly object[] {
  return [
    ...(type === undefined ? [] : [{ event_type: type }]),
    ...(source === undefined ? [] : [{ 'integration.id': source }]),
    ...(outcome === undefined ? [] : [{ success: outcome === 'accepted' }]),
    ...(actor === undefined ? [] : [{ or: [{ 'initiated_by.id': actor }, { 'initiated_by.name': actor }] }]),
    ...(request === undefined ? [] : [{ or: requestFields.map((field) => ({ [`request.${field}`]: request })) }]),
    ...(reason === undefined ? [] : [{ or: [{ 'reason.code': reason }, { error_code: reason }] }]),
  ];
}

/** Returns the URL of an export of what a query lists. */
export function exportUrl(query: EventQuery, format: 'csv' | 'jsonl'): string {
  const { from, to, target } = query;
  const terms = termsOf(query);
  const parameters = new URLSearchParams({ format, start_time: from ?? '1970-01-01T00:00:00Z' });
  if (to !== undefined) parameters.set('end_time', to);
  if (target !== undefined) parameters.set('target', target);
  if (terms.length > 0) parameters.set('search_term', JSON.stringify({ and: terms }));
  return `/api/events/export?${parameters.toString()}`;
}

const requestFields = ['id', 'activity_id', 'client_request_id', 'x_request_id'] as const;
