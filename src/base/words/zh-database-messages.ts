import { text } from './chinese.ts';
import type { databaseMessages } from './database-messages.ts';
import type { Shape } from './language.ts';

/** What went wrong with the database behind the directory, in Chinese. */
export const zhDatabaseMessages: Shape<typeof databaseMessages> = {
  unreachable: '无法连接到数据库。未更改任何内容：请重试。',
  attemptsExhausted: (attempts) =>
    text`数据库尝试了${attempts}次仍无法应用此更改：其他请求正在更改相同的数据，或者无法连接到数据库。未更改任何内容：请重试。`,
  tooManyWaiting: (id, max, seconds) =>
    text`等待更改资源 ${id} 的请求过多：最多允许${max}个，每个最多等待${seconds}秒。未更改任何内容：请减少并发请求后重试。`,
  commitUnconfirmed:
    '与数据库的连接在更改得到确认之前断开：更改已全部应用，或完全没有应用。请先读取该资源，再重新发送更改。',
  tooSlow: (seconds) => text`数据库用时超过${seconds}秒。未更改任何内容：请减少请求的数据，或重试。`,
  connectionLost: '与数据库的连接在执行语句期间断开：更改可能已应用，也可能没有。请先读取该资源，再重新发送更改。',
  organizationMoving: '组织正在移到另一个数据库。未更改任何内容：请重试。',
  storage: (fault, outcome) => `${fault}${outcome}`,
  storageFaults: {
    full: '目录的存储空间已满。',
    readOnly: '目录的存储为只读。',
    damaged: '目录的数据库已损坏。',
    failed: '目录的存储发生故障。',
  },
  outcomes: {
    nothing: '未更改任何内容：请稍后重试。',
    unknown: '更改可能已完成，也可能没有：请先读取该资源，再重新发送更改。',
  },
};
