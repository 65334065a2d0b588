import type { Words } from '../en.ts';
import { LOCALE, text } from '#base/words/chinese.ts';
import { zhExpressionMistakes } from '#base/words/zh-expression-mistakes.ts';
import { standInChinese } from '#entra/texts/stand-in-chinese.ts';
import { roleInChinese } from '#base/words/zh-role-names.ts';

const list = new Intl.ListFormat(LOCALE, { style: 'narrow' });

export const marks: Words['marks'] = {
  comma: '，',
  semicolon: '；',
  colon: '：',
  stop: '。',
  nextSentence: '。',
  names: (names) => list.format(names),
};

export const standIn: Words['standIn'] = (sentence) => standInChinese(sentence) ?? '';

export const mistake: Words['mistake'] = ({ say }) => say(zhExpressionMistakes);

export const roleName: Words['roleName'] = roleInChinese;

export const states: Words['states'] = { ACTIVATED: '已激活', SUSPENDED: '已停用', STAGED: '待激活' };

export const passwords: Words['passwords'] = {
  'Password Pending': '待设置',
  Active: '已设置',
  Expired: '已过期',
  Locked: '已锁定',
  'Managed by the source': '由数据源管理',
};

export const outcomes: Words['outcomes'] = {
  accepted: '已接受',
  unchanged: '无更改',
  refused: '已拒绝',
  failed: '失败',
  deleted: '已删除',
  waiting: '等待中',
};

export const again: Words['again'] = {
  changed: (names) => text`规则${names.map((name) => `“${name}”`).join('')}此后已更改，不再拒绝此请求。`,
  send: (people) => `请重新发送${people === 1 ? '此人' : '这些人员'}：在 Entra ID 中使用“按需预配”，或等待下一个周期。`,
  sendAnyone: '如果之前有人员或组被拒绝，请重新发送：在 Entra ID 中使用“按需预配”，或等待下一个周期。',
};

export const time: Words['time'] = {
  now: '刚刚',
  at: (relative, exact) => `${relative}：${exact}`,
  never: '从未',
};
