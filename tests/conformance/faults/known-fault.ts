import { errorAnswer, type Body, type Fault } from '../broken-server.ts';

/** A fault, and the checks that must find it. */
export interface KnownFault {
  /** Completes the test name "fails the expected checks if …". */
  readonly name: string;
  readonly fault: Fault;
  /** Ids of the checks that must fail. */
  readonly foundBy: readonly string[];
}

export function known(name: string, fault: Fault, ...foundBy: readonly string[]): KnownFault {
  return { name, fault, foundBy };
}

export function dropKeys(object: Body, drop: (key: string) => boolean): Body {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !drop(key)));
}

/** Returns a fault that refuses the matching requests, like a server that does not support them. */
export function refuse(
  isRefused: (request: Parameters<Fault>[0]) => boolean,
  status: number,
  scimType?: string,
): Fault {
  return async (request, forward) => (isRefused(request) ? errorAnswer(status, scimType) : await forward(request));
}
