import type { Words } from '../en.ts';
import { text } from '#base/words/chinese.ts';

export const chart: Words['chart'] = {
  asTable: '以表格显示',
  nothing: '此时间段内没有发生任何事情。',
  interval: '起始时间',
  action: '操作',
  select: '显示',
  selectAt: (time) => text`显示从${time}开始的事件`,
  total: (value, outcome) => text`${outcome}：${value}`,
};
