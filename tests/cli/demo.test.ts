import { expect, test } from 'vitest';
import { runCli } from '../support/start-server.ts';

test('the demo provisions its tenant, tells why somebody is missing, and leaves when nobody watches', async () => {
  const { code, stdout, stderr } = await runCli(['demo']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('Test Connection: the authorization was successful.');
  const failed = Number(/ (?<count>\d+) failed\./.exec(stdout)?.groups?.['count']);
  expect(failed).toBeGreaterThan(0);
  // One line for each, with what the directory said and not the whole answer.
  expect(stdout.match(/^ {2}\S+: userName ".*" does not begin with a letter/gm)).toHaveLength(failed);
  expect(stdout.match(/^ {2}\S+: missing$/gm)).toHaveLength(failed);
  expect(stdout).not.toContain('≠');
  expect(stdout).toContain('That was all of it.');
});
