import { required, type FunctionDefinition } from '../function-definition.ts';

export const convertToBase64: FunctionDefinition = {
  name: 'ConvertToBase64',
  parameters: [required('source')],
  summary: "The Base64 of the source in UTF-16, the lower byte first: .NET's Unicode. Null stays null.",
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
  summary: 'The source in UTF-8, each byte as two hexadecimal digits in capitals. Null stays null.',
  evaluate: ({ text }) => {
    const source = text('source');
    if (source === null) return null;
    return Array.from(new TextEncoder().encode(source), (byte) => byte.toString(16).padStart(2, '0'))
      .join('')
      .toUpperCase();
  },
};

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** RFC 4648 §4. The platforms' own functions are for another kind of string, or need an import. */
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
