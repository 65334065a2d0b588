import { AppError } from '#base/errors.ts';
import { readJson } from '#base/read-json.ts';
import type { Language } from '#base/words/language.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { findIntegration, type Integration } from '#integrations/integration-store.ts';
import { isAltered } from '#request-log/curl-command.ts';
import { missingBody } from '#request-log/missing-body.ts';
import { missingRequest } from '#request-log/missing-request.ts';
import { findLoggedRequest, writesResource, type LoggedWrite } from '#request-log/write-store.ts';
import {
  AssumptionError,
  evaluateWrite,
  refusedEvaluation,
  type Assumption,
  type Evaluation,
  type SentWrite,
} from './evaluate-write.ts';
import { readSentWrite, type WriteText } from './sent-write.ts';

/** The reasons why a logged request cannot be evaluated, as the end of a sentence that begins with "The request cannot be replayed:". */
export const notReplayable = {
  notAWrite:
    'it does not create, change or delete a user or a group, or it is a whole bulk request, whose operations can be replayed',
  contentNotKept: 'only its time, its kind and its outcome were kept (setting requestLog)',
  bodyMasked: 'its body contained a secret, which was masked before the request was stored',
  bodyCut: 'its body was longer than the setting requestBodyKilobytes, and the rest was cut off',
  bodyErased: 'its body was erased, because the person was permanently removed',
  addressAltered: 'its path, its query or its If-Match header was masked or cut before the request was stored',
  bulkReference: 'it refers to another operation of its bulk request, or to itself, by a bulkId',
  bodyMissing: 'its body was not kept',
  pathUnusable: 'its path names no user and no group, cannot be read, or was erased',
  namesTaken: 'it deleted a user or a group whose names another user or another group has now',
  noIntegration: 'it was not sent by a source, or the source no longer exists',
} as const satisfies Readonly<Record<string, string>>;

const notReplayableZh: Readonly<Record<keyof typeof notReplayable, string>> = {
  notAWrite: '它不创建、更改或删除用户或组，或者它是整个批量请求，其中的操作可以分别重放',
  contentNotKept: '仅保留了其时间、种类和结果（设置 requestLog）',
  bodyMasked: '其正文包含机密信息，在存储请求之前已屏蔽',
  bodyCut: '其正文超过设置 requestBodyKilobytes 的长度，其余部分已截断',
  bodyErased: '其正文已清除，因为该人员已被永久移除',
  addressAltered: '其路径、查询或 If-Match 标头在存储请求之前已屏蔽或截断',
  bulkReference: '它通过 bulkId 引用了同一批量请求中的另一个操作或自己',
  bodyMissing: '其正文未保留',
  pathUnusable: '其路径不指向用户或组、无法读取，或已清除',
  namesTaken: '它删除了一个用户或组，而其名称现在由另一个用户或组使用',
  noIntegration: '它不是由数据源发送的，或数据源已不存在',
};

export type NotReplayable = keyof typeof notReplayable;

/** Says why a request cannot be evaluated, as the end of a sentence that begins with "The request cannot be replayed:". */
export function notReplayableText(
  request: Pick<LoggedWrite, 'reason'>,
  why: NotReplayable,
  language: Language = 'en',
): string {
  if (why === 'bodyMissing') return missingBody(request, language);
  return language === 'zh' ? notReplayableZh[why] : notReplayable[why];
}

/** What the evaluation of a request needs besides the request. */
export interface ReplayDeps {
  readonly deps: DirectoryDeps;
  readonly organizationId: string;
  readonly baseUrl: string;
}

export type Replay =
  | { readonly isReplayable: false; readonly request: LoggedWrite; readonly reason: NotReplayable }
  | {
      readonly isReplayable: true;
      readonly request: LoggedWrite;
      readonly evaluation: Evaluation;
      /** What was assumed about the resource that the request created or deleted; undefined if nothing was assumed. */
      readonly assumed: Assumption | undefined;
    };

