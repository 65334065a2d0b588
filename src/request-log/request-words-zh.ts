import { text } from '#base/words/chinese.ts';
import type { RequestWords } from './request-sentences.ts';

const types = { User: '用户', Group: '组', Schema: '架构' } as const;
const outcomes: Readonly<Record<string, string>> = { refused: '被拒绝', failed: '失败' };
const verbs = { create: '创建', replace: '替换', patch: '更改', delete: '删除', read: '读取' } as const;

export const zhRequestWords: RequestWords = {
  act: (kind, target) => text`${verbs[kind]}${target}`,
  target: (type, name) => {
    const noun = type === undefined ? '资源' : types[type];
    return name === null ? noun : type === 'User' ? name : text`${noun}${name}`;
  },
  find: (type) => (type === 'Group' ? '查找组' : '查找用户'),
  list: (type) => (type === undefined ? '列出用户和组' : `列出${types[type]}`),
  connectionTest: '测试连接',
  bulk: (operation) => (operation === undefined ? '批量请求' : text`批量请求中的第${operation}个操作`),
  discovery: '读取服务器支持的功能',
  unknown: (method) => `未知路径的 ${method}`,
  times: (count) => text`（${count}次）`,
  done: (wanted, result) => `${wanted} → ${result}`,
  refused: (wanted, outcome, title) =>
    `${wanted}：${outcomes[outcome] ?? outcome}${title === undefined ? '' : `，${title}`}`,
  results: {
    unchanged: '无更改',
    created: '已创建',
    changed: '已更改',
    suspended: '已停用',
    deleted: '已删除',
    passed: '成功',
    processed: '已处理',
    answered: '已响应',
  },
  change: (phrase) => phrase,
};
