import type { JsonValue } from '#base/json.ts';
import type { SentSecrets } from '#base/sent-secrets.ts';
import type { Kept } from './logged-request.ts';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import { maskBody, type IsSecretName } from './masking.ts';

export interface KeptText {
  readonly text: string | undefined;
  readonly kept: Kept;
}

const nothing: KeptText = { text: undefined, kept: 'none' };

/** What is masked in a text, and how much of it is kept. */
export interface KeepOptions {
  readonly isSecretName: IsSecretName;
  /** Keys, tokens and the credential of the request, which may be in any text. */
  readonly secrets: SentSecrets;
  readonly bytesMax: number;
}

/**
 * Returns the text of a JSON body as it is kept: as the client sent it, if it contains no secret and is not too long.
 *
 * @param sent The body as the client sent it; undefined if it was too long to be remembered.
 */
export function keptBody(body: JsonValue | undefined, sent: string | undefined, options: KeepOptions): KeptText {
  if (body === undefined) return nothing;
  const masked = maskBody(body, options.isSecretName);
  return keptText(masked === body && sent !== undefined ? sent : JSON.stringify(masked), masked !== body, options);
}

/** Returns the text of an answer, which contains no value that is never returned, as it is kept. */
export function keptAnswer(text: string | undefined, options: KeepOptions): KeptText {
  return text === undefined ? nothing : keptText(text, false, options);
}

function keptText(text: string, isMasked: boolean, { secrets, bytesMax }: KeepOptions): KeptText {
  const withoutTokens = secrets.replaceIn(text, SECRET_MASK);
  const isChanged = isMasked || withoutTokens !== text;
  // Most texts are far shorter. A UTF-16 unit has at most three bytes.
  if (withoutTokens.length * 3 <= bytesMax || Buffer.byteLength(withoutTokens) <= bytesMax) {
    return { text: withoutTokens, kept: isChanged ? 'masked' : 'whole' };
  }
  return { text: cutTo(withoutTokens, bytesMax), kept: 'cut' };
}

/** Returns the beginning of a text that has at most `bytesMax` bytes of UTF-8, without part of a character at its end. */
function cutTo(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text);
  let end = bytesMax;
  // The bytes 10xxxxxx continue a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0b1100_0000) === 0b1000_0000) end -= 1;
  return bytes.toString('utf8', 0, end);
}
