import type { Words } from '../en.ts';
import { LOCALE, text } from '#base/words/chinese.ts';

export const connection: Words['connection'] = {
  code: 'zh',
  locale: LOCALE,
  noAnswer: '服务器无响应。',
  answered: (status) => text`服务器的响应为 ${status}。`,
};
