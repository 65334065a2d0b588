import { expect, test, vi } from 'vitest';
import { runCommand, startedFolder } from './run-command.fixture.ts';

// The first call of each command loads its modules. The long timeout allows for a busy machine.
vi.setConfig({ testTimeout: 120_000 });

test('the first start gives the organization the name in TANHUA_BOOTSTRAP_ORGANIZATION', async () => {
  vi.stubEnv('TANHUA_BOOTSTRAP_ORGANIZATION', 'Contoso');
  await using directory = await startedFolder();
  expect(directory.folder).not.toBe('');
  const { stdout } = await runCommand('organization', 'show', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ name: 'Contoso' });
});
