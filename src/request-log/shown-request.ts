import { isObject, type JsonValue } from '#base/json.ts';
import { refusalInChinese } from '#base/reasons/zh/refusal-in-chinese.ts';
import { storedJson } from '#base/stored-json.ts';
import type { Language } from '#base/words/language.ts';
import { z } from 'zod';
import type { Kept, RequestDetail, RequestKind } from './logged-request.ts';
import type { RequestRow } from './request-query-store.ts';
import { describeRequest, reasonTitle } from './request-words.ts';

/** A request in a list. */
export interface ShownRequest {
  readonly id: string;
  readonly time: string;
  readonly kind: RequestKind;
  /** What the client wanted, and what it changed, or else the result. */
  readonly sentence: string;
  readonly method: string;
  readonly path: string | null;
  readonly resourceType: RequestRow['resource_type'];
  readonly outcome: RequestRow['outcome'];
  readonly status: number;
  /** The code of the error, and why the request was refused, in words. */
  readonly reason: string | null;
  readonly reasonText: string | null;
  readonly targetId: string | null;
  readonly name: string | null;
  readonly source: { readonly id: string; readonly name: string | null } | null;
  readonly client: string | null;
  readonly requestId: string;
  readonly sentIds: Readonly<Record<string, string>>;
  readonly count: number;
  readonly durationMs: number | null;
  readonly bodyKept: Kept;
  readonly answerKept: Kept;
  /** True if the path, the headers and more are kept. */
  readonly hasContent: boolean;
}

/** Reads the stored details of a request. */
export const readDetail = storedJson('requests.detail', z.custom<RequestDetail>(isObject, 'must be an object'));

/**
 * Returns a stored request as lists show it.
 *
 * @param change What the request changed (`phrasesOf`); undefined if it is not known.
 */
export function shownRequest(
  row: RequestRow,
  sourceNames: ReadonlyMap<string, string>,
  change?: string,
  language: Language = 'en',
): ShownRequest {
  const detail = row.detail === null ? undefined : readDetail(row.detail);
  const { integration_id: sourceId } = row;
  const count = Number(row.count);
  const kind = row.kind as RequestKind;
  const described = {
    kind,
    method: row.method,
    resourceType: row.resource_type ?? undefined,
    outcome: row.outcome,
    name: row.name,
    targetId: row.target_id,
    reason: row.reason,
    effect: detail?.effect,
    change,
    operation: detail?.operation,
    count,
  };
  return {
    id: row.id,
    time: new Date(Number(row.at)).toISOString(),
    kind,
    sentence: describeRequest(described, language),
    method: row.method,
    path: detail?.path ?? null,
    resourceType: row.resource_type,
    outcome: row.outcome,
    status: Number(row.status),
    reason: row.reason,
    reasonText: row.reason === null ? null : reasonTextOf(row.reason, refusalText(row.refusal), language),
    targetId: row.target_id,
    name: row.name,
    source: sourceId === null ? null : { id: sourceId, name: sourceNames.get(sourceId) ?? null },
    client: row.client,
    requestId: row.request_id,
    sentIds: sentIdsOf(row),
    count,
    durationMs: detail?.durationMs ?? null,
    bodyKept: detail?.body ?? 'none',
    answerKept: detail?.answer ?? 'none',
    hasContent: detail !== undefined,
  };
}

/** Returns why a request was refused, by the code of its error and the English text of its answer, which is all that is stored. */
function reasonTextOf(reason: string, answered: string | undefined, language: Language): string {
  if (language === 'en') return answered ?? `${reasonTitle(reason)}.`;
  const { text, advice } = refusalInChinese(reason, answered ?? '');
  return `${text}${advice}`;
}

function sentIdsOf(row: RequestRow): Readonly<Record<string, string>> {
  const { activity_id: activityId, client_request_id: clientRequestId, x_request_id: xRequestId } = row;
  return {
    ...(activityId !== null && { activityId }),
    ...(clientRequestId !== null && { clientRequestId }),
    ...(xRequestId !== null && { xRequestId }),
  };
}

/** Returns the detail of a SCIM error; undefined if the answer is not kept, was cut, or has another form. */
export function refusalText(answer: string | null): string | undefined {
  try {
    const parsed: JsonValue = JSON.parse(answer ?? 'null');
    const detail = isObject(parsed) ? parsed['detail'] : undefined;
    return typeof detail === 'string' && detail !== '' ? detail : undefined;
  } catch {
    return undefined;
  }
}
