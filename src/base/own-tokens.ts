/** API keys, session tokens and access tokens of this product, in any text. */
const ownTokens = /\btn[has]_[\w-]{16,}/g;

/**
 * Replaces the keys and tokens of this product in a text that a client chose, such as a header or a path, before it is stored.
 *
 * @example
 * replaceOwnTokens('curl tns_9x0X8RdlNyT1mTwmcu3s', '…'); // 'curl …'
 */
export function replaceOwnTokens(text: string, replacement: string): string {
  return text.includes('tn') ? text.replace(ownTokens, replacement) : text;
}

/** True if a text contains a key or a token of this product. */
export function hasOwnToken(text: string): boolean {
  return text.search(ownTokens) !== -1;
}
