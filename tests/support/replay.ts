import { expect } from 'vitest';
import { call, type Answer } from './http-client.ts';

/** A recorded conversation: the requests of a client, and the minimum content of each response. */
export interface Conversation {
  readonly description: string;
  /** Headers that the client sends with each request, in addition to its credential. */
  readonly headers: Readonly<Record<string, string>>;
  /** The media type of the bodies that the client sends. */
  readonly contentType: string;
  readonly steps: readonly Step[];
}

interface Step {
  readonly name: string;
  /** Repeats the step for each entry of this list. The step refers to the entry as `person`. */
  readonly forEach?: 'people';
  readonly request: { readonly method: string; readonly path: string; readonly body?: unknown };
  readonly response: {
    readonly status: number;
    /** The expected body. Objects in the response may have further properties; arrays must have the same number of elements. */
    readonly body?: unknown;
    /** Paths that must not exist in the response, such as `Resources/0/members`. */
    readonly absent?: readonly string[];
    readonly headers?: Readonly<Record<string, string>>;
  };
  /** Variables to set from the response: maps the name of each variable to the path of its value. */
  readonly save?: Readonly<Record<string, string>>;
}

type Person = Readonly<Record<string, string>>;

export interface Replayed {
  readonly requests: number;
  readonly variables: ReadonlyMap<string, string>;
}

/** Sends all requests of a conversation to a server, sequentially, and checks every response. */
export async function replay(
  conversation: Conversation,
  people: readonly Person[],
  server: { readonly scimUrl: string; readonly key: string },
): Promise<Replayed> {
  const variables = new Map<string, string>();
  let requests = 0;
  for (const step of conversation.steps) {
    for (const person of step.forEach === 'people' ? people : [undefined]) {
      await play(conversation, step, person, variables, server);
      requests += 1;
    }
  }
  return { requests, variables };
}

async function play(
  conversation: Conversation,
  step: Step,
  person: Person | undefined,
  variables: Map<string, string>,
  server: { readonly scimUrl: string; readonly key: string },
): Promise<void> {
  const fill = (value: unknown) => substitute(value, person, variables);
  const { method, path, body } = step.request;
  const answer = await call(server.scimUrl + String(fill(path)), {
    method,
    headers: {
      authorization: `Bearer ${server.key}`,
      ...conversation.headers,
      ...(body !== undefined && { 'content-type': conversation.contentType }),
    },
    body: fill(body),
  });
  check(step, answer, fill);
  for (const [name, source] of Object.entries(step.save ?? {})) {
    variables.set(String(fill(name)), String(at(answer.body, source)));
  }
}

function check(step: Step, answer: Answer, fill: (value: unknown) => unknown): void {
  const { status, body, absent = [], headers = {} } = step.response;
  expect(answer.status, `${step.name}: ${answer.text}`).toBe(status);
  if (answer.text !== '') expect(answer.headers['content-type'], step.name).toContain('application/scim+json');
  if (body !== undefined) expect(membersInOrder(answer.body), step.name).toMatchObject(membersInOrder(fill(body)));
  for (const path of absent) expect(at(answer.body, path), `${step.name}: ${path}`).toBeUndefined();
  for (const [name, value] of Object.entries(headers)) expect(answer.headers[name], step.name).toBe(value);
  // Entra ID considers a server incompatible if a response contains null or a resource without an id.
  expect(answer.text.includes(':null'), `${step.name}: ${answer.text}`).toBe(false);
  const resources = [...(answer.body?.Resources ?? []), ...(method2xx(answer) ? [answer.body] : [])];
  for (const resource of resources) if (!isList(resource)) expect(resource.id, step.name).toBeTypeOf('string');
}

/** Sorts members by id, because they are a set (RFC 7643 §4.2). */
function membersInOrder(body: unknown): object {
  const resource = body as { readonly members?: readonly { readonly value: string }[] };
  if (resource.members === undefined) return resource;
  return { ...resource, members: resource.members.toSorted((left, right) => (left.value < right.value ? -1 : 1)) };
}

function method2xx(answer: Answer): boolean {
  return answer.status >= 200 && answer.status < 300 && answer.body !== undefined;
}

function isList(body: { readonly schemas?: readonly string[] }): boolean {
  return body.schemas?.some((schema) => schema.endsWith(':ListResponse')) ?? false;
}

/** Replaces each {{name}} with its value, innermost first: {{{{person.key}}}} becomes the id that was saved under the person's key. */
function substitute(value: unknown, person: Person | undefined, variables: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return substituteText(value, person, variables);
  if (Array.isArray(value)) return value.map((element) => substitute(element, person, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, substitute(inner, person, variables)]));
}

function substituteText(text: string, person: Person | undefined, variables: ReadonlyMap<string, string>): string {
  const innermost = /\{\{([\w.]+)\}\}/;
  let result = text;
  for (let match = innermost.exec(result); match !== null; match = innermost.exec(result)) {
    const name = match[1] ?? '';
    const value = name.startsWith('person.') ? person?.[name.slice('person.'.length)] : variables.get(name);
    if (value === undefined) throw new Error(`${name} has no value in ${text}`);
    result = result.replace(match[0], () => value);
  }
  return result;
}

/** Returns the value at a path. The names in the path are separated by slashes, because URNs contain dots and colons. */
function at(body: unknown, path: string): unknown {
  let value = body;
  for (const name of path.split('/')) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  }
  return value;
}
