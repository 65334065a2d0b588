import { buffer as readAll } from 'node:stream/consumers';
import { decodeUtf8 } from '#base/decode-text.ts';
import { AppError } from '#base/errors.ts';

/**
 * Reads the secret of an option from standard input. Throws `usage` for any other value than "-", because all users of the machine can see
 * the arguments of a command.
 */
export async function secretFromInput(option: string, value: string): Promise<string> {
  if (value !== '-') {
    throw new AppError(
      'usage',
      `${option} takes no secret, which other users of the machine could see: write ${option} -, and send the secret on standard input.`,
    );
  }
  const secret = decodeUtf8(await readAll(process.stdin), 'The secret', 'usage').trim();
  if (secret !== '') return secret;
  throw new AppError('usage', `${option} - read nothing: send the secret on standard input.`);
}
