import { createInterface } from 'node:readline/promises';
import type { ApiKey } from '#admins/key-record.ts';
import { AppError } from '#base/errors.ts';
import { printable } from '#base/printable.ts';
import { table } from './output.ts';

/** An option of the commands that can stop keys. */
export const YES_OPTION = ['--yes', 'stop the keys without asking'] as const;

/**
 * Lists the keys that a change stops, and asks whether to go on; with `yes` it only lists them. Throws usage where the change
 * is declined, and where there is no terminal to ask at.
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
  const advice = 'If Entra ID or a script uses one of them, enter another key there first: tanhua key create.';
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new AppError('usage', `${text}\n${advice}\nNothing was changed. To go on, repeat the command with --yes.`);
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
