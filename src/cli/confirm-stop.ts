import { createInterface } from 'node:readline/promises';
import type { ApiKey } from '#admins/key-record.ts';
import { AppError } from '#base/errors.ts';
import { printable } from '#base/printable.ts';
import { table } from './output.ts';

/** The option that confirms in advance, for commands that can stop keys. */
export const YES_OPTION = ['--yes', 'list the keys that stop working, but do not ask for confirmation'] as const;

/**
 * Prints the keys that a change stops, and asks the user to confirm the change. If `yes` is true, only prints the keys. Throws `usage`
 * if the user declines, and if there is no terminal for the question.
 *
 * @param what the change as the subject of a sentence, such as "Removing ann@contoso.example"
 */
export async function confirmStop(keys: readonly ApiKey[], what: string, yes: boolean | undefined): Promise<void> {
  if (keys.length === 0) return;
  const rows = keys.map(({ prefix, kind, name, owner, lastUsedAt, lastScimAt }) => {
    return { prefix, kind, name, owner, lastUsedAt, lastScimAt };
  });
  const list = table(rows, ['prefix', 'kind', 'name', 'owner', 'lastUsedAt', 'lastScimAt']);
  const text = printable(`${what} stops ${keys.length === 1 ? 'this key' : `these ${keys.length} keys`}:\n${list}`);
  if (yes === true) {
    console.error(text);
    return;
  }
  const advice =
    'If Entra ID or a script uses one of them, create another key and enter it there first: tanhua key create.';
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new AppError('usage', `${text}\n${advice}\nNothing was changed. To continue, repeat the command with --yes.`);
  }
  console.error(`${text}\n${advice}`);
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question('Stop them? [y/N] ');
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    prompt.close();
  }
  throw new AppError('usage', 'Nothing was changed.');
}
