import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { ObjectType } from '../source/source-object.ts';
import { shapeProblem } from './answer-shape.ts';
import { INCOMPATIBLE, MULTIPLE_ENTRIES } from './failure-table.ts';
import { incompatibleText } from './failure-text.ts';
import { flatten } from './flatten.ts';
import type { HttpAnswer } from '#outbound/http-exchange.ts';
import { TargetError, type TargetNames, type TargetObject } from './target-client.ts';
import { sameName } from './target-name.ts';
import { standInTexts } from '../texts/stand-in-texts.ts';

const { answers } = standInTexts;

/** The parts of a ListResponse that Entra ID uses (RFC 7644 §3.4.2). */
export interface AnsweredList {
  readonly totalResults: number;
  readonly resources: readonly TargetObject[];
}

/** What to read from a response. `withoutMembers` is true if the request excluded the members of groups. */
export interface Reading {
  readonly type: ObjectType;
  readonly names: TargetNames;
  readonly withoutMembers: boolean;
}

/**
 * Reads a resource from a response. Throws TargetError: ServiceIncompatible if the response cannot be read, and MultipleEntriesInResponse
 * if the response contains members although the request excluded them.
 */
export function readResource(reading: Reading, answer: HttpAnswer): TargetObject {
  return toObject(reading, parseBody(answer), answer);
}

/** Reads a ListResponse from a response. Throws the errors of `readResource`. */
export function readList(reading: Reading, answer: HttpAnswer): AnsweredList {
  const body = parseBody(answer);
  const total = member(body, 'totalResults');
  if (typeof total !== 'number') throw incompatible(answer, answers.noList, 'endpoint');
  const resources = member(body, 'Resources') ?? [];
  if (!Array.isArray(resources)) throw incompatible(answer, answers.resourcesNoList, 'endpoint');
  if (total > 0 && resources.length === 0) throw incompatible(answer, answers.noResources(String(total)));
  return {
    totalResults: total,
    resources: resources.map((resource: JsonValue) => toObject(reading, resource, answer)),
  };
}

/** Like `readList`, but for a page of a list: Resources may be empty even if totalResults is not 0. */
export function readPage(reading: Reading, answer: HttpAnswer): AnsweredList {
  const resources = member(parseBody(answer), 'Resources');
  if (Array.isArray(resources) && resources.length > 0) return readList(reading, answer);
  const total = member(parseBody(answer), 'totalResults');
  if (typeof total !== 'number') throw incompatible(answer, answers.noList, 'endpoint');
  return { totalResults: total, resources: [] };
}

/** Checks the response to a write. Throws TargetError ServiceIncompatible unless the body is empty or a JSON object. */
export function requireReadable(answer: HttpAnswer): void {
  if (answer.text.trim() !== '') parseBody(answer);
}

function parseBody(answer: HttpAnswer): JsonObject {
  let body: JsonValue;
  try {
    // Removes a byte order mark, which .NET ignores.
    body = JSON.parse(answer.text.replace(/^\uFEFF/, ''));
  } catch {
    throw incompatible(answer, answer.text.trim() === '' ? answers.emptyBody : answers.noJson, 'endpoint');
  }
  if (!isObject(body)) throw incompatible(answer, answers.noObject, 'endpoint');
  return body;
}

function toObject({ type, names, withoutMembers }: Reading, resource: JsonValue, answer: HttpAnswer): TargetObject {
  if (!isObject(resource)) throw incompatible(answer, answers.resourceNoObject);
  const problem = shapeProblem(type, resource);
  if (problem !== undefined) throw incompatible(answer, problem);
  const id = member(resource, 'id');
  if (typeof id !== 'string' || id === '') throw incompatible(answer, answers.noId);
  const members = withoutMembers ? member(resource, 'members') : undefined;
  if (Array.isArray(members) && members.length > 0) throw unrequestedMembers(answer);
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

function unrequestedMembers({ status }: HttpAnswer): TargetError {
  const reason = standInTexts.wire.unrequestedMembers;
  return new TargetError({ errorCode: MULTIPLE_ENTRIES, reason, status, scope: 'object', retryAfterMs: null });
}
