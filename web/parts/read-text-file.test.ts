import { expect, test } from 'vitest';
import { IMPORT_BYTES_MAX as SERVER_BYTES_MAX } from '#entra/graph-api/routes/tenant-content-routes.ts';
import { JOB_BYTES_MAX } from '#rest-api/enqueue.ts';
import { en } from '../words/en.ts';
import { IMPORT_BYTES_MAX, readTextFile } from './read-text-file.ts';

const words = en.form.file;

test('reads a file in UTF-8 with and without a byte order mark', async () => {
  expect(await readTextFile(new Blob(['name\nZoë']), words)).toBe('name\nZoë');
  expect(await readTextFile(new Blob(['\uFEFFname']), words)).toBe('name');
});

test('refuses a file in another encoding instead of replacing its characters', async () => {
  const latin = new Blob([Buffer.from('name\nZoë', 'latin1')]);
  await expect(readTextFile(latin, words)).rejects.toThrow(words.notUtf8);
});

test('reads a file of IMPORT_BYTES_MAX, and refuses a larger one before it is read', async () => {
  expect(await readTextFile(new Blob(['x'.repeat(IMPORT_BYTES_MAX)]), words)).toHaveLength(IMPORT_BYTES_MAX);
  const large = { size: IMPORT_BYTES_MAX + 1, arrayBuffer: () => expect.fail('it is not read') } as unknown as Blob;
  await expect(readTextFile(large, words)).rejects.toThrow('8 MB');
  expect(Math.min(SERVER_BYTES_MAX, JOB_BYTES_MAX)).toBeGreaterThanOrEqual(IMPORT_BYTES_MAX);
});
