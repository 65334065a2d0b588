import { expect, test } from 'vitest';
import { failureOfAnswer, failureWithoutAnswer } from '../wire/failure-table.ts';
import { incompatibleText } from '../wire/failure-text.ts';
import { tokenFailure } from '../wire/token-failure.ts';
import { NoAnswer } from '#outbound/no-answer.ts';
import { mappingRefusals } from './refusals/mapping-refusals.ts';
import { standInChinese } from './stand-in-chinese.ts';
import { standInTexts } from './stand-in-texts.ts';

const han = /\p{Script=Han}/u;
const { steps, skips, failures, wire, answers } = standInTexts;

/** Returns every text of the stand-in, with values that are like those of a tenant. */
const { withBlock: _, ...connection } = standInTexts.connection;
const sentences = Object.entries({ ...standInTexts, connection }).flatMap(([group, texts]) =>
  Object.entries(texts).map(([name, text]: [string, string | ((...values: string[]) => string)]) => {
    const values = ['User', "Ann O'Neil", 'customappsso', '12'];
    return [`${group}.${name}`, typeof text === 'string' ? text : text(...values)] as const;
  }),
);

test.each(sentences)('%s has a text in Chinese, with its values', (_, sentence) => {
  const found = standInChinese(sentence);
  expect(found).toMatch(han);
  if (sentence.includes('12')) expect(found).toContain('12');
});

test.each([
  [steps.retrieved('User', "Ann O'Neil", 'Azure Active Directory'), "已从 Azure Active Directory 检索用户“Ann O'Neil”"],
  [steps.retrieved('', 'Ann', 'customappsso'), '已从 customappsso 检索对象“Ann”'],
  [steps.skipped('User', 'Ann', skips.RedundantExport), '用户“Ann”在两个系统中相同，无需更改。'],
  [
    failures.retried(wire.noAnswer(wire.timeout('40')).replace(/\.$/, ''), '2', '2026-11-29T10:00:00.000Z'),
    '应用程序没有响应。在 40 毫秒内没有收到完整的响应。此操作已重试 2 次。将在此日期之后再次重试：2026-11-29T10:00:00.000Z UTC',
  ],
  [failures.alreadyProvisioned('User', 'a1', 'Ann', 'b2'), '目标中匹配的用户 (a1) 已由另一个源对象“Ann” (b2) 预配。'],
  [
    failures.mapping(
      'title',
      'The expression cannot be evaluated at line 1, column 9: Mid: start is 0, but positions count from 1.',
    ),
    'title 的映射：无法计算表达式（第 1 行，第 9 列）：Mid：start 的值为 0，但位置从 1 开始计数。',
  ],
  [
    mappingRefusals.value('"active"', '"yes"', 'Boolean', mappingRefusals.flagRule),
    '"active" 的映射得出 "yes"，但该属性的类型为 Boolean：必须是 "True" 或 "False"。请更正源，或在表达式中转换它。',
  ],
  [
    failures.mapping('level', mappingRefusals.value('"level"', '"x: y', 'Integer', mappingRefusals.integerRule(12))),
    'level 的映射："level" 的映射得出 "x: y，但该属性的类型为 Integer：必须是不大于 12 的整数。请更正源，或在表达式中转换它。',
  ],
  [
    wire.internal('10.0.0.1', 'private', '10.0.0.1'),
    expect.stringMatching(/^10\.0\.0\.1 是内部地址（专用地址）：没有发送请求。/),
  ],
  [
    wire.internal(wire.named('a.example', '198.51.100.7'), 'of this machine', '198.51.100.7'),
    expect.stringMatching(/^a\.example 的地址为 198\.51\.100\.7，它是内部地址（本机的地址）：/),
  ],
  [incompatibleText('<html>', answers.noJson), expect.stringMatching(/如下：<html>（正文不是 JSON）$/)],
])('the text in Chinese of %s', (sentence, chinese) => {
  expect(standInChinese(sentence)).toStrictEqual(chinese);
});

test('failures of requests have a text in Chinese, which quotes what the application answered', () => {
  const answer = { status: 400, text: '{"detail":"No \'name\'."}', headers: {} };
  const status = (code: number) => failureOfAnswer('create', { ...answer, status: code }, null).reason;
  expect(standInChinese(status(400))).toBe('应用程序以状态 BadRequest 拒绝了请求。Web 响应：{"detail":"No \'name\'."}');
  expect(standInChinese(status(404))).toMatch(/^返回了 HTTP\/404 .* Web 响应：\{"detail"/);
  expect(standInChinese(status(409))).toMatch(/^应用程序以 HTTP 状态代码 409 作出响应.* Web 响应：\{"detail"/);
  const refused = new NoAnswer('refused', 'connect ECONNREFUSED 127.0.0.1:1');
  expect(standInChinese(failureWithoutAnswer('create', refused).reason)).toBe(
    '应用程序没有响应。connect ECONNREFUSED 127.0.0.1:1',
  );
  expect(standInChinese(tokenFailure({ ...answer, status: 401 }, 'Header').reason)).toMatch(
    /^需要受支持的 .*在标头中发送的。状态代码：Unauthorized/,
  );
});

test('names and what an application answered are never read as texts', () => {
  expect(standInChinese(steps.created('User', answers.emptyBody, 'customappsso'))).toContain(answers.emptyBody);
  expect(standInChinese(steps.retrieved('User', "Ann' from x", 'customappsso'))).toBe(
    "已从 customappsso 检索用户“Ann' from x”",
  );
  expect(standInChinese(wire.exportFailed('BadRequest', answers.noJson))).toContain(answers.noJson);
});

test('what only an application said has none', () => {
  expect(['', 'connect ECONNREFUSED', 'The user is unknown'].map((text) => standInChinese(text))).toStrictEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
