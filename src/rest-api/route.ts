import { z } from 'zod';
import { isObject } from '#base/json.ts';
import type { Permission } from '#admins/roles.ts';
import type { Context } from './context.ts';

/**
 * Who may call a route: administrators with a permission, any administrator, an administrator who signed in (no key may), a
 * user who signed in, or anyone.
 */
export type RouteAccess = Permission | 'administrator' | 'session' | 'user' | 'anyone';

export interface RouteContract<Params, Query, Body> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the server's root, with `:name` for parameters. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly access: RouteAccess;
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** Whether a body may be left away. */
  readonly bodyOptional?: boolean;
  /** Whether it grants access, or weakens how access is proved, so that a session sends its password again: always, or for some bodies. */
  readonly confirms?: true | ((body: unknown, context: Context) => boolean | Promise<boolean>);
  /** What is answered; without one there is no body. */
  readonly answer?: z.ZodType;
  /** 200 with a body, 204 without one, unless it says otherwise. */
  readonly status?: number;
  /** Whether x-org-id may name one of several organizations; false for what belongs to none. */
  readonly takesOrganization?: boolean;
  /** The media type of an answer that is no JSON, or those of which it has one. */
  readonly mediaType?: string | readonly string[];
  /** Whether the body is a form or JSON by what it looks like, whatever its media type says. */
  readonly anyMediaType?: boolean;
  /** Bytes of the body at most, where 1 MiB is not enough. */
  readonly bodyBytesMax?: number;
}

interface Input<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
}

/** One route: what it takes and answers, as data, and what it does. */
export interface Route extends RouteContract<unknown, unknown, unknown> {
  readonly handle: (context: Context, input: Input<unknown, unknown, unknown>) => Promise<unknown>;
}

export function route<Params = object, Query = object, Body = undefined>(
  contract: RouteContract<Params, Query, Body>,
  handle: (context: Context, input: Input<Params, Query, Body>) => Promise<unknown>,
): Route {
  // What `parse` makes of a request has the types that the handler asks for: both come from one contract.
  return { ...contract, body: withPassword(contract), handle: handle as Route['handle'] } as Route;
}

/** The body of a route that a session confirms by its password. */
function withPassword({
  body,
  confirms,
}: {
  readonly body?: z.ZodType | undefined;
  readonly confirms?: unknown;
}): z.ZodType | undefined {
  if (confirms === undefined || !(body instanceof z.ZodObject)) return body;
  return body.extend({
    password: z.string().max(1_024).optional().meta({
      description: 'The present password of the caller: required in a session, ignored for a key.',
    }),
  });
}

/** Whether a body has one of some fields. */
export function hasAny(body: unknown, names: readonly string[]): boolean {
  return isObject(body) && names.some((name) => body[name] !== undefined);
}

export const idParams = z.object({ id: z.string().max(100) });

/**
 * The body of a change: what is no field of it is refused, so that no typing error is taken for a wish to keep things as they
 * are. What the answer has besides may come back with it, and says nothing.
 */
export function changeBody<Shape extends z.core.$ZodLooseShape>(shape: Shape, answer: z.ZodObject) {
  const readOnly = Object.fromEntries(Object.keys(answer.shape).map((name) => [name, z.unknown().optional()]));
  return z.strictObject<Shape>({ ...readOnly, ...shape });
}

/** A name that people give to something: one line that can be shown anywhere. */
export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not have control characters');

/** An answer that is no JSON. */
export class RawAnswer {
  readonly body: string | AsyncIterable<string>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(body: string | AsyncIterable<string>, headers: Readonly<Record<string, string>>) {
    this.body = body;
    this.headers = headers;
  }
}
