import { expect, test } from 'vitest';
import { messageFor } from '#base/error-message.ts';
import type { AppError } from '#base/errors.ts';
import { expressionMistakes } from '#base/words/expression-mistakes.ts';
import { zhExpressionMistakes } from '#base/words/zh-expression-mistakes.ts';
import { zhFunctionSummaries } from '#base/words/zh-function-summaries.ts';
import { evaluateWith } from './evaluate-with.fixture.ts';
import { functions } from './function-table.ts';
import { functionsAsGraph } from './functions-as-graph.ts';
import { intervals } from './dates/intervals.ts';
import { RANDOM_LENGTH_MAX } from './limits.ts';

const han = /\p{Script=Han}/u;

test('every function has a summary in Chinese, and no other name has one', () => {
  expect(Object.keys(zhFunctionSummaries).toSorted()).toStrictEqual(functions.map(({ name }) => name).toSorted());
  for (const summary of Object.values(zhFunctionSummaries)) expect(summary).toMatch(han);
  expect(functionsAsGraph('zh').find(({ name }) => name === 'Count')?.['@tanhua.summary']).toBe('返回值的个数。');
  expect(zhFunctionSummaries['RandomString']).toContain(String(RANDOM_LENGTH_MAX));
  for (const interval of intervals) expect(zhFunctionSummaries['DateAdd']).toContain(interval);
});

/** Returns each text of a catalog with its place. A text with values gets a value for each. */
function textsOf(catalog: object, place = ''): readonly (readonly [string, string])[] {
  return Object.entries(catalog).flatMap(([name, text]: [string, unknown]): readonly (readonly [string, string])[] => {
    const path = `${place}.${name}`;
    if (typeof text === 'function') return [[path, String(text(...['x', 'y', ['a', 'b'], 'z'].slice(0, text.length)))]];
    return typeof text === 'string' ? [[path, text]] : textsOf(text as object, path);
  });
}

test('every mistake in an expression has a text in Chinese', () => {
  const { at: _at, ofFunction: _ofFunction, value: _value, reading, ...others } = zhExpressionMistakes;
  const { hints, ...read } = reading;
  const all = textsOf({ read, hints: { ...hints, none: '无' }, ...others });
  expect(all.length).toBeGreaterThan(80);
  expect(all.filter(([, text]) => !han.test(text))).toStrictEqual([]);
  expect(textsOf(expressionMistakes).filter(([, text]) => han.test(text))).toStrictEqual([]);
});

test.each([
  ['Not(', '无法读取表达式（第 1 行，第 4 列）：Not 的括号没有关闭；末尾应为“,”或“)”。'],
  ['tolower([mail])', '无法读取表达式（第 1 行，第 1 列）：函数名称区分大小写；请写 ToLower。'],
  [
    'Not([a] and [b])',
    '无法读取表达式（第 1 行，第 9 列）：此处为 "and"，但应为 Not 的参数中的“,”或“)”。没有 AND；请改为嵌套 IIF。',
  ],
  ['Mid("ann", 0, 1)', '无法计算表达式（第 1 行，第 12 列）：Mid：start 的值为 0，但位置从 1 开始计数。'],
  ['BitAnd([nothing], 1)', '无法计算表达式（第 1 行，第 8 列）：BitAnd：value1 的值为 Null，不是整数。'],
  ['Item(Split("a", ""), 1)', '无法计算表达式（第 1 行，第 17 列）：Split：delimiter 为空。'],
  [
    'CBool("x")',
    '无法计算表达式（第 1 行，第 7 列）：CBool：expression 的值为 "x"，既不是 True 或 False，也不是数字。',
  ],
  ['Replace("a", , "(", , "b", , )', '正则表达式 "(" 无法使用：组没有关闭：缺少“)”（第 1 个字符处）。'],
])('the mistake in %s is said in Chinese', (expression, message) => {
  expect(() => evaluateWith(expression)).toThrow(
    expect.toSatisfy((error: AppError) => messageFor(error, 'rest', 'zh').includes(message)),
  );
});
