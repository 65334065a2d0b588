import { required, type FunctionDefinition } from '../function-definition.ts';

export const convertToBase64: FunctionDefinition = {
  name: 'ConvertToBase64',
  parameters: [required('source')],
  summary:
    "Encodes the source as UTF-16 (little-endian, .NET's Unicode encoding) and then as Base64. Returns null for null.",
  evaluate: ({ text }) => {
    const source = text('source');
    return source === null
      ? null
      : base64(
          Array.from({ length: source.length }, (_, index) => source.charCodeAt(index)).flatMap((unit) => [
            unit & 0xff,
            unit >> 8,
          ]),
        );
  },
};

export const convertToUtf8Hex: FunctionDefinition = {
  name: 'ConvertToUTF8Hex',
  parameters: [required('source')],
  summary:
    'Encodes the source as UTF-8 and returns each byte as two uppercase hexadecimal digits. Returns null for null.',
  evaluate: ({ text }) => {
    const source = text('source');
    if (source === null) return null;
    return Array.from(new TextEncoder().encode(source), (byte) => byte.toString(16).padStart(2, '0'))
      .join('')
      .toUpperCase();
  },
};

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * Encodes bytes as Base64 (RFC 4648 §4). The global `btoa` accepts only Latin-1 strings, and `Buffer` would need an import
 * from Node.
 */
function base64(bytes: readonly number[]): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const group = bytes.slice(index, index + 3);
    const bits = ((group[0] ?? 0) << 16) | ((group[1] ?? 0) << 8) | (group[2] ?? 0);
    const digits = [bits >> 18, (bits >> 12) & 63, (bits >> 6) & 63, bits & 63].map((digit) => alphabet.charAt(digit));
    text += digits
      .slice(0, group.length + 1)
      .join('')
      .padEnd(4, '=');
  }
  return text;
}
