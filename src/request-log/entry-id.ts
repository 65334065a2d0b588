import type { RequestSummary } from './logged-request.ts';

/** Returns the id of an entry: the id of the HTTP request, with the number of the operation in a bulk request. */
export function entryId({ requestId, operation }: Pick<RequestSummary, 'requestId' | 'operation'>): string {
  return operation === undefined ? requestId : `${requestId}:${operation}`;
}

/** Returns the id of an entry that counts requests, of which it names the first. */
export function countedEntryId(summary: Pick<RequestSummary, 'requestId' | 'operation'>): string {
  return `${entryId(summary)}:counted`;
}

/**
 * Returns the texts between which the ids of the other entries of a request are in sort order: those of the operations of a bulk request, and of
 * the entry that counts requests.
 */
export function partIds(requestId: string): { readonly after: string; readonly before: string } {
  // The character after ":" is ";".
  return { after: `${requestId}:`, before: `${requestId};` };
}
