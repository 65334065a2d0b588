import type { Words } from '../en.ts';
import { text } from '#base/words/chinese.ts';

export const picker: Words['picker'] = {
  placeholder: '姓名、地址或编号',
  found: '找到的人员',
  nothing: (search) => `没有与“${search}”匹配的人员。`,
};

export const filters: Words['filters'] = {
  any: '任意',
  apply: '应用',
  remove: (filter) => `移除筛选器“${filter}”`,
  clear: '清除筛选器',
  period: {
    label: '时间段',
    names: { hour: '最近 1 小时', day: '最近 24 小时', week: '最近 7 天', month: '最近 30 天' },
    all: '全部时间',
    start: '最早',
    between: (from, to) => text`${from}至${to}`,
  },
};
