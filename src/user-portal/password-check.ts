import type { FastifyInstance, FastifyRequest } from 'fastify';
import { logRefusal } from '#access/refusal-log.ts';
import { clientAt, type Attempts } from '#accounts/attempts.ts';
import { isUnknownLink } from '#accounts/account-links.ts';
import type { AnonymousDeps } from '#accounts/account-places.ts';
import { checkPasswordByLink } from '#accounts/passwords.ts';
import { AppError } from '#base/errors.ts';
import { retryHeaders } from '#base/retry-after.ts';

/** Characters of a token, of a password, or of a name that are looked at. */
const FIELD_LENGTH_MAX = 1_024;

interface CheckOptions {
  readonly door: AnonymousDeps;
  readonly attempts: Attempts;
}

/**
 * What the page of a link asks while a password is typed, so that what it announces is what the server decides when the
 * password is sent. A link has a random token: only an unknown one counts as a failed attempt.
 */
export function passwordCheck(app: FastifyInstance, { door, attempts }: CheckOptions, root: string): void {
  app.post(`${root}/check-password`, async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const [token, password] = [fieldOf(request, 'token'), fieldOf(request, 'password')];
    const check = () => checkPasswordByLink(door, token, password);
    try {
      return await attempts.guardSecret('link', clientAt(request.ip), check, isUnknownLink);
    } catch (error) {
      if (!(error instanceof AppError) || error.definition.status >= 500) throw error;
      logRefusal(request, error, error, 'portal');
      return await reply.code(error.definition.status).headers(retryHeaders(error)).send({ message: error.message });
    }
  });
}

/** A field of a form, cut to what is looked at; empty where the form lacks it. */
export function fieldOf({ body }: FastifyRequest, name: string): string {
  const fields = body instanceof URLSearchParams ? body : new URLSearchParams();
  return (fields.get(name) ?? '').slice(0, FIELD_LENGTH_MAX);
}
