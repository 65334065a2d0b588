import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { ObjectType } from '../source/source-object.ts';
import { shapeFault } from './answer-shape.ts';
import { INCOMPATIBLE, MULTIPLE_ENTRIES } from './failure-table.ts';
import { incompatibleText } from './failure-text.ts';
import { flatten } from './flatten.ts';
import type { HttpAnswer } from '#outbound/http-exchange.ts';
import { TargetError, type TargetNames, type TargetObject } from './target-client.ts';
import { sameName } from './target-name.ts';

/** A list as Entra ID needs it (RFC 7644 §3.4.2). */
export interface AnsweredList {
  readonly totalResults: number;
  readonly resources: readonly TargetObject[];
}

/** What is read of an answer, and whether it was asked without members. */
export interface Reading {
  readonly type: ObjectType;
  readonly names: TargetNames;
  readonly withoutMembers: boolean;
}

/** Throws TargetError ServiceIncompatible, and MultipleEntriesInResponse for members that were not asked for. */
export function readResource(reading: Reading, answer: HttpAnswer): TargetObject {
  return toObject(reading, parseBody(answer), answer);
}

/** Throws as `readResource` does. */
export function readList(reading: Reading, answer: HttpAnswer): AnsweredList {
  const body = parseBody(answer);
  const total = member(body, 'totalResults');
  if (typeof total !== 'number')
    throw incompatible(answer, 'it is no ListResponse: totalResults is no number', 'endpoint');
  const resources = member(body, 'Resources') ?? [];
  if (!Array.isArray(resources)) throw incompatible(answer, 'Resources is no list', 'endpoint');
  if (total > 0 && resources.length === 0)
    throw incompatible(answer, `totalResults is ${total}, but there are no Resources`);
  return {
    totalResults: total,
    resources: resources.map((resource: JsonValue) => toObject(reading, resource, answer)),
  };
}

/** A page may be empty where a search with a result may not. Throws as `readResource` does. */
export function readPage(reading: Reading, answer: HttpAnswer): AnsweredList {
  const resources = member(parseBody(answer), 'Resources');
  if (Array.isArray(resources) && resources.length > 0) return readList(reading, answer);
  const total = member(parseBody(answer), 'totalResults');
  if (typeof total !== 'number')
    throw incompatible(answer, 'it is no ListResponse: totalResults is no number', 'endpoint');
  return { totalResults: total, resources: [] };
}

/** The body of an answer to a write that has one is read too. Throws TargetError ServiceIncompatible. */
export function requireReadable(answer: HttpAnswer): void {
  if (answer.text.trim() !== '') parseBody(answer);
}

function parseBody(answer: HttpAnswer): JsonObject {
  let body: JsonValue;
  try {
    // .NET reads past a byte order mark.
    body = JSON.parse(answer.text.replace(/^\uFEFF/, ''));
  } catch {
    throw incompatible(answer, answer.text.trim() === '' ? 'the body is empty' : 'the body is no JSON', 'endpoint');
  }
  if (!isObject(body)) throw incompatible(answer, 'the body is no JSON object', 'endpoint');
  return body;
}

function toObject({ type, names, withoutMembers }: Reading, resource: JsonValue, answer: HttpAnswer): TargetObject {
  if (!isObject(resource)) throw incompatible(answer, 'a resource is no object');
  const problem = shapeFault(type, resource);
  if (problem !== undefined) throw incompatible(answer, problem);
  const id = member(resource, 'id');
  if (typeof id !== 'string' || id === '') throw incompatible(answer, 'a resource has no id');
  const members = withoutMembers ? member(resource, 'members') : undefined;
  if (Array.isArray(members) && members.length > 0) throw unasked(answer);
  return { id, attributes: flatten(resource, names) };
}

function member(object: JsonObject, name: string): JsonValue | undefined {
  const key = Object.hasOwn(object, name) ? name : Object.keys(object).find((candidate) => sameName(candidate, name));
  return key === undefined ? undefined : (object[key] ?? undefined);
}

function incompatible(
  { status, text }: HttpAnswer,
  what: string,
  scope: 'object' | 'endpoint' = 'object',
): TargetError {
  return new TargetError({
    errorCode: INCOMPATIBLE,
    reason: incompatibleText(text, what),
    status,
    scope,
    retryAfterMs: null,
  });
}

function unasked({ status }: HttpAnswer): TargetError {
  const reason =
    'The application returned the members of a group that was asked for with excludedAttributes=members. One entry was expected in the response, and there are several. Leave members out of the answer to such a request.';
  return new TargetError({ errorCode: MULTIPLE_ENTRIES, reason, status, scope: 'object', retryAfterMs: null });
}
