import type { HttpAnswer, HttpRequest } from '#outbound/http-exchange.ts';
import type { SecretMask } from './secret-mask.ts';
import type { WireExchange } from './target-client.ts';

/** The maximum length of a recorded body, in UTF-16 code units. It is enough for any user, and for the beginning of a long member list. */
export const RECORDED_BODY_MAX = 32_768;

export interface Outcome {
  readonly request: HttpRequest;
  readonly answer: HttpAnswer | undefined;
  readonly error: string | null;
  readonly at: Date;
  readonly durationMs: number;
}

/** Builds the record of an exchange. Secrets are masked, and bodies are cut to RECORDED_BODY_MAX. */
export function exchangeOf({ request, answer, error, at, durationMs }: Outcome, mask: SecretMask): WireExchange {
  const sent = request.body === undefined ? null : cut(mask.text(request.body));
  return {
    at: at.toISOString(),
    durationMs: Math.round(durationMs),
    request: {
      method: request.method,
      url: mask.text(request.target),
      headers: mask.headers(request.headers),
      body: sent?.text ?? null,
      ...(sent?.isCut === true && { truncated: true }),
    },
    response: answer === undefined ? null : responseOf(answer, mask),
    error: error === null ? null : mask.text(error),
  };
}

function responseOf({ status, headers, text }: HttpAnswer, mask: SecretMask): WireExchange['response'] {
  const body = cut(mask.text(text));
  return { status, headers: mask.headers(headers), body: body.text, truncated: body.isCut };
}

function cut(text: string): { readonly text: string; readonly isCut: boolean } {
  const isCut = text.length > RECORDED_BODY_MAX;
  // The cut may split a surrogate pair.
  return { text: isCut ? text.slice(0, RECORDED_BODY_MAX).toWellFormed() : text, isCut };
}
