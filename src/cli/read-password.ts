import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { buffer as readAll } from 'node:stream/consumers';
import { decodeUtf8 } from '#base/decode-text.ts';
import { AppError } from '#base/errors.ts';

/**
 * Reads a password from the terminal without showing it, or from standard input, without the line break at its end. A password in an
 * argument would be visible to every user of the machine.
 *
 * Throws `usage` if the password is empty or not UTF-8.
 *
 * @param question the text that asks for the password
 */
export async function readPassword(question: string): Promise<string> {
  const password = process.stdin.isTTY ? await askHidden(question) : (await readStandardInput()).replace(/\r?\n$/, '');
  if (password !== '') return password;
  throw new AppError('usage', 'The password is empty: enter it, or send it on standard input.');
}

async function readStandardInput(): Promise<string> {
  return decodeUtf8(await readAll(process.stdin), 'The password', 'usage');
}

async function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  // Readline echoes what is typed into its output.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return await prompt.question('');
  } finally {
    prompt.close();
    process.stderr.write('\n');
  }
}
