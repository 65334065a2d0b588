import { isObject, type JsonValue } from '#base/json.ts';
import { ownSecrets, wordsIn } from '#base/sent-secrets.ts';
import { isList } from '#scim/resource/json-shape.ts';
import { isExpressionName, maskExpression, maskPath, maskQuery, plainName, type IsSecretName } from './masking.ts';

/** The minimum length of a word that is replaced in a message. Shorter words occur in any message by chance. */
export const MASKED_WORD_LENGTH_MIN = 3;

/**
 * Returns the words of the filters, paths and parameters of a refused request that are masked when the request is stored. The message of
 * the error can quote them.
 *
 * @example
 * maskedWords(undefined, 'sortBy=password[x eq "pa55"]', secretNamesOf(schemas)); // new Set(['pa55', …])
 */
export function maskedWords(
  body: JsonValue | undefined,
  query: string,
  isSecretName: IsSecretName,
): ReadonlySet<string> {
  const words = new Set<string>();
  const note = (sent: string, masked: string) => {
    if (masked === sent) return;
    const shown = new Set(wordsIn(masked));
    for (const word of wordsIn(sent)) {
      if (word.length >= MASKED_WORD_LENGTH_MIN && !shown.has(word) && !isSecretName(word)) words.add(word);
    }
  };
  for (const part of query.split('&')) {
    const masked = maskQuery(part, isSecretName, ownSecrets);
    note(part, masked);
    note(readable(part), masked);
  }
  noteExpressions(body, isSecretName, note);
  return words;
}

type Note = (sent: string, masked: string) => void;

/** Calls `note` with each path and filter in a body, and each name of a member that has one. */
function noteExpressions(value: JsonValue | undefined, isSecretName: IsSecretName, note: Note): void {
  if (isList(value)) {
    for (const element of value) noteExpressions(element, isSecretName, note);
    return;
  }
  if (!isObject(value)) return;
  for (const [name, inner] of Object.entries(value)) {
    if (!plainName.test(name)) note(name, maskPath(name, isSecretName));
    const isExpression = isExpressionName(name) || name.toLowerCase() === 'path';
    for (const one of isList(inner) ? inner : [inner]) {
      if (isExpression && typeof one === 'string') note(one, maskExpression(one, isSecretName));
      else noteExpressions(one, isSecretName, note);
    }
  }
}

/** Decodes the parts of a text that are encoded correctly. */
function readable(text: string): string {
  return text.replaceAll('+', ' ').replaceAll(/(?:%[\da-f]{2})+/gi, (bytes) => {
    return Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8');
  });
}
