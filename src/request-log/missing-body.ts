import type { Language } from '#base/words/language.ts';
import { refusesCredential } from './authentication-checks.ts';
import { inSentence, reasonTitle } from './request-words.ts';

/** The methods whose requests have no effect without a body. */
const methodsWithBody: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** True if a request with this method means nothing without its body. */
export function needsBody(method: string): boolean {
  return methodsWithBody.has(method);
}

/**
 * Says why the body of a request was not kept, as the end of a sentence: the server does not read the body of a caller whose credential it
 * refuses, and cannot keep one that is not JSON.
 *
 * @example
 * missingBody({ reason: 'keyRevoked' }); // 'its body was not kept, because its credential was refused: the key was revoked'
 */
export function missingBody({ reason }: { readonly reason: string | null }, language: Language = 'en'): string {
  if (language === 'zh') {
    if (reason === null) return '其正文未保留';
    const why = refusesCredential(reason) ? '其凭据被拒绝' : '服务器无法读取正文';
    return `其正文未保留，因为${why}：${reasonTitle(reason, language)}`;
  }
  if (reason === null) return 'its body was not kept';
  const cause = refusesCredential(reason) ? 'its credential was refused' : 'the server could not read one';
  return `its body was not kept, because ${cause}: ${inSentence(reasonTitle(reason))}`;
}
