import { errorAnswer, type Body, type Fault } from '../broken-server.ts';

export interface KnownFault {
  readonly name: string;
  readonly fault: Fault;
  /** The checks that must find it. */
  readonly foundBy: readonly string[];
}

export function known(name: string, fault: Fault, ...foundBy: readonly string[]): KnownFault {
  return { name, fault, foundBy };
}

export function dropKeys(object: Body, drop: (key: string) => boolean): Body {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !drop(key)));
}

/** Refuses requests, as a server does that does not know them. */
export function refuse(
  isRefused: (request: Parameters<Fault>[0]) => boolean,
  status: number,
  scimType?: string,
): Fault {
  return async (request, forward) => (isRefused(request) ? errorAnswer(status, scimType) : await forward(request));
}
