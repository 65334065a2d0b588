import type { ShownRequest } from '#request-log/shown-request.ts';

/** Describes a request on one line: when it arrived, what it wanted, the result, and its id. */
export function requestLine({ time, sentence, id }: Pick<ShownRequest, 'time' | 'sentence' | 'id'>): string {
  return `${time}  ${sentence}  [${id}]`;
}