/**
 * Evaluates a logged request under the rules of today, without changing anything. Throws `notFound` (404) if the request is not in the
 * log.
 */
export async function replayLogged(context: ReplayDeps, id: string): Promise<Replay> {
  const { deps, organizationId } = context;
  const request = await findLoggedRequest(deps.database, organizationId, id);
  if (request === undefined) throw missingRequest(id);
  const write = writeOf(request);
  if (typeof write === 'string') return { isReplayable: false, request, reason: write };
  const integration = await integrationOf(context, request);
  if (integration === undefined) return { isReplayable: false, request, reason: 'noIntegration' };
  const assumed = assumptionOf(request);
  try {
    const evaluation = await evaluateWrite({ ...context, integration }, write, assumed);
    return { isReplayable: true, request, evaluation, assumed };
  } catch (error) {
    if (error instanceof AssumptionError) return { isReplayable: false, request, reason: 'namesTaken' };
    throw error;
  }
}

/**
 * Evaluates a pasted request under the rules of an integration. Throws `invalidBody` if its method and path are not those of a write of a
 * user or a group. A body that the server could not parse is refused by the evaluation.
 */
export async function replayPasted(
  context: ReplayDeps,
  integration: Integration,
  sent: WriteText,
): Promise<Evaluation> {
  const { body, ...head } = sent;
  const write = readSentWrite({ ...head, body: undefined });
  if (body === undefined) return await evaluateWrite({ ...context, integration }, write);
  let parsed: SentWrite['body'];
  try {
    parsed = readJson(body, 'ignoreCase');
  } catch (error) {
    if (error instanceof AppError) return refusedEvaluation(error, integration.rules, []);
    throw error;
  }
  return await evaluateWrite({ ...context, integration }, { ...write, body: parsed });
}

/** Returns a logged request as it is evaluated, or the reason why it cannot be evaluated. */
export function writeOf(request: LoggedWrite): SentWrite | NotReplayable {
  const text = textOf(request);
  if (typeof text === 'string') return text;
  try {
    return readSentWrite(text);
  } catch (error) {
    if (error instanceof AppError) return 'pathUnusable';
    throw error;
  }
}

function textOf(request: LoggedWrite): WriteText | NotReplayable {
  const { kind, method, detail, body } = request;
  if (!writesResource(request)) return 'notAWrite';
  if (detail === undefined) return 'contentNotKept';
  if (kind !== 'delete') {
    if (detail.body === 'masked') return 'bodyMasked';
    if (detail.body === 'cut') return 'bodyCut';
    if (detail.body === 'erased') return 'bodyErased';
    if (body === null) return 'bodyMissing';
  }
  const path = detail.query === undefined ? detail.path : `${detail.path}?${detail.query}`;
  const ifMatch = detail.headers['if-match'];
  if (isAltered([detail.path, detail.query ?? '', ifMatch ?? ''])) return 'addressAltered';
  if (detail.references !== undefined) return 'bulkReference';
  if (/\/me\/*(?:\?|$)/i.test(path)) return 'noIntegration';
  // The body of a DELETE has no effect, and may be masked or cut.
  return { method, path, body: kind === 'delete' ? undefined : (body ?? undefined), ifMatch };
}

/** Returns what is assumed for the evaluation of a request that was accepted: that it was not received yet. */
export function assumptionOf(request: LoggedWrite): Assumption | undefined {
  const { kind, outcome, targetId, detail } = request;
  const isDone = (kind === 'create' || kind === 'delete') && outcome === 'accepted';
  if (!isDone || targetId === null || !writesResource(request)) return undefined;
  const isSuspension = kind === 'delete' && detail?.effect === 'changed';
  return { type: request.resourceType, id: targetId, exists: kind === 'delete', isActive: isSuspension };
}

async function integrationOf(
  { deps, organizationId }: ReplayDeps,
  { integrationId }: LoggedWrite,
): Promise<Integration | undefined> {
  return integrationId === null ? undefined : await findIntegration(deps.database, organizationId, integrationId);
}
