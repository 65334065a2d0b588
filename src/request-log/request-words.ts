import { errorTable } from '#base/error-table.ts';
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
  /** The number of the operation in a bulk request, counted from 0. */
  readonly operation?: number | undefined;
  /** The number of requests that the entry counts. */
  readonly count: number;
}

/**
 * Describes a request in one sentence: what the client wanted with whom, and the result.
 *
 * @example
 * describeRequest({ kind: 'create', name: 'ann.meier', outcome: 'accepted', … }); // 'Create ann.meier → created'
 * describeRequest({ kind: 'create', name: 'bob', outcome: 'refused', reason: 'emailRequired', … });
 * // 'Create bob: refused, the email that every user needs is missing'
 */
export function describeRequest(request: DescribedRequest): string {
  const { outcome, reason, count } = request;
  const wanted = `${wish(request)}${count > 1 ? ` (${count} times)` : ''}`;
  if (outcome === 'accepted') return `${wanted} → ${resultOf(request)}`;
  if (outcome === 'unchanged') return `${wanted} → no change`;
  return [`${wanted}: ${outcome}`, ...(reason === null ? [] : [inSentence(reasonTitle(reason))])].join(', ');
}

function wish(request: DescribedRequest): string {
  const { kind, method, resourceType, operation } = request;
  switch (kind) {
    case 'create':
      return `Create ${targetOf(request)}`;
    case 'replace':
      return `Replace ${targetOf(request)}`;
    case 'patch':
      return `Change ${targetOf(request)}`;
    case 'delete':
      return `Delete ${targetOf(request)}`;
    case 'read':
      return `Read ${targetOf(request)}`;
    case 'find':
      return resourceType === 'Group' ? 'Find a group' : 'Find a user';
    case 'list':
      return resourceType === undefined ? 'List users and groups' : `List ${resourceType.toLowerCase()}s`;
    case 'connectionTest':
      return 'Test Connection';
    case 'bulk':
      return operation === undefined ? 'Bulk request' : `Operation ${operation + 1} of a bulk request`;
    case 'discovery':
      return 'Read what the server supports';
    case 'unknown':
      return `${method} at an unknown path`;
  }
}

function targetOf({ resourceType, name, targetId }: DescribedRequest): string {
  const type = resourceType?.toLowerCase() ?? 'resource';
  if (name !== null) return resourceType === 'User' ? name : `the ${type} ${name}`;
  return targetId === null ? `a ${type}` : `the ${type} ${targetId}`;
}

function resultOf({ kind, effect }: DescribedRequest): string {
  switch (kind) {
    case 'create':
      return 'created';
    case 'replace':
    case 'patch':
      return 'changed';
    case 'delete':
      // The rule deleteAction can make a deletion a suspension.
      return effect === 'changed' ? 'suspended' : 'deleted';
    case 'connectionTest':
      return 'passed';
    case 'bulk':
      return 'processed';
    default:
      return 'answered';
  }
}

/** Returns the title of an error by its code; the code itself if this version does not know it. */
export function reasonTitle(code: string): string {
  const known: Readonly<Record<string, { readonly title: string }>> = errorTable;
  return Object.hasOwn(known, code) ? (known[code]?.title ?? code) : code;
}

/** Returns a title with a small first letter, unless its first word is a name or an abbreviation, such as JSON. */
export function inSentence(title: string): string {
  return /^[A-Z][a-z]* /.test(title) ? `${title.charAt(0).toLowerCase()}${title.slice(1)}` : title;
}
