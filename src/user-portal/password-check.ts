import type { FastifyInstance, FastifyRequest } from 'fastify';
import { logRefusal } from '#access/refusal-log.ts';
import { clientAt, type Attempts } from '#accounts/attempts.ts';
import { isUnknownLink } from '#accounts/account-links.ts';
import type { AnonymousDeps } from '#accounts/account-places.ts';
import { checkPasswordByLink } from '#accounts/passwords.ts';
import { messageFor } from '#base/error-message.ts';
import { AppError } from '#base/errors.ts';
import { retryHeaders } from '#base/retry-after.ts';
import { pageLanguageOf } from './page-language.ts';

/** The maximum number of characters of a form field that are read. */
const FIELD_LENGTH_MAX = 1_024;

interface CheckOptions {
  readonly deps: AnonymousDeps;
  readonly attempts: Attempts;
}

/**
 * Adds the route that the password page calls while the user types. The page thus shows the same broken rules as the server reports
 * when the form is sent. The token of a link is random, so only an unknown token counts as a failed attempt.
 */
export function passwordCheck(app: FastifyInstance, { deps, attempts }: CheckOptions, root: string): void {
  app.post(`${root}/check-password`, async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const [token, password] = [fieldOf(request, 'token'), fieldOf(request, 'password')];
    const check = () => checkPasswordByLink(deps, token, password);
    try {
      return await attempts.guardSecret('link', clientAt(request.ip), check, isUnknownLink);
    } catch (error) {
      if (!(error instanceof AppError) || error.definition.status >= 500) throw error;
      logRefusal(request, error, error, 'portal');
      return await reply
        .code(error.definition.status)
        .headers(retryHeaders(error))
        .send({ message: messageFor(error, 'portal', pageLanguageOf(request).language) });
    }
  });
}

/** Returns a field of a form, cut to FIELD_LENGTH_MAX characters; empty if the form does not have it. */
export function fieldOf({ body }: FastifyRequest, name: string): string {
  const fields = body instanceof URLSearchParams ? body : new URLSearchParams();
  return (fields.get(name) ?? '').slice(0, FIELD_LENGTH_MAX);
}
