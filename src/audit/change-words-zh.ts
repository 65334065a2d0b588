import { number, text } from '#base/words/chinese.ts';
import { attributeInChinese, typeInChinese } from './attribute-words-zh.ts';
import type { ChangeWords, PhraseWords } from './word-shapes.ts';
import { valueInChinese } from './value-words-zh.ts';

export const zhChangeWords: ChangeWords = {
  attribute: attributeInChinese,
  value: valueInChinese,
  yes: '是',
  no: '否',
  secret: '机密信息',
  nothing: '无',
  changed: '已更改',
  removed: '已移除',
  separator: '、',
  colon: '：',
  more: (count) => text`以及另外${count}个`,
  primary: (attribute) => text`主${attribute}`,
  ofType: (type, attribute) => text`${typeInChinese(type)}${attribute}`,
  memberOf: (group) => text`组${group}的成员`,
};

export const zhPhraseWords: PhraseWords = {
  others: (count) => text`，以及另外${count}处更改`,
  renamed: (from, to) => `名称：${from} → ${to}`,
  members: (isAdded, count, names, others) => {
    const deed = isAdded ? '添加' : '移除';
    if (names.length === 0) return text`${deed}${count}个成员`;
    if (count === 1) return text`${deed}${names.join('')}`;
    const more = others === 0 ? '' : `和另外 ${number(others)} 个`;
    return text`${deed}${count}个成员：${names.join('、')}${more}`;
  },
};
