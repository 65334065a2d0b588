import type { RequestSummary } from './logged-request.ts';

/** Returns the id of an entry: the id of the HTTP request, with the number of the operation in a bulk request. */
export function entryId({ requestId, operation }: Pick<RequestSummary, 'requestId' | 'operation'>): string {
  return operation === undefined ? requestId : `${requestId}:${operation}`;
}

/** Returns the id of an entry that counts requests, of which it names the first. */
export function countedEntryId(summary: Pick<RequestSummary, 'requestId' | 'operation'>): string {
  return `${entryId(summary)}:counted`;
}
