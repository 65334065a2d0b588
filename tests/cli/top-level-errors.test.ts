import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp } from '../../src/app.ts';
import { readConfig } from '#base/config.ts';
import { createLog } from '#base/log.ts';
import { cleanEnvironment } from '../support/in-process.ts';
import { runCli } from '../support/start-server.ts';
import { settingOf } from '../support/template-database.ts';

const folder = mkdtempSync(join(tmpdir(), 'tanhua-errors-'));

/** Creates a data folder with a migrated database, because a start that has to migrate a database takes twice as long. */
function migratedFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  copyFileSync(settingOf('TEST_SQLITE_TEMPLATE'), join(path, 'tanhua.sqlite'));
  return path;
}
const environment = (dataDir: string) => ({ TANHUA_DATA_DIR: dataDir, TANHUA_PORT: '0', TANHUA_LOG_LEVEL: 'silent' });
const started = migratedFolder('started');
beforeAll(async () => {
  const config = readConfig(environment(started));
  const app = await startApp(config, createLog(config));
  await app.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('stop() of an application that is already stopping also waits until it has stopped', async () => {
  const config = readConfig(environment(migratedFolder('twice')));
  const app = await startApp(config, createLog(config));
  const ends: string[] = [];
  const first = app.stop().then(() => ends.push('first'));
  await app.stop().then(() => ends.push('second'));
  await first;
  expect(ends).toEqual(['first', 'second']);
});

/** Creates a data folder, and calls `write` with the path of its secret.key. */
function folderWithKey(name: string, write: (path: string) => void): string {
  const path = join(folder, name);
  mkdirSync(path);
  write(join(path, 'secret.key'));
  return path;
}

test.for<[string, () => string, RegExp]>([
  [
    'a data folder that is a file',
    () => {
      writeFileSync(join(folder, 'file'), '');
      return join(folder, 'file');
    },
    /TANHUA_DATA_DIR is .*\/file, where no database can be opened \(EEXIST.*\): make the user that runs the server the owner of the folder/,
  ],
  [
    'a file that is not a database',
    () => {
      mkdirSync(join(folder, 'text'));
      writeFileSync(join(folder, 'text', 'tanhua.sqlite'), 'This is not a database. '.repeat(100));
      return join(folder, 'text');
    },
    /TANHUA_DATA_DIR is .*\/text, where no database can be opened \(file is not a database\)/,
  ],
  [
    'a key that cannot be read',
    () => folderWithKey('unreadable', (path) => mkdirSync(path)),
    /The key file .*\/unreadable\/secret\.key in TANHUA_DATA_DIR cannot be used \(EISDIR.*\): make the user/,
  ],
  [
    'a key that is too short',
    () => folderWithKey('short', (path) => writeFileSync(path, 'c2hvcnQ=')),
    /The key file .*\/short\/secret\.key in TANHUA_DATA_DIR does not contain 32 bytes in base64: restore it/,
  ],
  [
    'a key other than the one that encrypted the database',
    () => {
      writeFileSync(join(started, 'secret.key'), Buffer.alloc(32, 7).toString('base64'));
      return started;
    },
    /secret\.key in TANHUA_DATA_DIR, is not the key that this database was encrypted with: restore that key/,
  ],
])('%s makes the start fail with one sentence that names the file and the remedy', async ([, prepare, sentence]) => {
  const { code, stderr } = await runCli(['start'], environment(prepare()));
  expect(stderr.trimEnd()).toMatch(sentence);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(code).toBe(2);
});

test('an output that cannot be written because the disk is full is reported in one sentence', async () => {
  const { promise, resolve } = Promise.withResolvers<{ code: unknown; stderr: string }>();
  const command = `exec ${process.execPath} bin/tanhua.mjs config > /dev/full`;
  execFile('sh', ['-c', command], { env: cleanEnvironment() }, (error, _stdout, stderr) =>
    resolve({ code: error?.code, stderr }),
  );
  const { code, stderr } = await promise;
  expect(stderr).toMatch(
    /^tanhua: Standard output cannot be written \(ENOSPC: .*\): redirect it to another file, or free disk space\.\n$/,
  );
  expect(code).toBe(1);
});
