/** `ignoreBOM` keeps a byte order mark: a password must arrive byte for byte. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Decodes a text of FreeRADIUS's module rest, which writes each byte of an attribute from 0x80 on as one character: the UTF-8 bytes
 * of "ä" arrive as "Ã¤". Returns null if the bytes are not valid UTF-8.
 *
 * @param text the text in the JSON
 * @example decodeEngineText('p\u00c3\u00a4ss') // 'päss'
 * @example decodeEngineText('\u00e4') // null: the byte is Latin-1
 * @source FreeRADIUS 3.2.7, src/lib/print.c (fr_json_from_string); RFC 2865 §5 (text is UTF-8)
 */
export function decodeEngineText(text: string): string | null {
  if (/[^\0-\xff]/.test(text)) return null;
  try {
    return utf8.decode(Buffer.from(text, 'latin1'));
  } catch {
    return null;
  }
}
