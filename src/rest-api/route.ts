import { z } from 'zod';
import { isObject } from '#base/json.ts';
import type { Permission } from '#admins/roles.ts';
import type { Context } from './context.ts';
import { describeFields, fieldTextsOf, pickTexts, READ_ONLY_TEXT, type FieldTexts } from './describe-fields.ts';

/**
 * Who may call a route: administrators with a permission, any administrator, an administrator with a session (API keys are
 * refused), a user with a session, or anyone.
 */
export type RouteAccess = Permission | 'administrator' | 'session' | 'user' | 'anyone';

/** A response header that a route documents. */
interface AnswerHeader {
  readonly description: string;
  /** An example value, of the same type as the header: a string or a number. */
  readonly example: string | number;
}

/** An error response that a route documents itself. Its example is in `examples/error-examples.ts`. */
export interface DocumentedRefusal {
  readonly description: string;
  /** The body, if it differs from that of other error responses. */
  readonly body?: z.ZodType;
  /** True if some errors of this status have the body of other error responses instead of `body`. */
  readonly orError?: boolean;
}

/**
 * What a route accepts and returns, as data. Requests are validated against the contract, and the OpenAPI document is generated from
 * the contracts and from the examples in `examples/`.
 */
export interface RouteContract<Params, Query, Body> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The path below the server's root, with `:name` for parameters. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly access: RouteAccess;
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** The body in the OpenAPI document, if `body` accepts more because a job validates the elements later. */
  readonly documentedBody?: z.ZodType;
  /** Descriptions of the request headers that only this route reads, by name. */
  readonly headers?: Readonly<Record<string, string>>;
  /** True if the request may have no body. */
  readonly bodyOptional?: boolean;
  /**
   * True if the request grants access or weakens authentication. A session must then send the caller's password with it. A function
   * decides for each request.
   */
  readonly confirms?: true | ((body: unknown, context: Context) => boolean | Promise<boolean>);
  /** The schema of the JSON in a success response. Without a schema, the response has no body, or a body of type `mediaType`. */
  readonly answer?: z.ZodType;
  /** The status of a success response. Default: 200 with a body, 204 without one. */
  readonly status?: number;
  /** The headers of a success response that clients read, by name. */
  readonly answerHeaders?: Readonly<Record<string, AnswerHeader>>;
  /** Error responses that access, path and body do not imply, or that have another body, by status. */
  readonly refusals?: Readonly<Record<number, DocumentedRefusal>>;
  /** False for a route that does not act on an organization and ignores the x-org-id header. Default: true. */
  readonly takesOrganization?: boolean;
  /** True if the query parameter x-org-id has the same effect as the header. The schema of the query contains it. */
  readonly organizationInQuery?: boolean;
  /** True if a browser may send the request without an action of its user: it does not count as use of the session. */
  readonly isBackground?: boolean;
  /** The media type of a response that is not JSON, or a list if the request chooses one of several types. */
  readonly mediaType?: string | readonly string[];
  /** True to recognize a form or JSON by the first character of the body and to ignore its media type. */
  readonly anyMediaType?: boolean;
  /** The maximum size of the body in bytes. Default: 1 MiB. */
  readonly bodyBytesMax?: number;
}

interface Input<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
}

/** A route: its contract and its handler. */
export interface Route extends RouteContract<unknown, unknown, unknown> {
  readonly handle: (context: Context, input: Input<unknown, unknown, unknown>) => Promise<unknown>;
}

/**
 * Creates a route. The handler receives the validated parts of the request. Its result is sent as JSON; a `RawAnswer` is sent
 * unchanged. To refuse a request, the handler throws an AppError.
 *
 * @example
 * route(
 *   { method: 'GET', path: '/api/keys/:id', tag, summary: 'Show a key', access: 'keys.own', params: keyIdParams, answer: keyAnswer },
 *   async (context, { params }) => await showKey(context, params.id),
 * );
 */
export function route<Params = object, Query = object, Body = undefined>(
  contract: RouteContract<Params, Query, Body>,
  handle: (context: Context, input: Input<Params, Query, Body>) => Promise<unknown>,
): Route {
  // The cast is safe: the contract's schemas and the handler's input have the same types, although `Route` does not keep them.
  return { ...contract, body: withPassword(contract), handle: handle as Route['handle'] } as Route;
}

/** Adds the field `password` to the body of a route with `confirms`. */
function withPassword({
  body,
  confirms,
}: {
  readonly body?: z.ZodType | undefined;
  readonly confirms?: unknown;
}): z.ZodType | undefined {
  if (confirms === undefined || !(body instanceof z.ZodObject)) return body;
  const extended = body.extend({ password: z.string().max(1_024).optional() });
  return describeFields(extended, { ...fieldTextsOf(body), password: confirmationText });
}

const confirmationText =
  'The current password of the caller, at most 1,024 characters. Required in a session if the request grants access; ignored for an API key.';

/** True if a body has at least one of the fields. */
export function hasAny(body: unknown, names: readonly string[]): boolean {
  return isObject(body) && names.some((name) => body[name] !== undefined);
}

/**
 * Returns the schema of path parameters that are ids, with a description for each parameter.
 *
 * @example
 * pathIds({ id: 'The id of the user.', keyId: 'The id of the SSH key.' });
 */
export function pathIds<const Texts extends FieldTexts>(texts: Texts) {
  const shape = Object.fromEntries(Object.keys(texts).map((name) => [name, z.string().max(100)]));
  return describeFields(z.object(shape as Record<keyof Texts & string, z.ZodString>), texts);
}

export const idParams = pathIds({ id: 'The id of the resource.' });

/**
 * Returns the schema of a body that changes a resource. An unknown field is refused, so that a misspelled name is not silently
 * ignored. Fields that only the response has are accepted and ignored, so that a client can send back what it read. `texts`
 * describes the fields of the shape; a field without a text has the same description as in the response.
 */
export function changeBody<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  answer: z.ZodObject,
  texts: FieldTexts = {},
) {
  const names = Object.keys(answer.shape);
  const readOnly = Object.fromEntries(names.map((name) => [name, z.unknown().optional()]));
  const schema = z.strictObject<Shape>({ ...readOnly, ...shape });
  const kept = pickTexts(fieldTextsOf(answer), Object.keys(shape));
  const ignored = Object.fromEntries(names.map((name) => [name, READ_ONLY_TEXT]));
  return describeFields<z.ZodType>(schema, { ...ignored, ...kept, ...texts }) as typeof schema;
}

/** A name that a person chooses: 1 to 200 characters without control characters, so that it fits on one line. */
export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not have control characters');

/** A response that is not JSON, with its headers. An iterable is streamed. */
export class RawAnswer {
  readonly body: string | AsyncIterable<string>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(body: string | AsyncIterable<string>, headers: Readonly<Record<string, string>>) {
    this.body = body;
    this.headers = headers;
  }
}
