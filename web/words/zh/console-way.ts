import type { Words } from '../en.ts';

export const consoleWay: Words['consoleWay'] = {
  theSource: '该数据源',
  rules: (source, rules) => `数据源 → ${source} → 规则 → ${rules}`,
  keys: '数据源 → 该数据源 → 密钥',
  createOne: '在“数据源 → 该数据源 → 密钥”下创建一个。',
  restore: (id) => `管理员可还原此人：人员 → ${id} → 还原`,
  confirm: (name) => `确认方法：人员 → ${name} → 确认认领`,
  confirmAny: '人员 → 此人 → 确认认领',
};
