import { expect, test } from 'vitest';
import { messageFor } from '#base/error-message.ts';
import { StorageError, type StorageFault, type StorageOutcome } from './storage-error.ts';

const faults: Readonly<Record<StorageFault, string>> = {
  full: '目录的存储空间已满。',
  readOnly: '目录的存储为只读。',
  damaged: '目录的数据库已损坏。',
  failed: '目录的存储发生故障。',
};
const outcomes: Readonly<Record<StorageOutcome, string>> = {
  nothing: '未更改任何内容：请稍后重试。',
  unknown: '更改可能已完成，也可能没有：请先读取该资源，再重新发送更改。',
};
const rows = Object.entries(faults).flatMap(([fault, zhFault]) =>
  Object.entries(outcomes).map(([outcome, zhOutcome]) => [fault, outcome, zhFault + zhOutcome]),
) as [StorageFault, StorageOutcome, string][];

test.each(rows)('a storage that is %s and has changed %s is reported in both languages', (fault, outcome, chinese) => {
  const error = new StorageError(fault, outcome, new Error('disk'));
  expect(messageFor(error, 'rest', 'zh')).toBe(chinese);
  expect(messageFor(error, 'rest')).toMatch(/^The (?:storage|database) of the directory .*\. (?:Nothing|The change) /);
});
