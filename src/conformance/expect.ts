import { alternatives } from '#base/choices.ts';
import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { Answer } from './client.ts';
import { ERROR_RESPONSE, LIST_RESPONSE, SCIM_JSON } from './scim-names.ts';

/** Thrown if the server breaks the rule that a check tests. This is a result of the check, not an error in this program. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';
  readonly what: string;
  readonly expected: string;
  readonly got: string;

  constructor(what: string, expected: string, got: string) {
    super(`${what}: expected ${expected}, got ${got}`);
    this.what = what;
    this.expected = expected;
    this.got = got;
  }
}

/** Thrown if a check cannot run on this server, for a reason that is not the server's fault. */
export class NotTestable extends Error {
  override readonly name = 'NotTestable';
}

const SHOWN_LENGTH_MAX = 400;

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length <= SHOWN_LENGTH_MAX ? text : `${text.slice(0, SHOWN_LENGTH_MAX)}…`;
}

export function expectThat(condition: boolean, what: string, expected: string, got: unknown): asserts condition {
  if (!condition) throw new CheckFailure(what, expected, show(got));
}

export function expectEqual(what: string, got: JsonValue | undefined, expected: JsonValue | undefined): void {
  expectThat(isDeepStrictEqual(got, expected), what, show(expected), got);
}

export function expectAbsent(what: string, got: unknown): void {
  expectThat(got === undefined, what, 'nothing', got);
}

export function expectStatus(answer: Answer, ...statuses: readonly number[]): void {
  const got = `${answer.status} ${answer.text}`;
  expectThat(statuses.includes(answer.status), 'HTTP status', alternatives(statuses.map(String)), got);
}

/** Throws CheckFailure unless the request was refused: with any 4xx status, or with 501 if it is not implemented. */
export function expectRefused(answer: Answer): void {
  const refused = (answer.status >= 400 && answer.status < 500) || answer.status === 501;
  expectThat(refused, 'HTTP status', '4xx, or 501', answer.status);
}

/**
 * Throws CheckFailure unless the response is an error message (RFC 7644 §3.12) with one of the statuses and, if `scimTypes` is not
 * empty, with one of these scimTypes.
 */
export function expectError(answer: Answer, statuses: readonly number[], scimTypes: readonly string[] = []): void {
  expectStatus(answer, ...statuses);
  expectEqual('schemas of the error', read(answer.body, 'schemas'), [ERROR_RESPONSE]);
  if (scimTypes.length === 0) return;
  const scimType = read(answer.body, 'scimType');
  expectThat(
    scimTypes.some((one) => one === scimType),
    'scimType',
    alternatives(scimTypes),
    scimType,
  );
}

export function expectScimJson(answer: Answer): void {
  const type = answer.headers['content-type'];
  expectThat(type?.toLowerCase().startsWith(SCIM_JSON) === true, 'header Content-Type', SCIM_JSON, type);
}

/**
 * Returns the value at a path, or undefined. Attribute names are case-insensitive (RFC 7643 §2.1).
 *
 * @example
 * read(user, 'emails', 0, 'value'); // 'ann@example.com'
 */
export function read(value: JsonValue | undefined, ...steps: readonly (string | number)[]): JsonValue | undefined {
  let current = value;
  for (const step of steps) {
    if (typeof step === 'number') current = Array.isArray(current) ? current[step] : undefined;
    else current = isObject(current) ? member(current, step) : undefined;
  }
  return current;
}

function member(object: JsonObject, name: string): JsonValue | undefined {
  if (Object.hasOwn(object, name)) return object[name];
  const found = Object.keys(object).find((key) => key.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : object[found];
}

/** Returns the string at a path. Throws CheckFailure if the value at the path is missing or not a string. */
export function readText(value: JsonValue | undefined, ...steps: readonly (string | number)[]): string {
  const found = read(value, ...steps);
  expectThat(typeof found === 'string', steps.join('.'), 'a string', found);
  return found;
}

/** Returns a value as text for filters and messages: a string unchanged, any other value as JSON. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** Returns the values of a multi-valued attribute, or an empty array if it is absent. Throws CheckFailure if it is not an array. */
export function readList(value: JsonValue | undefined, ...steps: readonly (string | number)[]): readonly JsonValue[] {
  const found = read(value, ...steps);
  if (found === undefined || found === null) return [];
  expectThat(Array.isArray(found), steps.join('.'), 'an array', found);
  return found;
}

export function readObject(value: JsonValue | undefined, ...steps: readonly (string | number)[]): JsonObject {
  const found = read(value, ...steps);
  expectThat(isObject(found), steps.join('.') || 'the body', 'a JSON object', found);
  return found;
}

/** Returns the resources of a list. Throws CheckFailure unless the response is a ListResponse with status 200 (RFC 7644 §3.4.2). */
export function resourcesOf(answer: Answer): readonly JsonObject[] {
  expectStatus(answer, 200);
  expectEqual('schemas of the list', read(answer.body, 'schemas'), [LIST_RESPONSE]);
  return readList(answer.body, 'Resources').map((resource) => readObject(resource));
}

export function idsOf(answer: Answer): readonly string[] {
  return resourcesOf(answer).map((resource) => readText(resource, 'id'));
}

/** Throws CheckFailure unless the list contains exactly these resources, in any order. */
export function expectIds(answer: Answer, ids: readonly string[]): void {
  expectEqual('ids of the resources', [...idsOf(answer)].sort(), [...ids].sort());
}
