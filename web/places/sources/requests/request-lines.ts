import { isPeriod } from '../../../data/period.ts';
import type { LoggedRequest } from '../queries.ts';

/** The filters of the list of requests. An empty text filters nothing. */
export interface RequestFilters {
  /** A person by any name or id, or an id of a request. */
  readonly search: string;
  /** Outcomes with commas between them. */
  readonly outcome: string;
  readonly method: string;
  readonly kind: string;
  readonly reason: string;
  readonly client: string;
  /** A named period, or its first and last time. */
  readonly period: string;
  readonly from: string;
  readonly to: string;
}

/** One line of the list: a request, or connection tests that follow each other. */
export interface RequestLine {
  /** The newest request of the line. */
  readonly request: LoggedRequest;
  /** The number of connection tests in the line: the search for a user and the search for a group are one test. */
  readonly tests: number;
  /** The number of requests in the line. */
  readonly requests: number;
}

const ID = /^(?:[0-9a-f]{24}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?::[\w-]+)?)$/i;

/** Says whether a text is an id of a request, rather than the name or the id of a person. */
export function isRequestId(text: string): boolean {
  return text.length > 24 && ID.test(text);
}

/** Returns the requests as lines, newest first. Connection tests with the same result that follow each other become one line. */
export function linesOf(requests: readonly LoggedRequest[]): readonly RequestLine[] {
  const lines: LoggedRequest[][] = [];
  for (const request of requests) {
    const line = lines.at(-1);
    const [last] = line ?? [];
    const isSame =
      request.kind === 'connectionTest' && last?.kind === 'connectionTest' && last.status === request.status;
    if (isSame) line?.push(request);
    else lines.push([request]);
  }
  return lines.flatMap((line) => {
    const [request] = line;
    return request === undefined
      ? []
      : [{ request, tests: testsIn(line), requests: line.reduce((sum, { count }) => sum + count, 0) }];
  });
}

/** Counts connection tests as the server does. */
function testsIn(requests: readonly LoggedRequest[]): number {
  const searches = (type: LoggedRequest['resourceType']) =>
    requests.filter(({ resourceType }) => resourceType === type).reduce((sum, { count }) => sum + count, 0);
  return Math.max(searches('User'), searches('Group'));
}

/**
 * Returns the requests with those that arrived, each once, newest first. Counted reads arrive with the next write of their number, and so
 * after newer requests.
 */
export function withArrived(
  requests: readonly LoggedRequest[],
  arrived: readonly LoggedRequest[],
): readonly LoggedRequest[] {
  const known = new Set(requests.map(({ id }) => id));
  const all = [...arrived.filter(({ id }) => !known.has(id)), ...requests];
  return all.toSorted((one, other) => Date.parse(other.time) - Date.parse(one.time));
}

/** Says whether a request that arrived belongs to the list with these filters. */
export function matchesFilters(request: LoggedRequest, filters: RequestFilters): boolean {
  const { search, outcome, method, kind, reason, client, period, from, to } = filters;
  const at = new Date(request.time);
  const isAny = (wanted: string, ...values: readonly (string | null | undefined)[]) =>
    wanted === '' || values.some((value) => value?.toLowerCase() === wanted.trim().toLowerCase());
  return (
    isAny(search, request.name, request.targetId, request.id, request.requestId, ...Object.values(request.sentIds)) &&
    (outcome === '' || outcome.split(',').includes(request.outcome)) &&
    isAny(method, request.method) &&
    isAny(kind, request.kind) &&
    isAny(reason, request.reason) &&
    isAny(client, request.client) &&
    // A named period goes on.
    (isPeriod(period) || ((from === '' || at >= new Date(from)) && (to === '' || at < new Date(to))))
  );
}
