import type { RequestDetail, RequestKind, RequestOutcome, RequestSummary } from './logged-request.ts';

/** What a sentence about a request says. */
export interface DescribedRequest {
  readonly kind: RequestKind;
  readonly method: string;
  readonly resourceType: RequestSummary['resourceType'];
  readonly outcome: RequestOutcome;
  /** The userName of a user, or the name of a group or a schema. */
  readonly name: string | null;
  readonly targetId: string | null;
  /** The code of the error. */
  readonly reason: string | null;
  readonly effect?: RequestDetail['effect'];
  /** What the request changed (`changePhrase`); undefined if it is not known. */
  readonly change?: string | undefined;
  /** The number of the operation in a bulk request, counted from 0. */
  readonly operation?: number | undefined;
  /** The number of requests that the entry counts. */
  readonly count: number;
}

type ResourceType = NonNullable<DescribedRequest['resourceType']>;
export type Act = 'create' | 'replace' | 'patch' | 'delete' | 'read';

/** The sentences about requests in one language. */
export interface RequestWords {
  readonly act: (kind: Act, target: string) => string;
  readonly target: (type: ResourceType | undefined, name: string | null, isId: boolean) => string;
  readonly find: (type: ResourceType | undefined) => string;
  readonly list: (type: ResourceType | undefined) => string;
  readonly connectionTest: string;
  /** `operation` is counted from 1. */
  readonly bulk: (operation: number | undefined) => string;
  readonly discovery: string;
  readonly unknown: (method: string) => string;
  readonly times: (count: number) => string;
  readonly done: (wanted: string, result: string) => string;
  readonly refused: (wanted: string, outcome: string, title: string | undefined) => string;
  readonly results: Readonly<
    Record<'unchanged' | 'created' | 'changed' | 'suspended' | 'deleted' | 'passed' | 'processed' | 'answered', string>
  >;
  /** Returns a phrase about a change as the result of a request. */
  readonly change: (phrase: string) => string;
}
