import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createSecretBox, loadSecretKey } from '#base/secret-box.ts';
import { checkFileModes } from './file-modes.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tanhua-modes-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function folderWithFiles(): string {
  const folder = newFolder();
  createSecretBox(loadSecretKey({ secretKey: undefined, dataDir: folder }));
  for (const name of ['tanhua.sqlite', 'tanhua.sqlite-wal', 'tanhua.sqlite-shm']) {
    writeFileSync(join(folder, name), '', { mode: 0o600 });
  }
  return folder;
}

test('checkFileModes reports no problem if only the owner can open the folder and its files, or if the folder does not exist', async () => {
  expect((await checkFileModes({ dataDir: folderWithFiles() })).status).toBe('ok');
  expect((await checkFileModes({ dataDir: join(newFolder(), 'none') })).status).toBe('ok');
});

test('loadSecretKey creates a data folder that only its owner can open', async () => {
  const dataDir = join(newFolder(), 'new');
  loadSecretKey({ secretKey: undefined, dataDir });
  expect((await checkFileModes({ dataDir })).status).toBe('ok');
});

test.each([
  ['.', 0o755, 'chmod 700'],
  ['.', 0o710, 'chmod 700'],
  ['secret.key', 0o644, 'chmod 600'],
  ['secret.key', 0o640, 'chmod 600'],
  ['secret.key', 0o602, 'chmod 600'],
  ['tanhua.sqlite', 0o604, 'chmod 600'],
  ['tanhua.sqlite-wal', 0o644, 'chmod 600'],
  ['tanhua.sqlite-shm', 0o660, 'chmod 600'],
])(
  'checkFileModes reports that the mode of %s is too open (%i in decimal), with the chmod command that fixes it',
  async (name, mode, repair) => {
    const dataDir = folderWithFiles();
    const path = join(dataDir, name);
    chmodSync(path, mode);
    const finding = await checkFileModes({ dataDir });
    expect(finding).toMatchObject({ check: 'permissions', status: 'warning' });
    expect(finding.detail).toContain(`${path} has the mode ${mode.toString(8)}: ${repair} ${path}`);
  },
);
