import { text } from '#base/words/chinese.ts';
import type { Words } from '../en.ts';

export const settingsRules: Words['settings']['rules'] = {
  below: '新数据源的初始规则',
  help: '添加数据源时会复制这些规则，除非在添加时选择了其他预设。',
  existing: '现有数据源保留自己的规则。可在各数据源页面的“规则”中更改。',
  toSources: '打开数据源',
  setAll: (preset) => text`将所有规则设为“${preset}”`,
  saved: '已保存。下一个添加的数据源将使用这些规则。',
};
