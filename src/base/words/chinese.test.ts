import { expect, test } from 'vitest';
import { text } from './chinese.ts';

test.each([
  [text`停用${'Ann'}`, '停用 Ann'],
  [text`停用${'王芳'}`, '停用王芳'],
  [text`停用“${'Ann'}”`, '停用“Ann”'],
  [text`${2225}人`, '2,225 人'],
  [text`在${'Entra ID'}中`, '在 Entra ID 中'],
  [text`已完成${3}个，共${10}个`, '已完成 3 个，共 10 个'],
  [text`${'A'}${'王芳'}${'B'}`, 'A 王芳 B'],
  [text`没有名称`, '没有名称'],
])('%s', (shown, expected) => {
  expect(shown).toBe(expected);
});
